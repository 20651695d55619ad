package io.wkmq.session;

import io.wkmq.routing.Qos;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The channels that are replayed to one client, in turn. They end with its connection. Belongs to the session's shard. */
final class Replays {
    /** One client has as many at most: each keeps some records in memory. */
    static final int MAX = 64;

    private final Session session;
    private final Shard shard;
    private final Predicate<Qos> mayStart;
    private final Map<String, Replay> replays = new LinkedHashMap<>();

    /** None yet; whether a record of at most some QoS can be sent now is asked for each of them. */
    Replays(Session session, Shard shard, Predicate<Qos> mayStart) {
        this.session = session;
        this.shard = shard;
        this.mayStart = mayStart;
    }

    /** Begins a replay, in place of one of the same filter; returns the granted QoS, or why not. */
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

    /** Ends a replay; false if there is none. */
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

    /** What they were subscribed to with. */
    List<SubscribeRequest> list() {
        return replays.values().stream().map(Replay::subscription).toList();
    }

    /** Sends the next record of one of them if that is possible now; returns whether it was. */
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

    /** The first one that has a record which can be sent now; it is the last one from now on. */
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
