package io.wkmq.broker.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The bytes written to a connection in the current turn of its event loop. Packets are appended to one buffer, which is passed
 * to the socket at the end of the turn, or earlier once it is large. A new buffer is sized after those of previous turns, so
 * that it seldom grows. Confined to the loop's thread.
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
     * Creates the buffer of one channel.
     *
     * @param onWritable runs once the socket accepts data again, after {@link #writable()} returned false
     */
    OutboundBuffer(Channel channel, LoopTurns turns, Runnable onWritable) {
        this.channel = channel;
        this.turns = turns;
        this.onWritable = onWritable;
    }

    /** Returns a buffer to which a packet of about {@code bytes} bytes can be appended; it is flushed at the end of the turn. */
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

    /** Passes a full chunk to the socket while it is still in the processor's cache. */
    private void send(ByteBuf full) {
        makingRoom = true; // keeps a resumed writer from writing before the packet that needs the room
        try {
            write(full);
            channel.flush();
        } finally {
            makingRoom = false;
        }
    }

    /** Returns whether the client keeps up: the bytes waiting for the socket are below the high-water mark. */
    boolean writable() {
        ByteBuf current = chunk;
        boolean writable =
                channel.isWritable() && (current == null || current.readableBytes() < channel.bytesBeforeUnwritable());
        refused |= !writable;
        return writable;
    }

    /** Passes everything to the socket. */
    void flush() {
        scheduled = false;
        ByteBuf current = chunk;
        if (current != null) {
            write(current);
        }
        channel.flush();
        writabilityChanged();
    }

    /** Handles a change of the channel's writability: resumes a writer that was refused, once there is room. */
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

    /** Adapts the initial size to the last buffer's size: grows at once, shrinks gradually. */
    private void expect(int bytes) {
        if (bytes > expectedBytes) {
            expectedBytes = Math.min(CHUNK_BYTES, Integer.highestOneBit(bytes - 1) << 1);
        } else if (bytes < expectedBytes / 4) {
            expectedBytes = Math.max(FIRST_BYTES, expectedBytes / 2);
        }
    }

    /** Reports a failed flush, which is a bug of the broker, to the connection like a handler's failure. */
    void failed(Throwable cause) {
        channel.pipeline().fireExceptionCaught(cause);
    }

    /** Releases what was not passed to the socket, after the channel has closed. */
    void discard() {
        if (chunk != null) {
            chunk.release();
            chunk = null;
        }
    }
}
