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
 * The filters of one SUBSCRIBE or UNSUBSCRIBE and the outcome of each. A packet may have a hundred thousand, so they are
 * processed in slices; the response is sent once the last outcome is known. Confined to the connection's event loop.
 */
final class FilterAnswers {
    /** How many filters are processed in one turn of the event loop; most packets have fewer. */
    private static final int SLICE = 256;

    private final @Nullable SubscriptionFilter[] filters;
    private final ReasonCode[] reasons;
    private final Consumer<List<ReasonCode>> whenComplete;
    private Map<Integer, ChannelDefinition> channels = Map.of(); // of the current slice; replays are rare
    private int asked;
    private boolean allAsked;

    FilterAnswers(int size, Consumer<List<ReasonCode>> whenComplete) {
        this.filters = new SubscriptionFilter[size];
        this.reasons = new ReasonCode[size];
        Arrays.fill(reasons, ReasonCode.SUCCESS);
        this.whenComplete = whenComplete;
    }

    /** Returns the end (exclusive) of the slice that begins at {@code from}. */
    int end(int from) {
        return Math.min(from + SLICE, filters.length);
    }

    boolean isLast(int end) {
        return end == filters.length;
    }

    /** Returns the filter at this place, or null if it is refused. */
    @Nullable
    SubscriptionFilter wanted(int place) {
        return reasons[place].error() ? null : filters[place];
    }

    void filter(int place, SubscriptionFilter filter) {
        filters[place] = filter;
    }

    /** Returns the channel to replay for this place, as it was when access was checked; null if there is none. */
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

    /**
     * Applies an access decision to a place: refuses it if denied. A decision still pending is applied later and added to
     * {@code pending}.
     */
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

    /** Notes that the session is asked about a slice, before it can answer. */
    void asking(int end) {
        asked++;
        channels = Map.of();
        allAsked = isLast(end);
    }

    /** Records the session's answers, one per wanted filter of the slice, in order. Returns whether the response is complete. */
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
