package io.wkmq.broker.ctl;

import io.wkmq.broker.alarm.Alarms;
import io.wkmq.broker.api.ChannelAnswers;
import io.wkmq.broker.auth.AccessControl;
import io.wkmq.broker.auth.AccessSettings;
import io.wkmq.broker.auth.BannedClients;
import io.wkmq.broker.config.BrokerConfig;
import io.wkmq.broker.config.ConfigLoader;
import io.wkmq.broker.config.InvalidConfigException;
import io.wkmq.broker.connection.Connections;
import io.wkmq.broker.connection.SplitGuard;
import io.wkmq.broker.http.MetricsSources;
import io.wkmq.broker.listener.Listener;
import io.wkmq.broker.listener.Listeners;
import io.wkmq.broker.listener.SocketTuning;
import io.wkmq.broker.loop.EventLoops;
import io.wkmq.broker.loop.NettyShardExecutor;
import io.wkmq.broker.overload.OverloadGuard;
import io.wkmq.broker.plugin.HookRegistry;
import io.wkmq.broker.plugin.PluginLoader;
import io.wkmq.broker.stats.NodeFacts;
import io.wkmq.broker.stats.NodeStatistics;
import io.wkmq.channel.Channels;
import io.wkmq.channel.engine.LocalOptions;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.cluster.Cluster;
import io.wkmq.cluster.SingleNode;
import io.wkmq.cluster.membership.Node;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.RouteTable;
import io.wkmq.session.RetainedLimits;
import io.wkmq.session.RetainedMessages;
import io.wkmq.session.SessionConfig;
import io.wkmq.session.SessionEnvironment;
import io.wkmq.session.Sessions;
import io.wkmq.session.ShardSubscribers;
import io.wkmq.session.mvstore.MvStorage;
import io.wkmq.session.mvstore.StorageOptions;
import io.wkmq.testing.ManualClock;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;

/** All parts of a node that management looks at, with a TCP listener, and a clock that stands at 2026-01-01T00:00:00Z. */
public final class ManagedNode implements AutoCloseable {
    /** 2026-01-01T00:00:00Z in seconds since the epoch. */
    static final long START_SECONDS = 1_767_225_600;

    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    final ManualClock clock = new ManualClock();
    final List<String> problems = new CopyOnWriteArrayList<>();
    final EventLoops loops = EventLoops.start(2, EventLoops.Transport.AUTO);
    final RouteTable<ShardSubscribers> routes = new RouteTable<>(2);
    final HookRegistry hooks = new HookRegistry();
    final Alarms alarms = new Alarms(clock, alarm -> {});
    final BannedClients banned = new BannedClients(100, clock);
    final Sessions sessions;
    final RetainedMessages retained;
    final Connections connections;
    final Listeners listeners;
    final Listener listener;
    final PluginLoader plugins;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final BrokerConfig config;
    private final MvStorage storage;
    private final AccessControl access;
    private final Cluster cluster;
    private final NodeChannels channels;
    private final OverloadGuard overload;
    private final NodeStatistics statistics;

    /** Starts the parts; plugins are those in {@code plugins} below the home. */
    public ManagedNode(Path home) {
        try {
            config = ConfigLoader.load(home, home, Map.of("WKMQ_LISTENER__TCP__EXTERNAL", "127.0.0.1:0"));
            channels = NodeChannels.open(home.resolve("data/channels"), LocalOptions.defaults(), clock);
            storage = MvStorage.open(home.resolve("data"), StorageOptions.defaults());
        } catch (InvalidConfigException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Node self = new Node(new NodeId(new UUID(1, 2)), config.node().name());
        cluster = new SingleNode(self, Clock.systemUTC());
        retained = new RetainedMessages(
                self.id(), RetainedLimits.defaults(), RetainedMessages.REMOVALS_KEPT, storage.retained(), clock, 1);
        sessions = new Sessions(
                SessionConfig.defaults(),
                IntStream.range(0, loops.size())
                        .mapToObj(index -> new NettyShardExecutor(loops.loop(index)))
                        .toList(),
                new SessionEnvironment(
                        config.node().name().toString(),
                        clock,
                        routes,
                        cluster.forwarder(),
                        cluster.directory(),
                        storage.sessions(),
                        retained,
                        Channels.NONE));
        access = new AccessControl(
                new AccessSettings(true, true, true, true, 32, Duration.ofMinutes(1)), hooks, banned, timer);
        connections = new Connections(
                config.mqtt(),
                config.rewrite(),
                loops,
                sessions,
                channels,
                new ChannelAnswers(config.node().name().toString(), channels, clock, System::nanoTime),
                new SplitGuard(config.cluster().netsplit(), () -> false, () -> true),
                access,
                hooks.events(),
                clock);
        overload = new OverloadGuard(config.overload(), () -> 0.5, clock, () -> {});
        listeners = new Listeners(
                loops,
                SocketTuning.DEFAULT,
                overload,
                connections,
                config.mqtt().maxPacketBytes(),
                Duration.ofHours(1));
        listener = listeners.start(config.listeners().get(0));
        plugins = new PluginLoader(
                new PluginLoader.Directories(home.resolve("plugins"), home, home.resolve("data/plugins")),
                name -> Map.of(),
                hooks,
                timer,
                Duration.ofSeconds(30));
        statistics = new NodeStatistics(connections, sessions::stats, routes::size, retained::size);
    }

    /** What the node's commands work with. */
    NodeParts parts() {
        return new NodeParts(
                new NodeFacts(config.node().name(), "1.2.3", clock, clock.instant()),
                () -> problems,
                statistics,
                cluster,
                channels,
                loops,
                connections,
                sessions,
                routes,
                retained,
                retained::size,
                listeners,
                plugins,
                hooks,
                banned,
                alarms);
    }

    /** What is measured of the node. */
    public MetricsSources metricsSources() {
        return new MetricsSources(
                config.node().name().toString(),
                "1.2.3",
                statistics,
                connections,
                sessions,
                listeners,
                access,
                overload,
                storage,
                channels,
                cluster,
                alarms);
    }

    /** A client that is not connected yet. */
    public MqttProbe client(MqttVersion version) {
        return MqttProbe.open("127.0.0.1", listener.port(), version);
    }

    @Override
    public void close() {
        try {
            listeners.close();
            connections.closeAll(STOP_LIMIT);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        plugins.close();
        access.close();
        sessions.close();
        loops.stop(STOP_LIMIT);
        storage.close();
        try {
            channels.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        timer.shutdownNow();
    }
}
