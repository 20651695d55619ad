package io.wkmq.broker.connection;

import io.netty.channel.Channel;
import io.netty.util.internal.PlatformDependent;
import io.wkmq.broker.auth.AccessControl;
import io.wkmq.broker.codec.DecoderLimits;
import io.wkmq.broker.codec.HeldInput;
import io.wkmq.broker.config.MqttConfig;
import io.wkmq.broker.config.RewriteConfig;
import io.wkmq.broker.listener.ClientEndpoint;
import io.wkmq.broker.listener.ConnectionInitializer;
import io.wkmq.broker.loop.EventLoops;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.plugins.api.ClientListener;
import io.wkmq.session.Sessions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The MQTT connections of a node. Thread-safe. */
public final class Connections implements ConnectionInitializer {
    /** Most bytes that a client may send before it is accepted; large enough for a CONNECT with a large will. */
    private static final int BEFORE_CONNECT_BYTES_MAX = 128 * 1024;

    /** Divides the direct memory to give the bound for input waiting to be decoded. */
    private static final int HELD_SHARE = 8;

    private final ConnectionServices services;

    /** Creates the connections' shared state; clients are served with the given sessions. */
    public Connections(
            MqttConfig mqtt,
            RewriteConfig rewrite,
            EventLoops loops,
            Sessions sessions,
            NodeChannels channels,
            ChannelQuestions questions,
            SplitGuard split,
            AccessControl access,
            ClientListener events,
            Clock clock) {
        this.services = new ConnectionServices(
                mqtt,
                new TopicLimits(mqtt.maxTopicBytes(), mqtt.maxTopicLevels()),
                limits(mqtt),
                new HeldInput(Math.max(1, PlatformDependent.maxDirectMemory() / HELD_SHARE)),
                loops,
                sessions,
                channels,
                questions,
                split,
                access,
                new TopicRewrites(rewrite),
                events,
                clock,
                new AssignedClientIds(new SecureRandom()),
                new LoopTurns(),
                new ConnectionRegistry(),
                new ConnectionCounters());
    }

    private static DecoderLimits limits(MqttConfig mqtt) {
        return new DecoderLimits(
                mqtt.maxPacketBytes(),
                Math.min(BEFORE_CONNECT_BYTES_MAX, mqtt.maxPacketBytes()),
                mqtt.maxClientIdLength(),
                true,
                mqtt.fastDecode());
    }

    @Override
    public void initialize(Channel channel, ClientEndpoint endpoint) {
        Connection.open(services, endpoint, channel);
    }

    /** Returns the number of connections that have reached MQTT, excluding those in a PROXY, TLS or WebSocket handshake. */
    public int size() {
        return services.registry().size();
    }

    /** Returns the number of received bytes that wait because decoding is suspended. */
    public long heldBytes() {
        return services.heldInput().bytes();
    }

    /** Returns the number of connected clients. */
    public int clients() {
        return services.registry().clients();
    }

    /** Passes each connected client to {@code each} on the caller's thread; clients that come or go meanwhile may be missed. */
    public void forEachClient(Consumer<ConnectedClient> each) {
        services.registry().forEach(connection -> {
            Client client = connection.client();
            if (client != null) {
                each.accept(client.describe());
            }
        });
    }

    /** Returns the connected client with this id, or null. Scans all connections: meant for tools, not for the hot path. */
    public @Nullable ConnectedClient findClient(String clientId) {
        AtomicReference<@Nullable ConnectedClient> found = new AtomicReference<>();
        services.registry().forEach(connection -> {
            Client client = connection.client();
            if (client != null && client.session().clientId().equals(clientId)) {
                found.set(client.describe());
            }
        });
        return found.get();
    }

    /** Returns the traffic of all connections since the start. */
    public Map<TrafficCounter, Long> traffic() {
        return services.turns().traffic();
    }

    /** Returns the counters of refusals and disconnects. */
    public ConnectionCounters counters() {
        return services.counters();
    }

    /**
     * Tells every client that the server is shutting down, and waits up to {@code limit} for all connections to close.
     *
     * @return whether all are closed
     */
    public boolean closeAll(Duration limit) throws InterruptedException {
        services.registry().closeAll();
        return services.registry().awaitEmpty(limit);
    }
}
