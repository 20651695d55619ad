package io.wkmq.broker.connection;

import io.wkmq.broker.auth.AccessDecision;
import io.wkmq.broker.auth.AccessDecision.Decided;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.ReasonCode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The filters of one SUBSCRIBE or UNSUBSCRIBE and what becomes of each. A packet may have a hundred thousand, so they are worked
 * off in slices, and the answer goes out when the last one is known. Belongs to the connection's loop.
 */
final class FilterAnswers {
    /** How many are worked off in one turn of the loop: most packets have fewer. */
    private static final int SLICE = 256;

    private final @Nullable SubscriptionFilter[] filters;
    private final ReasonCode[] reasons;
    private final Consumer<List<ReasonCode>> whenComplete;
    private Map<Integer, ChannelDefinition> channels = Map.of(); // of one slice; few ask for replays
    private int asked;
    private boolean allAsked;

    FilterAnswers(int size, Consumer<List<ReasonCode>> whenComplete) {
        this.filters = new SubscriptionFilter[size];
        this.reasons = new ReasonCode[size];
        Arrays.fill(reasons, ReasonCode.SUCCESS);
        this.whenComplete = whenComplete;
    }

    /** Where the slice that begins there ends. */
    int end(int from) {
        return Math.min(from + SLICE, filters.length);
    }

    boolean isLast(int end) {
        return end == filters.length;
    }

    /** The filter of this place, or null if it is refused. */
    @Nullable
    SubscriptionFilter wanted(int place) {
        return reasons[place].error() ? null : filters[place];
    }

    void filter(int place, SubscriptionFilter filter) {
        filters[place] = filter;
    }

    /** The channel whose replay this place asks for, as it was judged; null if there is none. */
    @Nullable
    ChannelDefinition channel(int place) {
        return channels.get(place);
    }

    void channel(int place, ChannelDefinition channel) {
        if (channels.isEmpty()) {
            channels = new HashMap<>();
        }
        channels.put(place, channel);
    }

    ReasonCode reason(int place) {
        return reasons[place];
    }

    void reason(int place, ReasonCode reason) {
        reasons[place] = reason;
    }

    /** Refuses a place that a client may not subscribe to, perhaps later; then that is added to what is pending. */
    void judge(int place, AccessDecision decision, List<CompletionStage<?>> pending) {
        if (decision instanceof AccessDecision.Pending later) {
            pending.add(later.later().thenAccept(decided -> judged(place, decided)));
        } else {
            judged(place, (Decided) decision);
        }
    }

    private void judged(int place, Decided decided) {
        if (decided == Decided.DENIED) {
            reasons[place] = ReasonCode.NOT_AUTHORIZED;
        }
    }

    /** The session is asked about a slice. */
    void asking(int end) {
        asked++;
        channels = Map.of();
        allAsked = isLast(end);
    }

    /** The session's answers, one per wanted filter of the slice, in order. Returns whether that was all. */
    boolean answered(int from, int to, List<ReasonCode> answers) {
        int next = 0;
        for (int i = from; i < to; i++) {
            if (wanted(i) != null) {
                reasons[i] = answers.get(next++);
            }
        }
        boolean complete = --asked == 0 && allAsked;
        if (complete) {
            whenComplete.accept(List.of(reasons));
        }
        return complete;
    }
}
