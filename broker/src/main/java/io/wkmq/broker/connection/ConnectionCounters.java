package io.wkmq.broker.connection;

import io.wkmq.session.ReasonCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts refusals and disconnects by reason code. Thread-safe. */
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

    /** Returns the number of CONNECTs answered with an error, by reason code; codes that did not occur are absent. */
    public Map<ReasonCode, Long> connectsRefused() {
        return occurred(connectsRefused);
    }

    /** Returns the number of PUBLISHes that were not accepted, by reason code; codes that did not occur are absent. */
    public Map<ReasonCode, Long> publishesRefused() {
        return occurred(publishesRefused);
    }

    /** Returns the number of ended connections of accepted clients, by reason code; codes that did not occur are absent. */
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
