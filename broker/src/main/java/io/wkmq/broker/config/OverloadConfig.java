package io.wkmq.broker.config;

/**
 * Where the node begins to refuse in order to stay alive: {@code overload.*}.
 *
 * @param maxConnections most connections of all listeners together
 * @param connectsPerSecond most new connections a second of all listeners together, 0 for no limit
 * @param memoryWatermark share, 0 to 1, of the heap without its young generation or of the memory for network buffers, above which new
 *     connections are refused
 * @param maxSessions most sessions, connected or not, 0 for no limit
 * @param queueMemoryShare share of the heap, 0 to 1, that the queues of all sessions together may take
 * @param mailboxLength most messages that wait for one event loop; beyond it QoS 0 is dropped and publishers wait
 */
public record OverloadConfig(
        int maxConnections,
        int connectsPerSecond,
        double memoryWatermark,
        int maxSessions,
        double queueMemoryShare,
        int mailboxLength) {}
