package io.wkmq.channel.engine;

import java.time.Duration;

/**
 * How a {@link ReplicatedEngine} works.
 *
 * @param replicas what its files may take
 * @param retentionInterval how often is looked for records that need not be kept
 * @param patience how long is waited at most for what other nodes have to say
 * @param rebalanceAfter how long after a node has come, and all are here and whole, it leads as many groups as the others; zero for never
 * @param appender how messages are gathered
 * @param scrub how records are looked through for damage
 */
public record ReplicatedOptions(
        ReplicaOptions replicas,
        Duration retentionInterval,
        Duration patience,
        Duration rebalanceAfter,
        AppenderOptions appender,
        ScrubOptions scrub) {
    private static final int GROUPS = 8;

    /** Checks the ranges. */
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
     * The defaults. Fewer operations are under way than on one node: what all nodes have under way together waits at the leader, which
     * refuses more than a hundred.
     */
    public static ReplicatedOptions defaults() {
        return defaults(ScrubOptions.defaults());
    }

    /** The defaults, but for how records are looked through. */
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
