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
    /** Bytes that a client may send before it is accepted; CONNECT with a large will has to fit. */
    private static final int BEFORE_CONNECT_BYTES_MAX = 128 * 1024;

    /** What part of the memory of network buffers may wait to be decoded. */
    private static final int HELD_SHARE = 8;

    private final ConnectionServices services;

    /** Serves clients with these sessions. */
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

    /** The number of connections that have reached MQTT: not those still in a PROXY, TLS or WebSocket handshake. */
    public int size() {
        return services.registry().size();
    }

    /** How many bytes of clients that are held back wait. */
    public long heldBytes() {
        return services.heldInput().bytes();
    }

    /** How many clients are connected. */
    public int clients() {
        return services.registry().clients();
    }

    /** Shows the connected clients one by one, on the caller's thread; those that come or go meanwhile may be missed. */
    public void forEachClient(Consumer<ConnectedClient> each) {
        services.registry().forEach(connection -> {
            Client client = connection.client();
            if (client != null) {
                each.accept(client.describe());
            }
        });
    }

    /** The connected client with this id, or null. Looks at all of them: for tools. */
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

    /** What went through all connections since the start. */
    public Map<TrafficCounter, Long> traffic() {
        return services.turns().traffic();
    }

    /** What was refused. */
    public ConnectionCounters counters() {
        return services.counters();
    }

    /**
     * Tells every client that the server goes, and waits until they are gone.
     *
     * @return whether all are gone
     */
    public boolean closeAll(Duration limit) throws InterruptedException {
        services.registry().closeAll();
        return services.registry().awaitEmpty(limit);
    }
}
