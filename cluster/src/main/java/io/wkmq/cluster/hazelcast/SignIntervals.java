package io.wkmq.cluster.hazelcast;

import java.time.Duration;
import java.util.Arrays;

/**
 * How regularly a member sends its heartbeats, and the silence that is therefore too long: the phi accrual failure detector (Hayashibara et
 * al., 2004), with a phi of 10 and, as in Akka, an acceptable pause. Keeps the last {@value #SAMPLES_MAX} intervals. Confined to one
 * thread.
 */
final class SignIntervals {
    /** Fewer samples prove nothing: a node that has just started may well be delayed. */
    static final int SAMPLES_MIN = 10;

    private static final int SAMPLES_MAX = 100;

    /** The number of standard deviations above the mean that one in 10^10 normally distributed intervals exceeds. */
    private static final double DEVIATIONS = 6.36;

    /** The acceptable pause of an otherwise regular member, in heartbeats, for garbage collection and the like. */
    private static final int PAUSE = 3;

    /** The minimum deviation is a heartbeat divided by this, which is also how often heartbeats are checked. */
    private static final int DEVIATION_PARTS = 4;

    private final long heartbeatNanos;
    private final long[] nanos = new long[SAMPLES_MAX];
    private int next;
    private int count;
    private long enoughNanos = Long.MAX_VALUE;

    /**
     * Creates an instance without samples.
     *
     * @param heartbeat the intended time between two heartbeats
     */
    SignIntervals(Duration heartbeat) {
        this.heartbeatNanos = heartbeat.toNanos();
    }

    /** Adds the interval between the last two heartbeats. */
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

    /** Returns the silence after which the member is declared gone; {@link Long#MAX_VALUE} while there are too few samples. */
    long enoughNanos() {
        return enoughNanos;
    }
}
