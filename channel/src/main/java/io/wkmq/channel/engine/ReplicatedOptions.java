package io.wkmq.channel.engine;

import java.time.Duration;

/**
 * The options of a {@link ReplicatedEngine}.
 *
 * @param replicas the options of its files
 * @param retentionInterval the interval between retention sweeps
 * @param patience how long to wait at most for other nodes
 * @param rebalanceAfter how long all nodes must be up and complete, after a node has joined, before that node takes its share of
 *     leaderships; zero for never
 * @param appender how messages are batched
 * @param scrub how records are scrubbed for damage
 */
public record ReplicatedOptions(
        ReplicaOptions replicas,
        Duration retentionInterval,
        Duration patience,
        Duration rebalanceAfter,
        AppenderOptions appender,
        ScrubOptions scrub) {
    private static final int GROUPS = 8;

    /** Validates the ranges. */
    public ReplicatedOptions {
        if (retentionInterval.toMillis() < 1 || patience.toMillis() < 1) {
            throw new IllegalArgumentException("Retention is looked at every " + retentionInterval
                    + ", other nodes are waited for " + patience + "; expected at least 1 ms");
        }
        if (rebalanceAfter.isNegative()) {
            throw new IllegalArgumentException(
                    "A node takes its share of the groups after " + rebalanceAfter + "; expected 0 or more");
        }
    }

    /**
     * Returns the defaults. Fewer operations are in flight than on a standalone node: those of all nodes queue at the leader, which refuses
     * more than a hundred.
     */
    public static ReplicatedOptions defaults() {
        return defaults(ScrubOptions.defaults());
    }

    /** Returns the defaults with other scrub options. */
    public static ReplicatedOptions defaults(ScrubOptions scrub) {
        return new ReplicatedOptions(
                ReplicaOptions.defaults(GROUPS),
                Duration.ofMinutes(1),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                new AppenderOptions(256, 64 << 10, 2, 24, 10_000, 1_000, 10, 32 << 20),
                scrub);
    }
}
