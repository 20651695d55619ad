package io.wkmq.broker.listener;

/**
 * Socket and buffer sizes of all client connections.
 *
 * @param keepAlive SO_KEEPALIVE: the system finds out about peers that have vanished
 * @param writeLowWaterMarkBytes a channel that was not writable is so again below this
 * @param writeHighWaterMarkBytes a channel is not writable above this many bytes waiting for the socket
 * @param receiveMinBytes the smallest buffer for one read
 * @param receiveInitialBytes the buffer of the first read; it adapts to what comes
 * @param receiveMaxBytes the largest buffer for one read
 */
public record SocketTuning(
        boolean keepAlive,
        int writeLowWaterMarkBytes,
        int writeHighWaterMarkBytes,
        int receiveMinBytes,
        int receiveInitialBytes,
        int receiveMaxBytes) {
    /** Suits both 100,000 quiet clients and a few loud ones. */
    public static final SocketTuning DEFAULT = new SocketTuning(true, 32 * 1024, 128 * 1024, 256, 2048, 64 * 1024);

    /** Checks the order of the sizes. */
    public SocketTuning {
        if (writeLowWaterMarkBytes < 1 || writeLowWaterMarkBytes > writeHighWaterMarkBytes) {
            throw new IllegalArgumentException("write water marks low=" + writeLowWaterMarkBytes + " high="
                    + writeHighWaterMarkBytes + ", expected 1 <= low <= high");
        }
        if (receiveMinBytes < 64 || receiveMinBytes > receiveInitialBytes || receiveInitialBytes > receiveMaxBytes) {
            throw new IllegalArgumentException("receive buffer min=" + receiveMinBytes + " initial="
                    + receiveInitialBytes + " max=" + receiveMaxBytes + ", expected 64 <= min <= initial <= max");
        }
    }
}
