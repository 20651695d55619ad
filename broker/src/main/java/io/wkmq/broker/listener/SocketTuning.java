package io.wkmq.broker.listener;

/**
 * Socket options and buffer sizes of all client connections.
 *
 * @param keepAlive SO_KEEPALIVE: lets the kernel detect peers that have vanished
 * @param writeLowWaterMarkBytes an unwritable channel becomes writable again below this many pending bytes
 * @param writeHighWaterMarkBytes a channel becomes unwritable above this many pending bytes
 * @param receiveMinBytes the smallest buffer for one read
 * @param receiveInitialBytes the buffer for the first read; later ones adapt to the traffic
 * @param receiveMaxBytes the largest buffer for one read
 */
public record SocketTuning(
        boolean keepAlive,
        int writeLowWaterMarkBytes,
        int writeHighWaterMarkBytes,
        int receiveMinBytes,
        int receiveInitialBytes,
        int receiveMaxBytes) {
    /** Suits both 100,000 quiet clients and a few busy ones. */
    public static final SocketTuning DEFAULT = new SocketTuning(true, 32 * 1024, 128 * 1024, 256, 2048, 64 * 1024);

    /** Validates the order of the sizes. */
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
