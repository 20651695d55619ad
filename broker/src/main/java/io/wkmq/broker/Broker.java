package io.wkmq.broker;

import io.wkmq.broker.alarm.AlarmWatch;
import io.wkmq.broker.alarm.Alarms;
import io.wkmq.broker.alarm.NodeCauses;
import io.wkmq.broker.api.ChannelAnswers;
import io.wkmq.broker.auth.AccessControl;
import io.wkmq.broker.auth.BanReplication;
import io.wkmq.broker.auth.BannedClients;
import io.wkmq.broker.config.BrokerConfig;
import io.wkmq.broker.config.ClusterConfig;
import io.wkmq.broker.config.ListenerConfig;
import io.wkmq.broker.connection.Connections;
import io.wkmq.broker.connection.SplitGuard;
import io.wkmq.broker.ctl.NodeParts;
import io.wkmq.broker.http.ManagementException;
import io.wkmq.broker.http.MetricsSources;
import io.wkmq.broker.listener.Listener;
import io.wkmq.broker.listener.ListenerException;
import io.wkmq.broker.listener.Listeners;
import io.wkmq.broker.listener.SocketTuning;
import io.wkmq.broker.loop.EventLoops;
import io.wkmq.broker.loop.NettyShardExecutor;
import io.wkmq.broker.overload.MemoryUse;
import io.wkmq.broker.overload.OverloadGuard;
import io.wkmq.broker.plugin.HookRegistry;
import io.wkmq.broker.plugin.PluginLoadException;
import io.wkmq.broker.plugin.PluginLoader;
import io.wkmq.broker.stats.NodeFacts;
import io.wkmq.broker.stats.NodeStatistics;
import io.wkmq.broker.sys.AlarmTopics;
import io.wkmq.broker.sys.SysPublisher;
import io.wkmq.broker.sys.SysTopics;
import io.wkmq.channel.engine.ChannelNodes;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.cluster.Cluster;
import io.wkmq.cluster.ClusterNode;
import io.wkmq.cluster.NodeIdentity;
import io.wkmq.cluster.SingleNode;
import io.wkmq.cluster.membership.Node;
import io.wkmq.routing.RouteTable;
import io.wkmq.session.RetainedMessages;
import io.wkmq.session.SessionEnvironment;
import io.wkmq.session.Sessions;
import io.wkmq.session.ShardSubscribers;
import io.wkmq.session.mvstore.MvStorage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker node. Builds the layers from the lowest to the highest, opens the listeners last and shuts everything down in
 * reverse order. The only class that knows all parts. Thread-safe once open.
 */
