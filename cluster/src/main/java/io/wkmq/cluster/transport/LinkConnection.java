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

/** One side of a connection behind its front: reads frames and watches that more come. Belongs to the links' thread. */
abstract class LinkConnection extends ByteToMessageDecoder implements FrameListener {
    private static final Logger log = LoggerFactory.getLogger(LinkConnection.class);
    private static final int SMALL_FRAMES_BYTES = 64;

    private final FrameReader reader;
    private @Nullable ChannelHandlerContext context;
    private @Nullable String end; // why it ends
    private int silentTicks;

    LinkConnection(Clock clock) {
        reader = new FrameReader(this, clock);
    }

    /** The connection is there. */
    abstract void begin();

    /** All that came at once was read. */
    abstract void readAll();

    /** It is closed, for that reason. */
    abstract void ended(String reason);

    /** Whether it may be silent: this side does not read. */
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

    /** A buffer for some frames without messages. */
    ByteBuf frames() {
        return ctx().alloc().directBuffer(SMALL_FRAMES_BYTES);
    }

    /** Writes frames; takes the buffer over. They are sent by the next flush. */
    void write(ByteBuf frames) {
        var unused = ctx().write(frames, ctx().voidPromise());
    }

    void flush() {
        ctx().flush();
    }

    /** Closes the connection for a reason; the first one counts. */
    void end(String reason) {
        if (end == null) {
            end = reason;
            var unused = ctx().close();
        }
    }

    /** The same, and what is sent but has not left yet is thrown away. */
    void abort(String reason) {
        if (end == null && ctx().channel().isOpen()) {
            ctx().channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        end(reason);
    }

    /** Says that this side is there. Returns false if nothing came from the other one for too long. */
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
        // not that of the superclass, which reads on when auto-read is off
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
