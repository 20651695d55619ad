package io.wkmq.broker.config;

/**
 * The limits beyond which the node refuses work to protect itself: {@code overload.*}.
 *
 * @param maxConnections the maximum number of connections of all listeners together
 * @param connectsPerSecond the maximum number of new connections per second of all listeners together, 0 for no limit
 * @param memoryWatermark the fraction of the heap, 0 to 1, above which new connections are refused and publishers are held back
 * @param maxSessions the maximum number of sessions, connected or not, 0 for no limit
 * @param queueMemoryShare the fraction of the heap, 0 to 1, that the queues of all sessions together may use
 * @param mailboxLength the maximum number of messages waiting for one event loop; beyond it QoS 0 messages are dropped and
 *     publishers are held back
 */
public record OverloadConfig(
        int maxConnections,
        int connectsPerSecond,
        double memoryWatermark,
        int maxSessions,
        double queueMemoryShare,
        int mailboxLength) {}
