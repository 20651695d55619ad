package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.ProtocolType;
import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.networking.ChannelInitializer;
import com.hazelcast.internal.networking.InboundHandler;
import com.hazelcast.internal.networking.OutboundHandler;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.ServerContext;
import com.hazelcast.internal.server.tcp.MemberProtocolEncoder;
import com.hazelcast.internal.server.tcp.SingleProtocolDecoder;
import com.hazelcast.internal.server.tcp.SingleProtocolEncoder;
import com.hazelcast.spi.impl.executionservice.ExecutionService;
import io.wkmq.cluster.security.Handshake;
import io.wkmq.cluster.security.Handshake.Refused;
import io.wkmq.cluster.security.Purpose;
import io.wkmq.cluster.security.Unfinished;
import io.wkmq.cluster.security.Verdict;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Builds the pipelines of a connection between members: TLS if configured, the handshake, then Hazelcast's member protocol and no other. At
 * most {@value #PENDING_MAX} inbound connections may be in the handshake at a time; a new one evicts the oldest. Thread-safe.
 */
@SuppressWarnings("rawtypes") // Hazelcast's pipelines use raw types
final class GateInitializer implements ChannelInitializer {
    private static final int PENDING_MAX = 256;
    private static final int PENDING_OF_ADDRESS_MAX = 64;

    private final ServerContext server;
    private final ExecutionService timer;
    private final Doorkeeper doorkeeper;
    private final Unfinished<Gate> pending = new Unfinished<>(PENDING_MAX, PENDING_OF_ADDRESS_MAX);

    GateInitializer(ServerContext server, ExecutionService timer, Doorkeeper doorkeeper) {
        this.server = server;
        this.timer = timer;
        this.doorkeeper = doorkeeper;
    }

    @Override
    public void initChannel(Channel channel) throws SSLException {
        ServerConnection connection =
                (ServerConnection) Objects.requireNonNull(channel.attributeMap().get(ServerConnection.class));
        boolean ours = channel.isClientMode();
        Handshake handshake = ours
                ? doorkeeper.front().initiator(Purpose.MEMBER, doorkeeper::judge)
                : doorkeeper.front().acceptor(Set.of(Purpose.MEMBER, Purpose.ENQUIRY), doorkeeper::judge);
        Consumer<Refused> onRefused = refused -> {
            doorkeeper.refused(channel.remoteSocketAddress(), ours, refused);
            Address target = connection.getRemoteAddress();
            if (ours && target != null) {
                if (refused.code() != Verdict.Code.SILENT) {
                    // Hazelcast would retry until the heartbeats are missed.
                    server.removeEndpoint(target);
                }
                server.onFailedConnection(target);
            }
        };
        Gate gate = new Gate(channel, connection, handshake, doorkeeper, onRefused, pending::remove);
        Gate oldest = ours ? null : pending.add(gate, channel.remoteSocketAddress());
        if (oldest != null) {
            oldest.giveUp();
        }

        InboundHandler[] inbound = server.createInboundHandlers(EndpointQualifier.MEMBER, connection);
        OutboundHandler[] outbound = server.createOutboundHandlers(EndpointQualifier.MEMBER, connection);
        SingleProtocolEncoder encoder = new SingleProtocolEncoder(
                ours ? outbound : new OutboundHandler[] {new MemberProtocolEncoder(outbound)});
        OutboundHandler firstOut = ours ? new MemberProtocolEncoder(encoder) : encoder;
        InboundHandler firstIn = new SingleProtocolDecoder(ProtocolType.MEMBER, inbound, encoder);

        SSLEngine engine =
                ours ? doorkeeper.front().clientEngine() : doorkeeper.front().serverEngine();
        add(channel, engine, new GateDecoder(gate, firstIn), new GateEncoder(gate, firstOut));
        closeInTime(channel, gate);
    }

    private static void add(Channel channel, @Nullable SSLEngine engine, InboundHandler in, GateEncoder out)
            throws SSLException {
        if (engine == null) {
            channel.inboundPipeline().addLast(in);
            channel.outboundPipeline().addLast(out);
        } else {
            engine.beginHandshake();
            TlsState tls = new TlsState(engine);
            TlsEncoder last = new TlsEncoder(tls);
            out.closeAfter(last::sent);
            channel.inboundPipeline().addLast(new TlsDecoder(tls), in);
            channel.outboundPipeline().addLast(out, last);
        }
    }

    private void closeInTime(Channel channel, Gate gate) {
        ScheduledFuture<?> limit = timer.schedule(
                () -> {
                    if (gate.answering()) {
                        var unused = later(gate::close);
                    } else if (gate.timedOut()) {
                        gate.close();
                    }
                },
                doorkeeper.front().handshakeLimit().toMillis(),
                TimeUnit.MILLISECONDS);
        channel.addCloseListener(closed -> {
            limit.cancel(false);
            gate.closed();
        });
    }

    private ScheduledFuture<?> later(Runnable task) {
        return timer.schedule(task, WayBack.limit(doorkeeper.front()).toMillis(), TimeUnit.MILLISECONDS);
    }
}
