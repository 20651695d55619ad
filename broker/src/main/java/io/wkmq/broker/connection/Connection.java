package io.wkmq.broker.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.ScheduledFuture;
import io.wkmq.broker.codec.MqttDecoder;
import io.wkmq.broker.codec.PacketEncoder;
import io.wkmq.broker.codec.PacketHandler;
import io.wkmq.broker.listener.ClientEndpoint;
import io.wkmq.broker.listener.ShutdownReason;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import io.wkmq.channel.Receipt;
import io.wkmq.routing.Qos;
import io.wkmq.session.ClientLink;
import io.wkmq.session.Delivery;
import io.wkmq.session.DisconnectCause;
import io.wkmq.session.ReasonCode;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One MQTT network connection: passes decoded packets to the {@link Handshake} and later to the {@link Client}, and writes the
 * responses of both and of the session. Confined to one event loop at a time: the accepting one until CONNECT has named the
 * client, then that of the client's session.
 */
final class Connection extends ChannelInboundHandlerAdapter implements PacketHandler, ClientLink {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);
    private static final int CLOSE_TIMEOUT_SECONDS = 5;
    private static final int ACKNOWLEDGEMENT_BYTES = 4;
    private static final int CONTROL_PACKET_BYTES = 64; // enough for most of them; the buffer grows for larger ones

    private final ConnectionServices services;
    private final ClientEndpoint endpoint;
    private final Channel channel;
    private final MqttDecoder decoder;
    private final OutboundBuffer out;
    private @Nullable Handshake handshake; // null once the client is connected
    private @Nullable PacketEncoder encoder;
    private Traffic traffic;
    private volatile @Nullable Client client; // written on the loop only; listings read it from other threads
    private @Nullable ScheduledFuture<?> connectDeadline;
    private boolean closing;
    private ReasonCode endReason = ReasonCode.UNSPECIFIED_ERROR; // until the actual reason is known

    private Connection(ConnectionServices services, ClientEndpoint endpoint, Channel channel) {
        this.services = services;
        this.endpoint = endpoint;
        this.channel = channel;
        this.decoder = new MqttDecoder(services.decoderLimits(), services.heldInput(), this);
        this.out = new OutboundBuffer(channel, services.turns(), this::linkWritable);
        this.handshake = new Handshake(services, this);
        this.traffic = services.turns().here(channel.eventLoop()).traffic();
    }

    /** Appends the MQTT handlers to a new connection's pipeline. Must be called on the channel's event loop. */
    static void open(ConnectionServices services, ClientEndpoint endpoint, Channel channel) {
        Connection connection = new Connection(services, endpoint, channel);
        services.registry().opened(connection);
        channel.pipeline().addLast(connection.decoder, connection);
        connection.connectDeadline = channel.eventLoop()
                .schedule(
                        () -> ShutdownReason.IDLE_TIMEOUT.close(channel),
                        services.mqtt().clientIdleTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    Channel channel() {
        return channel;
    }

    ClientEndpoint endpoint() {
        return endpoint;
    }

    MqttDecoder decoder() {
        return decoder;
    }

    /** Returns the connected client; null before CONNECT is accepted and after the client's end. Callable from any thread. */
    @Nullable
    Client client() {
        return client;
    }

    /** Returns whether nothing can be sent any more. */
    boolean closed() {
        return closing || !channel.isActive();
    }

    // Inbound

    @Override
    public void received(int bytes) {
        traffic.add(TrafficCounter.BYTES_RECEIVED, bytes);
    }

    @Override
    public void handle(Packet.Inbound packet) {
        if (closing) {
            return;
        }
        traffic.received(packet);
        Client connected = client;
        if (connected != null) {
            connected.handle(packet);
        } else if (handshake != null) {
            handshake.handle(packet);
        }
    }

    @Override
    public void reject(ReasonCode reason, String why) {
        if (closing) {
            return;
        }
        log.info("Client broke the protocol client={} peer={} reason={} why=\"{}\"", name(), peer(), reason, why);
        if (client != null) {
            disconnect(reason, why, DisconnectCause.LOST);
        } else if (handshake != null) {
            handshake.refuse(reason, why);
        }
    }

    @Override
    public void readComplete() {}

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        // while reading is stopped, silence says nothing about the client
        if (event instanceof IdleStateEvent && !closing && !decoder.readingStopped()) {
            log.debug("Nothing came within the keep-alive time client={} peer={}", name(), peer());
            attempt(decoder::end); // its DISCONNECT may be waiting behind a packet whose decoding is suspended
            disconnect(ReasonCode.KEEP_ALIVE_TIMEOUT, null, DisconnectCause.LOST);
        }
        super.userEventTriggered(context, event);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        out.writabilityChanged();
        super.channelWritabilityChanged(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        try {
            end(DisconnectCause.LOST, endReason);
        } finally {
            services.registry().closed(this);
            out.discard();
            super.channelInactive(context);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        exceptionCaught(cause);
    }

    private void exceptionCaught(Throwable cause) {
        if (cause instanceof IOException) {
            log.debug("Connection lost client={} peer={}: {}", name(), peer(), cause.getMessage());
            ShutdownReason.IO_ERROR.close(channel);
        } else {
            log.warn("A handler failed, the connection is closed client={} peer={}", name(), peer(), cause);
            ShutdownReason.INTERNAL_ERROR.close(channel);
        }
    }

    private void linkWritable() {
        Client connected = client;
        if (connected != null && !closing) {
            connected.session().linkWritable();
        }
    }

    // Asynchronous steps

    /** Runs the task on the event loop that the connection is registered with now. */
    void execute(Runnable task) {
        channel.eventLoop().execute(task);
    }

    /** Passes the stage's result to {@code next} on the connection's event loop, unless the connection has closed meanwhile. */
    <T> void when(CompletionStage<T> stage, Consumer<T> next) {
        stage.whenComplete((result, failure) -> {
            if (channel.eventLoop().inEventLoop()) {
                proceed(result, failure, next);
            } else {
                execute(() -> proceed(result, failure, next));
            }
        });
    }

    private <T> void proceed(T result, @Nullable Throwable failure, Consumer<T> next) {
        if (failure != null) {
            exceptionCaught(failure);
        } else if (!closed()) {
            attempt(() -> next.accept(result));
        }
    }

    /** Runs a step outside any pipeline callback; a failure closes the connection instead of leaving it half dead. */
    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            exceptionCaught(e);
        }
    }

    /** Like {@link #when}, and suspends decoding until {@code next} has run. */
    <T> void await(CompletionStage<T> stage, Consumer<T> next) {
        hold();
        when(stage, result -> {
            next.accept(result);
            goOn();
        });
    }

    /** Runs {@code next} in a later turn of the event loop, so that other connections get theirs; suspends decoding until then. */
    void later(Runnable next) {
        hold();
        execute(() -> {
            if (!closed()) {
                attempt(next);
                goOn();
            }
        });
    }

    /** Suspends decoding. Calls nest: each needs its own {@link #goOn()}. */
    void hold() {
        decoder.suspend();
    }

    void goOn() {
        if (!closed()) {
            attempt(decoder::resume);
        }
    }

    // Outbound

    /** Sets up the encoder for the protocol version and limits that CONNECT states. */
    void speak(Packet.Connect connect) {
        encoder = new PacketEncoder(connect);
    }

    /** Writes a packet; it is flushed at the end of this turn of the event loop. */
    void write(Packet.Outbound packet) {
        if (closed()) {
            return;
        }
        PacketEncoder own = encoder;
        PacketEncoder writer = own == null ? PacketEncoder.forRefusal(decoder.version()) : own;
        if (writer.encode(packet, out.room(CONTROL_PACKET_BYTES))) {
            traffic.sent(packet);
        } else if (packet instanceof Packet.Suback || packet instanceof Packet.Unsuback) {
            // The response exceeds the client's own Maximum Packet Size; it would wait in vain [MQTT-3.1.2-24].
            disconnect(ReasonCode.PACKET_TOO_LARGE, null, DisconnectCause.LOST);
        }
    }

    @Override
    public boolean publish(Delivery delivery, boolean duplicate) {
        Client connected = client;
        if (connected == null || closed()) {
            return true;
        }
        boolean fits = connected.deliver(delivery, duplicate, out);
        if (fits) {
            traffic.sent(TrafficCounter.PUBLISH_SENT);
        }
        return fits;
    }

    @Override
    public void acknowledge(Qos qos, int packetId, ReasonCode reason, @Nullable String reasonString) {
        Client acknowledged = client;
        if (closed() || acknowledged == null) {
            return;
        }
        acknowledged.publisher().acknowledged();
        if (reason.error() && reason != ReasonCode.NOT_AUTHORIZED && !mqtt5()) {
            // MQTT 3 has no negative acknowledgement: the client keeps the message and sends it again [MQTT-4.3.2-1].
            disconnect(reason, reasonString, DisconnectCause.LOST);
            return;
        }
        if (reason == ReasonCode.SUCCESS) {
            ByteBuf room = out.room(ACKNOWLEDGEMENT_BYTES);
            if (qos == Qos.AT_LEAST_ONCE) {
                PacketEncoder.puback(packetId, room);
                traffic.sent(TrafficCounter.PUBACK_SENT);
            } else {
                PacketEncoder.pubrec(packetId, room);
                traffic.sent(TrafficCounter.PUBREC_SENT);
            }
        } else if (qos == Qos.AT_LEAST_ONCE) {
            write(new Packet.Puback(packetId, reason, reasonString));
        } else {
            write(new Packet.Pubrec(packetId, reason, reasonString));
        }
    }

    @Override
    public void acknowledge(Qos qos, int packetId, Receipt receipt) {
        Client acknowledged = client;
        if (closed() || acknowledged == null || !mqtt5()) {
            acknowledge(qos, packetId, ReasonCode.SUCCESS, null);
            return;
        }
        acknowledged.publisher().acknowledged();
        if (qos == Qos.AT_LEAST_ONCE) {
            write(new Packet.Puback(packetId, ReasonCode.SUCCESS, null, receipt.properties()));
        } else {
            write(new Packet.Pubrec(packetId, ReasonCode.SUCCESS, null, receipt.properties()));
        }
    }

    @Override
    public void pause() {
        hold();
    }

    @Override
    public void resume() {
        execute(this::goOn); // not inline: the session is in the middle of a step
    }

    @Override
    public void release(int packetId, ReasonCode reason) {
        write(new Packet.Pubrel(packetId, reason));
    }

    @Override
    public void complete(int packetId, ReasonCode reason) {
        write(new Packet.Pubcomp(packetId, reason));
    }

    @Override
    public boolean writable() {
        return closed() || out.writable();
    }

    private boolean mqtt5() {
        ProtocolVersion version = decoder.version();
        return version != null && version.isMqtt5();
    }

    // Start and end

    /** Hands the connection over to the client, after a successful CONNACK was written. */
    void connected(Client opened, int keepAliveSeconds) {
        client = opened;
        handshake = null;
        traffic = services.turns().here(channel.eventLoop()).traffic();
        cancelConnectDeadline();
        if (keepAliveSeconds > 0) {
            long millis = Math.round(keepAliveSeconds * 2_000 * services.mqtt().keepaliveBackoff());
            ChannelPipeline pipeline = channel.pipeline();
            pipeline.addBefore(
                    pipeline.context(decoder).name(),
                    "keep-alive",
                    new IdleStateHandler(millis, 0, 0, TimeUnit.MILLISECONDS));
        }
        services.registry().connected();
        services.events().connected(opened.access().client());
        decoder.accepted(services.mqtt().maxTopicAlias());
    }

    /** Closes the connection on behalf of the session or the node. The session hears of the end only when the channel becomes inactive. */
    @Override
    public void close(ReasonCode reason, @Nullable String reasonString) {
        disconnect(reason, reasonString, null);
    }

    /**
     * Ends the connection: sends an MQTT 5 client the reason, reports the end to the session (unless {@code cause} is null),
     * and closes the channel once all written bytes are flushed.
     */
    void disconnect(ReasonCode reason, @Nullable String reasonString, @Nullable DisconnectCause cause) {
        if (closing) {
            return;
        }
        if (mqtt5() && client != null && reason.error()) {
            write(new Packet.Disconnect(reason, -1, reasonString, null));
        }
        if (cause != null) {
            end(cause, reason);
        }
        closeAfterFlush(reason);
    }

    /** Ends the connection after the client's DISCONNECT, which is not answered [MQTT-3.14.4-3]. */
    void disconnected(ReasonCode reason, DisconnectCause cause) {
        end(cause, reason);
        closeAfterFlush(reason);
    }

    /** Closes the channel once everything written is flushed, or after {@value #CLOSE_TIMEOUT_SECONDS} seconds. */
    void closeAfterFlush(ReasonCode reason) {
        if (closing) {
            return;
        }
        closing = true;
        endReason = reason;
        Ending.of(reason).mark(channel);
        decoder.stop();
        cancelConnectDeadline();
        out.flush();
        ChannelFuture flushed = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        if (!flushed.isDone()) {
            ScheduledFuture<?> limit = channel.eventLoop()
                    .schedule(
                            () -> ShutdownReason.INTERNAL_ERROR.close(channel),
                            CLOSE_TIMEOUT_SECONDS,
                            TimeUnit.SECONDS);
            channel.closeFuture().addListener(closed -> limit.cancel(false));
        }
    }

    private void end(DisconnectCause cause, ReasonCode reason) {
        cancelConnectDeadline();
        Client connected = client;
        if (connected != null) {
            client = null;
            services.registry().disconnected();
            connected.ended(cause, reason);
        }
    }

    private void cancelConnectDeadline() {
        ScheduledFuture<?> deadline = connectDeadline;
        if (deadline != null) {
            connectDeadline = null;
            deadline.cancel(false);
        }
    }

    private String name() {
        Client connected = client;
        return connected == null ? "-" : connected.session().clientId();
    }

    private String peer() {
        return endpoint.peerAddress();
    }
}
