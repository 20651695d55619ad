package io.wkmq.broker.connection;

import io.wkmq.session.ReasonCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what connections refused, by reason. Thread-safe. */
public final class ConnectionCounters {
    private final Map<ReasonCode, LongAdder> connectsRefused = perReason();
    private final Map<ReasonCode, LongAdder> publishesRefused = perReason();
    private final Map<ReasonCode, LongAdder> disconnects = perReason();

    private static Map<ReasonCode, LongAdder> perReason() {
        Map<ReasonCode, LongAdder> counters = new EnumMap<>(ReasonCode.class);
        for (ReasonCode reason : ReasonCode.values()) {
            counters.put(reason, new LongAdder());
        }
        return counters;
    }

    void connectRefused(ReasonCode reason) {
        count(connectsRefused, reason);
    }

    void publishRefused(ReasonCode reason) {
        count(publishesRefused, reason);
    }

    void disconnected(ReasonCode reason) {
        count(disconnects, reason);
    }

    private static void count(Map<ReasonCode, LongAdder> counters, ReasonCode reason) {
        LongAdder counter = counters.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }

    /** CONNECTs answered with an error; reasons that did not occur are absent. */
    public Map<ReasonCode, Long> connectsRefused() {
        return occurred(connectsRefused);
    }

    /** PUBLISHes that were not accepted. */
    public Map<ReasonCode, Long> publishesRefused() {
        return occurred(publishesRefused);
    }

    /** Connections of accepted clients that have ended, by the reason. */
    public Map<ReasonCode, Long> disconnects() {
        return occurred(disconnects);
    }

    private static Map<ReasonCode, Long> occurred(Map<ReasonCode, LongAdder> counters) {
        Map<ReasonCode, Long> sums = new EnumMap<>(ReasonCode.class);
        counters.forEach((reason, counter) -> {
            if (counter.sum() > 0) {
                sums.put(reason, counter.sum());
            }
        });
        return sums;
    }
}
