package io.wkmq.broker.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A body that is written bit by bit and is never in memory as a whole: writing waits while the client has not read what was
 * written. Used by one thread, not the event loop.
 */
public final class ReplyStream {
    private static final int CHUNK_BYTES = 8 * 1024;

    /** Every change is told; looking again now and then costs nothing. */
    private static final long LOOK_AGAIN_MS = 1_000;

    private final Channel channel;
    private final String trailer;
    private final ByteArrayOutputStream chunk = new ByteArrayOutputStream(2 * CHUNK_BYTES);
    private final Object change = new Object();

    ReplyStream(Channel channel, String trailer) {
        this.channel = channel;
        this.trailer = trailer;
    }

    /**
     * Writes text.
     *
     * @throws ReplyAbandonedException if nobody wants it
     */
    public void write(String text) {
        chunk.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        if (chunk.size() >= CHUNK_BYTES) {
            flush();
        }
    }

    /**
     * Sends what was written.
     *
     * @throws ReplyAbandonedException if nobody wants it
     */
    public void flush() {
        awaitRoom();
        var unused = channel.writeAndFlush(take());
    }

    /** Ends the body. */
    public void end(String trailerValue) {
        if (chunk.size() > 0) {
            var unused = channel.write(take());
        }
        LastHttpContent last = new DefaultLastHttpContent();
        last.trailingHeaders().set(trailer, trailerValue);
        var unused = channel.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
    }

    /** Ends the connection, so that the client sees that the body is not complete. */
    public void abort() {
        var unused = channel.close();
    }

    private DefaultHttpContent take() {
        byte[] bytes = chunk.toByteArray();
        chunk.reset();
        return new DefaultHttpContent(Unpooled.wrappedBuffer(bytes));
    }

    private void awaitRoom() {
        try {
            synchronized (change) {
                while (channel.isActive() && !channel.isWritable()) {
                    change.wait(LOOK_AGAIN_MS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReplyAbandonedException("The node stops");
        }
        if (!channel.isActive()) {
            throw new ReplyAbandonedException("The client is gone");
        }
    }

    /** The channel can take more now, or is closed. On the event loop. */
    void changed() {
        synchronized (change) {
            change.notifyAll();
        }
    }
}
