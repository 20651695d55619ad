package io.wkmq.broker.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The bytes a connection has been given in this turn of its event loop. Packets are written behind each other into one
 * buffer, which goes to the socket at the end of the turn, or earlier once it is large. A buffer starts with what the turns
 * before have needed, so that it seldom grows. Belongs to the loop's thread.
 */
final class OutboundBuffer {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int FIRST_BYTES = 256;

    private final Channel channel;
    private final LoopTurns turns;
    private final Runnable onWritable;
    private @Nullable ByteBuf chunk;
    private int expectedBytes = FIRST_BYTES;
    private boolean scheduled;
    private boolean refused;
    private boolean makingRoom;

    /**
     * A buffer for one channel.
     *
     * @param onWritable runs once the client reads again, after {@link #writable()} was false
     */
    OutboundBuffer(Channel channel, LoopTurns turns, Runnable onWritable) {
        this.channel = channel;
        this.turns = turns;
        this.onWritable = onWritable;
    }

    /** A buffer to append a packet of about that size to; it is sent with the turn. */
    ByteBuf room(int bytes) {
        ByteBuf current = chunk;
        if (current != null && current.readableBytes() + bytes > CHUNK_BYTES) {
            send(current);
            current = null;
        }
        if (current == null) {
            current = channel.alloc().ioBuffer(Math.max(expectedBytes, bytes));
            chunk = current;
        }
        if (!scheduled) {
            scheduled = true;
            turns.here(channel.eventLoop()).flushLater(this);
        }
        return current;
    }

    /** Gives a full chunk to the socket while the processor's cache has it. */
    private void send(ByteBuf full) {
        makingRoom = true; // who waits to write again must not get in before the packet that needs the room
        try {
            write(full);
            channel.flush();
        } finally {
            makingRoom = false;
        }
    }

    /** Whether the client reads fast enough: what waits for the socket is below the high water mark. */
    boolean writable() {
        ByteBuf current = chunk;
        boolean writable =
                channel.isWritable() && (current == null || current.readableBytes() < channel.bytesBeforeUnwritable());
        refused |= !writable;
        return writable;
    }

    /** Gives everything to the socket. */
    void flush() {
        scheduled = false;
        ByteBuf current = chunk;
        if (current != null) {
            write(current);
        }
        channel.flush();
        writabilityChanged();
    }

    /** The socket took bytes, or is full. */
    void writabilityChanged() {
        if (refused && !makingRoom && channel.isWritable()) {
            refused = false;
            onWritable.run();
        }
    }

    private void write(ByteBuf full) {
        chunk = null;
        int bytes = full.readableBytes();
        expect(bytes);
        turns.here(channel.eventLoop()).traffic().add(TrafficCounter.BYTES_SENT, bytes);
        var unused = channel.write(full, channel.voidPromise()); // a failure closes the channel through exceptionCaught
    }

    /** Learns from what one buffer has come to: more at once, less only little by little. */
    private void expect(int bytes) {
        if (bytes > expectedBytes) {
            expectedBytes = Math.min(CHUNK_BYTES, Integer.highestOneBit(bytes - 1) << 1);
        } else if (bytes < expectedBytes / 4) {
            expectedBytes = Math.max(FIRST_BYTES, expectedBytes / 2);
        }
    }

    /** Flushing failed, which is a mistake of ours: the connection learns of it as of a handler's failure. */
    void failed(Throwable cause) {
        channel.pipeline().fireExceptionCaught(cause);
    }

    /** Drops what was not given to the socket: the channel has closed. */
    void discard() {
        if (chunk != null) {
            chunk.release();
            chunk = null;
        }
    }
}
