package io.wkmq.session;

import io.wkmq.routing.Qos;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The channel replays to one client, which take turns. They end with its connection. Confined to the session's shard. */
final class Replays {
    /** The maximum per client, as each keeps some records in memory. */
    static final int MAX = 64;

    private final Session session;
    private final Shard shard;
    private final Predicate<Qos> mayStart;
    private final Map<String, Replay> replays = new LinkedHashMap<>();

    /** Creates an empty set; {@code mayStart} tells whether a record of at most the given QoS can be sent now. */
    Replays(Session session, Shard shard, Predicate<Qos> mayStart) {
        this.session = session;
        this.shard = shard;
        this.mayStart = mayStart;
    }

    /** Starts a replay, replacing one with the same filter; returns the granted QoS, or an error. */
    ReasonCode begin(ReplayRequest request) {
        Replay before = replays.get(request.filter());
        if (before == null && replays.size() >= MAX) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        if (replays.values().stream().anyMatch(other -> other != before && other.sharesCursor(request))) {
            return ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR; // they would end each other for ever
        }
        end(request.filter());
        Replay begun = new Replay(session, shard, request);
        replays.put(request.filter(), begun);
        shard.counts().increment(Counts.REPLAYS);
        begun.begin();
        return SubscribeTask.granted(request.options().qos());
    }

    /** Ends a replay; returns false if there is none. */
    boolean end(String filter) {
        Replay ended = replays.remove(filter);
        if (ended != null) {
            ended.end();
            shard.counts().decrement(Counts.REPLAYS);
        }
        return ended != null;
    }

    void endAll() {
        replays.values().forEach(Replay::end);
        shard.counts().add(Counts.REPLAYS, -replays.size());
        replays.clear();
    }

    /** Returns the subscriptions that started the replays. */
    List<SubscribeRequest> list() {
        return replays.values().stream().map(Replay::subscription).toList();
    }

    /** Sends the next record of one of the replays if possible now; returns whether it was. */
    boolean send(ClientLink to) {
        Replay next = next();
        if (next == null) {
            return false;
        }
        Delivery delivery = next.next();
        if (delivery != null) {
            next.started(delivery, session.outbound().start(delivery, to));
        }
        return true;
    }

    /** Returns the first replay with a record that can be sent now, and moves it to the end of the line. */
    private @Nullable Replay next() {
        for (Map.Entry<String, Replay> entry : replays.entrySet()) {
            Replay replay = entry.getValue();
            if (replay.ready() && mayStart.test(replay.qosMax())) {
                replays.remove(entry.getKey());
                replays.put(entry.getKey(), replay);
                return replay;
            }
        }
        return null;
    }
}
