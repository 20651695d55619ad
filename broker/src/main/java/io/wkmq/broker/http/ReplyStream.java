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
 * A response body that is written in pieces and never held in memory as a whole: writing blocks until the client has read
 * enough of what was written. Used by one thread, which must not be the event loop.
 */
public final class ReplyStream {
    private static final int CHUNK_BYTES = 8 * 1024;

    /** A safety net: every change is also signalled. */
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
     * @throws ReplyAbandonedException if the response is no longer wanted
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
     * @throws ReplyAbandonedException if the response is no longer wanted
     */
    public void flush() {
        awaitRoom();
        var unused = channel.writeAndFlush(take());
    }

    /** Ends the body and sends the trailer. */
    public void end(String trailerValue) {
        if (chunk.size() > 0) {
            var unused = channel.write(take());
        }
        LastHttpContent last = new DefaultLastHttpContent();
        last.trailingHeaders().set(trailer, trailerValue);
        var unused = channel.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
    }

    /** Closes the connection early, so that the client notices that the body is incomplete. */
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

    /** Handles a change of the channel's writability, or its end. Called on the event loop. */
    void changed() {
        synchronized (change) {
            change.notifyAll();
        }
    }
}
