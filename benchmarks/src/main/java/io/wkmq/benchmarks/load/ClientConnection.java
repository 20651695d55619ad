package io.wkmq.benchmarks.load;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A network connection of a client: CONNECT, keep alive, and a buffer that gathers writes until {@link #flush}. Confined to its event loop.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter implements PacketCutter.Sink {
    private static final int FAREWELL_MS = 5000;

    private final Client client;
    private final Target target;
    private final SessionTerms terms;
    private final PacketCutter cutter = new PacketCutter(this);
    private final long startedNs;
    private boolean accepted;
    private boolean reported;
    private String why = "the broker closed the connection";
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf batch;
    private @Nullable Future<?> ping;

    /**
     * Creates a connection that is not open yet.
     *
     * @param startedNs the start of the time to CONNACK
     */
    ClientConnection(Client client, Target target, SessionTerms terms, long startedNs) {
        this.client = client;
        this.target = target;
        this.terms = terms;
        this.startedNs = startedNs;
    }

    /** Returns the buffer to write to; a new one has room for {@code bytes}, and it grows on demand. */
    ByteBuf batch(int bytes) {
        ByteBuf buffer = batch;
        if (buffer == null) {
            buffer = context().alloc().ioBuffer(bytes);
            batch = buffer;
        }
        return buffer;
    }

    /** Passes the gathered bytes to the socket. */
    void flush() {
        ByteBuf buffer = batch;
        if (buffer != null) {
            batch = null;
            var unused = context().writeAndFlush(buffer);
        }
    }

    /** Returns whether the socket keeps up with the flushed bytes. */
    boolean writable() {
        return context().channel().isWritable();
    }

    /** Disconnects and, with MQTT 5, ends the session. */
    void disconnect() {
        if (terms.persistent() && target.mqtt5()) {
            Packets.disconnectForEver(batch(16));
            close();
        } else {
            leave();
        }
    }

    /** Disconnects; a persistent session survives. */
    void leave() {
        Packets.disconnect(batch(16));
        close();
    }

    private void close() {
        ByteBuf last = batch;
        batch = null;
        var unused = context().writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
    }

    /**
     * Disconnects and lets the broker close the connection, so that no local port remains in TIME_WAIT; closes it after a timeout if the
     * broker does not.
     */
    void sayFarewell() {
        Packets.disconnect(batch(16));
        flush();
        ChannelHandlerContext known = context();
        Future<?> end =
                known.executor().schedule(() -> fail("the broker has not closed it"), FAREWELL_MS, MILLISECONDS);
        var unused = known.channel().closeFuture().addListener(closed -> end.cancel(false));
    }

    /** Closes the connection for that reason. */
    void fail(String reason) {
        why = reason;
        var unused = context().close();
    }

    /** Called when the connection could not be established. */
    void notConnected(Throwable cause) {
        report("cannot connect to " + target + ": " + cause.getMessage());
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext known = context;
        if (known == null) {
            throw new IllegalStateException("The connection of " + client.id() + " is used before it is there");
        }
        return known;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (!target.webSocket()) {
            open();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
            open();
        }
    }

    private void open() {
        Packets.connect(batch(256), target, client.id(), terms);
        flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        cutter.take(ctx.alloc(), (ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (accepted) {
            client.role().readComplete();
        }
        flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (accepted && ctx.channel().isWritable()) {
            client.role().writable();
        }
    }

    @Override
    public void packet(int header, ByteBuf in, int start, int end) {
        switch (header >> 4) {
            case Packets.CONNACK -> connack(Connack.read(in, start, end, target.mqtt5()));
            case Packets.PINGRESP -> {}
            case Packets.DISCONNECT ->
                fail("the broker ended the connection, reason code " + (end > start ? in.getUnsignedByte(start) : 0));
            default -> client.role().packet(header, in, start, end);
        }
    }

    private void connack(Connack connack) {
        if (connack.reason() != 0) {
            fail("the broker refused the connection, reason code " + connack.reason());
            return;
        }
        accepted = true;
        client.stats().connected(startedNs, NanoTime.now());
        if (connack.keepAliveSeconds() > 0) {
            long pauseMs = connack.keepAliveSeconds() * 500L;
            ping = context().executor().scheduleWithFixedDelay(this::ping, pauseMs, pauseMs, MILLISECONDS);
        }
        client.accepted(this, connack);
    }

    private void ping() {
        Packets.pingreq(batch(16));
        flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cutter.close();
        ByteBuf last = batch;
        batch = null;
        if (last != null) {
            last.release();
        }
        if (ping != null) {
            ping.cancel(false);
        }
        report(why);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause.toString());
    }

    private void report(String reason) {
        if (!reported) {
            reported = true;
            client.lost(reason);
        }
    }
}
