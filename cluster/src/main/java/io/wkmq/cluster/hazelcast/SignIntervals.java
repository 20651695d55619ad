package io.wkmq.cluster.hazelcast;

import java.time.Duration;
import java.util.Arrays;

/**
 * How regularly a member gives its signs of life, and which silence is too long for it by that: the phi accrual failure detector
 * (Hayashibara et al., 2004), with a phi of 10 and a pause that is always granted, as Akka has it. It keeps the last
 * {@value #SAMPLES_MAX} intervals. Confined to one thread.
 */
final class SignIntervals {
    /** Of fewer nothing follows: a node that has just started may well be held up. */
    static final int SAMPLES_MIN = 10;

    private static final int SAMPLES_MAX = 100;

    /** By how many standard deviations the mean is exceeded in one of 10^10 intervals that are distributed normally. */
    private static final double DEVIATIONS = 6.36;

    /** Granted to whoever is regular otherwise, in heartbeats: for collections of garbage and the like. */
    private static final int PAUSE = 3;

    /** The least deviation, in parts of a heartbeat: signs are looked for as often. */
    private static final int DEVIATION_PARTS = 4;

    private final long heartbeatNanos;
    private final long[] nanos = new long[SAMPLES_MAX];
    private int next;
    private int count;
    private long enoughNanos = Long.MAX_VALUE;

    /**
     * Knows of no sign.
     *
     * @param heartbeat the time between two signs as it is meant to be
     */
    SignIntervals(Duration heartbeat) {
        this.heartbeatNanos = heartbeat.toNanos();
    }

    /** A sign came that long after the one before it. */
    void add(long intervalNanos) {
        nanos[next] = intervalNanos;
        next = (next + 1) % SAMPLES_MAX;
        count = Math.min(count + 1, SAMPLES_MAX);
        if (count >= SAMPLES_MIN) {
            double mean = Arrays.stream(nanos, 0, count).average().orElseThrow();
            double variance = Arrays.stream(nanos, 0, count)
                    .mapToDouble(interval -> (interval - mean) * (interval - mean))
                    .average()
                    .orElseThrow();
            double deviation = Math.max(Math.sqrt(variance), (double) heartbeatNanos / DEVIATION_PARTS);
            enoughNanos = (long) (mean + DEVIATIONS * deviation) + PAUSE * heartbeatNanos;
        }
    }

    /** The silence after which the member is taken to be gone; {@link Long#MAX_VALUE} as long as too few signs have come. */
    long enoughNanos() {
        return enoughNanos;
    }
}