public final class Broker implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);
    private static final Duration CERTIFICATE_POLL = Duration.ofSeconds(5);
    private static final Duration PLUGIN_LIMIT = Duration.ofSeconds(10);
    private static final Duration RETAINED_LOOK = Duration.ofSeconds(1);
    private static final int RETAINED_SWEEP = 10_000;
    private static final int BANS_MAX = 100_000;
    private static final Duration BANS_RESENT = Duration.ofSeconds(5);
    private static final Duration SPLIT_LOOK = Duration.ofMillis(250);
    private static final Duration MEMORY_LOOK = Duration.ofSeconds(1);
    private static final Duration ALARM_LOOK = Duration.ofSeconds(1);
    private static final Duration REGISTRATION = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(Broker.class);

    private final Closing closing;
    private final NodeTimer timer;
    private final Cluster cluster;
    private final KeptChannels channels;
    private final Sessions sessions;
    private final SplitGuard split;
    private final Connections connections;
    private final Listeners listeners;
    private final Management management;
    private final NodeReadiness readiness;
    private final List<ListenerConfig> listenerConfigs;

    /**
     * Builds a node. From then on administrators can reach it, but clients and other nodes cannot.
     *
     * @throws StartupException if the environment prevents the start: a port, a file or the disk
     */
    @SuppressWarnings("IllegalCatch") // whatever prevents the start, the parts already started have to be closed
    public static Broker prepare(BrokerConfig config) {
        Closing closing = new Closing();
        try {
            return new Broker(config, closing);
        } catch (IOException e) {
            closing.close();
            throw new StartupException(
                    "The data directory " + config.node().dataDir() + " cannot be used: " + e.getMessage(), e);
        } catch (ManagementException e) {
            closing.close();
            throw new StartupException(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException | Error e) {
            closing.close();
            throw e;
        }
    }

    /**
     * Builds a node and opens it.
     *
     * @throws StartupException if the environment prevents the start: a port, a file or the disk
     */
    public static Broker start(BrokerConfig config) {
        Broker broker = prepare(config);
        try {
            broker.open(() -> false);
        } catch (StartupException e) {
            broker.close();
            throw e;
        }
        return broker;
    }

    private Broker(BrokerConfig config, Closing closing) throws IOException {
        this.closing = closing;
        listenerConfigs = config.listeners();
        Clock clock = Clock.systemUTC();
        Node self =
                NodeIdentity.loadOrCreate(config.node().dataDir(), config.node().name());
        ReplicatedChannels replicated = ReplicatedChannels.openIfWanted(config, clock);
        if (replicated != null) {
            closing.add("files of channels", replicated);
        }
        cluster = closing.add("cluster", cluster(config, self, clock, replicated));
        EventLoops loops = EventLoops.start(config.node().eventLoops(), EventLoops.Transport.AUTO);
        closing.add("event loops", () -> loops.stop(STOP_LIMIT));
        timer = closing.add("timer", new NodeTimer());
        MvStorage storage = closing.add("storage", MvStorage.open(config.node().dataDir(), Mapping.storage(config)));
        RetainedMessages retained = retained(config, self, clock, storage);
        RouteTable<ShardSubscribers> routes = new RouteTable<>(loops.size(), self.id(), cluster.interest());
        cluster.replicate(routes, config.mqtt().sharedSubscriptionStrategy());
        channels = closing.add("channels", KeptChannels.open(config, clock, replicated));
        if (replicated != null || config.cluster().discovery() == ClusterConfig.Discovery.SINGLETON) {
            timer.every(REGISTRATION, cluster.register(new RegistryOfChannels(new ChannelNodes(channels.channels()))));
        }
        sessions = closing.add("sessions", sessions(config, clock, loops, routes, storage, retained));
        closing.add("messages of other nodes", cluster::serveNoMore);
        HookRegistry hooks = new HookRegistry();
        PluginLoader plugins = plugins(config, hooks);
        BannedClients banned = new BannedClients(BANS_MAX, clock);
        cluster.administration()
                .ifPresent(node ->
                        timer.every(BANS_RESENT, BanReplication.start(banned, node.membership(), node.messenger())));
        AccessControl access = closing.add(
                "access control", new AccessControl(Mapping.access(config.mqtt()), hooks, banned, timer.executor()));
        split = new SplitGuard(
                config.cluster().netsplit(),
                () -> cluster.administration().map(ClusterNode::changing).orElse(false),
                () -> cluster.administration().map(ClusterNode::majority).orElse(true));
        timer.every(SPLIT_LOOK, split::look);
        connections = new Connections(
                config.mqtt(),
                config.rewrite(),
                loops,
                sessions,
                channels.channels(),
                new ChannelAnswers(self.name().toString(), channels.channels(), clock, System::nanoTime),
                split,
                access,
                hooks.events(),
                clock);
        OverloadGuard guard = new OverloadGuard(config.overload(), MemoryUse.ofThisProcess(), clock, System::gc);
        timer.every(MEMORY_LOOK, guard::lookAtMemory);
        listeners = closing.add(
                "listeners",
                new Listeners(
                        loops,
                        SocketTuning.DEFAULT,
                        guard,
                        connections,
                        config.mqtt().maxPacketBytes(),
                        CERTIFICATE_POLL));
        NodeStatistics statistics = new NodeStatistics(connections, sessions::stats, routes::size, retained::size);
        NodeFacts facts = new NodeFacts(self.name(), Version.current(), clock, clock.instant());
        SysPublisher system = new SysPublisher(facts, sessions::publish);
        if (!config.mqtt().sysInterval().isZero()) {
            timer.every(config.mqtt().sysInterval(), new SysTopics(facts, statistics, system));
        }
        readiness = new NodeReadiness(guard, storage);
        Alarms alarms = new Alarms(clock, new AlarmTopics(system));
        NodeCauses causes = new NodeCauses(
                () -> trouble(storage, channels), channels::trouble, guard::memoryShort, sessions::stats);
        timer.every(ALARM_LOOK, new AlarmWatch(alarms, readiness::serving, causes, cluster, clock));
        management = closing.add(
                "management",
                new Management(
                        config.management(),
                        new NodeParts(
                                facts,
                                readiness,
                                statistics,
                                cluster,
                                channels.channels(),
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
                                alarms),
                        new MetricsSources(
                                self.name().toString(),
                                Version.current(),
                                statistics,
                                connections,
                                sessions,
                                listeners,
                                access,
                                guard,
                                storage,
                                channels.channels(),
                                cluster,
                                alarms)));
        // Added after the management, and so closed before it: the management reports the progress.
        closing.add(
                "clients",
                new Farewell(
                        listeners, connections, sessions, cluster, config.node().shutdownDrain())::bid);
    }

    private static @Nullable String trouble(MvStorage storage, KeptChannels channels) {
        String trouble = storage.trouble();
        return trouble == null ? channels.diskTrouble() : trouble;
    }

    private RetainedMessages retained(BrokerConfig config, Node self, Clock clock, MvStorage storage) {
        RetainedMessages retained = new RetainedMessages(
                self.id(),
                Mapping.retained(config),
                RetainedMessages.REMOVALS_KEPT,
                storage.retained(),
                clock,
                ThreadLocalRandom.current().nextLong());
        retained.restore();
        cluster.replicate(retained);
        timer.every(RETAINED_LOOK, () -> retained.sweep(RETAINED_SWEEP));
        return retained;
    }

    private static Cluster cluster(
            BrokerConfig config, Node self, Clock clock, @Nullable ReplicatedChannels replicated) {
        if (config.cluster().discovery() == ClusterConfig.Discovery.SINGLETON) {
            return new SingleNode(self, clock);
        }
        try {
            ClusterNode node = ClusterNode.prepare(
                    ClusterMapping.of(config), self, clock, replicated == null ? null : replicated.settings());
            if (replicated != null) {
                replicated.attach(node);
            }
            return node;
        } catch (IOException e) {
            throw new StartupException("Cannot accept other nodes: " + e.getMessage(), e);
        }
    }

    /**
     * Joins the other nodes and starts to accept clients. If other nodes are to be expected, it accepts clients only after it
     * has joined them; otherwise at once.
     *
     * @param givenUp whether the start has been cancelled; if so, this method returns soon
     * @throws StartupException if the environment prevents the start: a port, a file or the disk
     */
    public void open(BooleanSupplier givenUp) {
        StartWait wait = new StartWait(givenUp);
        boolean patient = cluster.expectsOthers();
        CompletableFuture<Void> met = channels.beginAfter(cluster.open(givenUp).toCompletableFuture());
        if (patient) {
            wait.await(met);
        }
        channels.awaitHere(patient, wait);
        if (wait.over()) {
            return;
        }
        split.look();
        try {
            listenerConfigs.forEach(listeners::start);
        } catch (ListenerException e) {
            throw new StartupException(String.valueOf(e.getMessage()), e);
        }
        readiness.running();
        closing.add("readiness", readiness::stopping);
        if (!patient) {
            var unused = met.whenComplete((nothing, failure) -> {
                if (failure != null) {
                    log.error("No other node can join this one: {}", StartWait.reason(failure));
                }
            });
        }
    }

    private PluginLoader plugins(BrokerConfig config, HookRegistry hooks) {
        PluginLoader loader = closing.add(
                "plugins",
                new PluginLoader(
                        new PluginLoader.Directories(
                                config.plugins().dir(),
                                config.home(),
                                config.node().dataDir().resolve("plugins")),
                        name -> config.plugins().settings().getOrDefault(name, Map.of()),
                        hooks,
                        timer.executor(),
                        PLUGIN_LIMIT));
        for (String name : config.plugins().loaded()) {
            try {
                loader.load(name);
            } catch (PluginLoadException e) {
                throw new StartupException("The plugin " + name + " cannot be loaded: " + e.getMessage(), e);
            }
        }
        return loader;
    }

    private Sessions sessions(
            BrokerConfig config,
            Clock clock,
            EventLoops loops,
            RouteTable<ShardSubscribers> routes,
            MvStorage storage,
            RetainedMessages retained) {
        List<NettyShardExecutor> shards = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            shards.add(new NettyShardExecutor(loops.loop(i)));
        }
        Sessions made = new Sessions(
                Mapping.sessions(config),
                shards,
                new SessionEnvironment(
                        config.node().name().toString(),
                        clock,
                        routes,
                        cluster.forwarder(),
                        cluster.directory(),
                        storage.sessions(),
                        retained,
                        channels.channels(),
                        cluster.routesKnown()));
        cluster.serve(made);
        made.restore().toCompletableFuture().join();
        return made;
    }

    /** Returns the running listeners with the addresses they are bound to. */
    public List<Listener> listeners() {
        return listeners.list();
    }

    /** Returns the cluster this node belongs to. */
    public Cluster cluster() {
        return cluster;
    }

    /** Returns the channels of this node. */
    public NodeChannels channels() {
        return channels.channels();
    }

    /** Returns the port that the health and metrics pages are bound to, or 0 if they are off. */
    public int managementPort() {
        return management.port();
    }

    /**
     * Stops the node: accepts no new connections, notifies the connected clients, lets their sessions move to other nodes, and
     * writes everything durable to disk. Takes a few seconds at most, plus the time for which sessions may move
     * ({@code node.shutdown_drain}).
     */
    @Override
    public void close() {
        closing.close();
    }
}
