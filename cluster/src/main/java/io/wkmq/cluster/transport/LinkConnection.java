package io.wkmq.cluster.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.wkmq.cluster.transport.protocol.BadFrameException;
import io.wkmq.cluster.transport.protocol.FrameListener;
import io.wkmq.cluster.transport.protocol.FrameReader;
import io.wkmq.cluster.transport.protocol.FrameWriter;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One end of a connection after its handshake: decodes frames and monitors heartbeats. Belongs to the links' thread. */
abstract class LinkConnection extends ByteToMessageDecoder implements FrameListener {
    private static final Logger log = LoggerFactory.getLogger(LinkConnection.class);
    private static final int SMALL_FRAMES_BYTES = 64;

    private final FrameReader reader;
    private @Nullable ChannelHandlerContext context;
    private @Nullable String end; // why the connection ends; null while it does not
    private int silentTicks;

    LinkConnection(Clock clock) {
        reader = new FrameReader(this, clock);
    }

    /** Called when the connection is ready. */
    abstract void begin();

    /** Called when all data received in one go has been decoded. */
    abstract void readAll();

    /** Called when the connection is closed. */
    abstract void ended(String reason);

    /** Returns whether silence is expected because this side does not read. */
    boolean silenceIsOurs() {
        return false;
    }

    ChannelHandlerContext ctx() {
        if (context == null) {
            throw new IllegalStateException("The link's connection is not in a pipeline yet");
        }
        return context;
    }

    boolean writable() {
        return end == null && ctx().channel().isWritable();
    }

    /** Allocates a buffer for a few frames other than messages. */
    ByteBuf frames() {
        return ctx().alloc().directBuffer(SMALL_FRAMES_BYTES);
    }

    /** Writes frames, which the next flush sends. Takes ownership of the buffer. */
    void write(ByteBuf frames) {
        var unused = ctx().write(frames, ctx().voidPromise());
    }

    void flush() {
        ctx().flush();
    }

    /** Closes the connection. Only the first reason is kept. */
    void end(String reason) {
        if (end == null) {
            end = reason;
            var unused = ctx().close();
        }
    }

    /** Closes the connection and discards data that has not been sent yet. */
    void abort(String reason) {
        if (end == null && ctx().channel().isOpen()) {
            ctx().channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        end(reason);
    }

    /** Sends a heartbeat. Returns false if nothing was received for too long. */
    boolean tick(long lowest) {
        silentTicks = silenceIsOurs() ? 0 : silentTicks + 1;
        if (silentTicks > LinkSettings.MISSES_MAX) {
            return false;
        }
        if (writable()) {
            ByteBuf frame = frames();
            FrameWriter.heartbeat(frame, lowest);
            write(frame);
            flush();
        }
        return true;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        begin();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        silentTicks = 0;
        super.channelRead(ctx, message);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        try {
            boolean more = true;
            while (more && end == null) {
                more = reader.read(in);
            }
        } catch (BadFrameException e) {
            end("The other node sent what it may not: " + e.getMessage());
        }
        if (end != null) {
            in.skipBytes(in.readableBytes());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readAll();
        // not the superclass' method, which would trigger a read even with auto-read off
        discardSomeReadBytes();
        ctx.fireChannelReadComplete();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            log.error(
                    "A node link ends by an internal error peer={}",
                    ctx.channel().remoteAddress(),
                    cause);
        }
        end("The connection broke: " + cause.getMessage());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        String reason = end == null ? "The other node closed the connection" : end;
        end = reason;
        ended(reason);
    }
}
