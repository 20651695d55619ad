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
import io.wkmq.channel.engine.FormerChannels;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.channel.storage.StorageException;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node: builds the layers from left to right, opens the listeners last, and takes everything down in the opposite order. The
 * only place that knows all parts. Thread-safe once it is open.
 */
public final class Broker implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);
    private static final Duration CERTIFICATE_POLL = Duration.ofSeconds(5);
    private static final Duration PLUGIN_LIMIT = Duration.ofSeconds(10);
    private static final int RETAINED_SWEEP = 10_000;
    private static final int BANS_MAX = 100_000;
    private static final Duration BANS_RESENT = Duration.ofSeconds(5);
    private static final Duration SPLIT_LOOK = Duration.ofMillis(250);
    private static final Duration ALARM_LOOK = Duration.ofSeconds(1);
    private static final Duration REGISTRATION = Duration.ofSeconds(2);
    private static final Duration CHANNELS_LIMIT = Duration.ofSeconds(30);
    private static final String OWN_CHANNELS = "channels";
    private static final Duration GIVEN_UP_POLL = Duration.ofMillis(100);

    private static final Logger log = LoggerFactory.getLogger(Broker.class);

    private final Closing closing;
    private final Cluster cluster;
    private final @Nullable ReplicatedChannels replicated;
    private final NodeChannels channels;
    private final Sessions sessions;
    private final SplitGuard split;
    private final Connections connections;
    private final Listeners listeners;
    private final Management management;
    private final NodeReadiness readiness;
    private final List<ListenerConfig> listenerConfigs;

    /**
     * Builds a node, which administrators can reach from now on, but no client and no other node.
     *
     * @throws StartupException if something outside of the program is in the way: a port, a file, the disk
     */
    @SuppressWarnings("IllegalCatch") // whatever stops the start, what was started has to be closed
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
     * @throws StartupException if something outside of the program is in the way: a port, a file, the disk
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
        replicated = replicated(config, clock);
        cluster = closing.add("cluster", cluster(config, self, clock, replicated));
        EventLoops loops = EventLoops.start(config.node().eventLoops(), EventLoops.Transport.AUTO);
        closing.add("event loops", () -> loops.stop(STOP_LIMIT));
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, Broker::timerThread);
        timer.setRemoveOnCancelPolicy(true);
        closing.add("timer", timer::shutdownNow);
        MvStorage storage = closing.add("storage", MvStorage.open(config.node().dataDir(), Mapping.storage(config)));
        RetainedMessages retained = new RetainedMessages(
                self.id(),
                Mapping.retained(config),
                RetainedMessages.REMOVALS_KEPT,
                storage.retained(),
                clock,
                ThreadLocalRandom.current().nextLong());
        retained.restore();
        cluster.replicate(retained);
        every(timer, Duration.ofSeconds(1), () -> retained.sweep(RETAINED_SWEEP));
        RouteTable<ShardSubscribers> routes = new RouteTable<>(loops.size(), self.id(), cluster.interest());
        cluster.replicate(routes, config.mqtt().sharedSubscriptionStrategy());
        channels = closing.add("channels", channels(config, clock, replicated));
        if (replicated != null || config.cluster().discovery() == ClusterConfig.Discovery.SINGLETON) {
            every(timer, REGISTRATION, cluster.register(new RegistryOfChannels(channels)));
        }
        sessions = closing.add("sessions", sessions(config, clock, loops, routes, storage, retained));
        closing.add("messages of other nodes", cluster::serveNoMore);
        HookRegistry hooks = new HookRegistry();
        PluginLoader plugins = plugins(config, hooks, timer);
        BannedClients banned = new BannedClients(BANS_MAX, clock);
        cluster.administration()
                .ifPresent(node ->
                        every(timer, BANS_RESENT, BanReplication.start(banned, node.membership(), node.messenger())));
        AccessControl access =
                closing.add("access control", new AccessControl(Mapping.access(config.mqtt()), hooks, banned, timer));
        split = new SplitGuard(
                config.cluster().netsplit(),
                () -> cluster.administration().map(ClusterNode::changing).orElse(false),
                () -> cluster.administration().map(ClusterNode::majority).orElse(true));
        every(timer, SPLIT_LOOK, split::look);
        connections = new Connections(
                config.mqtt(),
                config.rewrite(),
                loops,
                sessions,
                channels,
                new ChannelAnswers(self.name().toString(), channels, clock, System::nanoTime),
                split,
                access,
                hooks.events(),
                clock);
        OverloadGuard guard = new OverloadGuard(config.overload(), connections::size, MemoryUse.ofThisProcess(), clock);
        every(timer, Duration.ofSeconds(1), guard::lookAtMemory);
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
            every(timer, config.mqtt().sysInterval(), new SysTopics(facts, statistics, system));
        }
        readiness = new NodeReadiness(guard, storage);
        Alarms alarms = new Alarms(clock, new AlarmTopics(system));
        NodeCauses causes = new NodeCauses(
                () -> trouble(storage, channels), () -> channelTrouble(channels), guard::memoryShort, sessions::stats);
        every(timer, ALARM_LOOK, new AlarmWatch(alarms, readiness::serving, causes, cluster, clock));
        management = closing.add(
                "management",
                new Management(
                        config.management(),
                        new NodeParts(
                                facts,
                                readiness,
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
                                channels,
                                cluster,
                                alarms)));
        // Above the management, which says meanwhile how that goes.
        closing.add(
                "clients",
                new Farewell(
                        listeners, connections, sessions, cluster, config.node().shutdownDrain())::bid);
    }

    private static @Nullable String trouble(MvStorage storage, NodeChannels channels) {
        String trouble = storage.trouble();
        return trouble == null && !channels.replicated() ? channels.trouble() : trouble;
    }

    private static @Nullable String channelTrouble(NodeChannels channels) {
        String trouble = channels.replicated() ? channels.trouble() : null;
        if (trouble == null) {
            trouble = channels.unmoved();
        }
        return trouble == null ? channels.damage() : trouble;
    }

    private @Nullable ReplicatedChannels replicated(BrokerConfig config, Clock clock) throws IOException {
        Path data = config.node().dataDir();
        if (config.cluster().channelReplicas() > 1) {
            return closing.add("files of channels", ReplicatedChannels.open(config, clock));
        }
        if (ReplicatedChannels.in(data)) {
            throw new StartupException("The node keeps channels together with others in "
                    + data.resolve(ReplicatedChannels.DIRECTORY)
                    + ", but cluster.channels.replicas is 1; expected what it was, or no such directory");
        }
        return null;
    }

    private static NodeChannels channels(BrokerConfig config, Clock clock, @Nullable ReplicatedChannels replicated)
            throws IOException {
        Path own = config.node().dataDir().resolve(OWN_CHANNELS);
        NodeChannels channels;
        try {
            if (replicated != null) {
                FormerChannels former = Files.exists(own) ? FormerChannels.open(own, Mapping.channels(config)) : null;
                return NodeChannels.of(replicated.engine(), former, clock);
            }
            channels = NodeChannels.open(own, Mapping.channels(config), clock);
        } catch (StorageException e) {
            throw new StartupException(String.valueOf(e.getMessage()), e);
        }
        int count = channels.list().size();
        if (count > 0 && config.cluster().discovery() != ClusterConfig.Discovery.SINGLETON) {
            channels.close();
            throw new StartupException("The node has " + count + " channels, which other nodes could not have, but"
                    + " cluster.discovery is "
                    + config.cluster().discovery().name().toLowerCase(Locale.ROOT)
                    + "; expected singleton, or cluster.channels.replicas = 3 to move them to other nodes");
        }
        return channels;
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
            throw new StartupException("Other nodes cannot be taken: " + e.getMessage(), e);
        }
    }

    /**
     * Meets the other nodes and takes clients. If others are to be expected it does so once it is one of them; if not, at once.
     *
     * @param givenUp whether the node is not wanted any more: then this returns soon
     * @throws StartupException if something outside of the program is in the way: a port, a file, the disk
     */
    public void open(BooleanSupplier givenUp) {
        boolean patient = cluster.expectsOthers();
        CompletableFuture<Void> met = cluster.open(givenUp).toCompletableFuture();
        ReplicatedChannels kept = replicated;
        if (kept != null) {
            met = met.thenRun(kept::begin);
        }
        if (patient) {
            await(met, givenUp);
        }
        if (kept != null && (patient || !channels.list().isEmpty())) {
            awaitChannels(kept, givenUp);
        }
        if (givenUp.getAsBoolean()) {
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
                    log.error("No other node can join this one: {}", reason(failure));
                }
            });
        }
    }

    /** Clients are to find the channels; but who wants none should not have to wait for nodes that do not come. */
    private void awaitChannels(ReplicatedChannels kept, BooleanSupplier givenUp) {
        CompletableFuture<Void> here = kept.begun()
                .toCompletableFuture()
                .completeOnTimeout(null, CHANNELS_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        await(here, givenUp);
        if (kept.engine().newcomer() && !kept.begun().toCompletableFuture().isDone()) {
            log.info("The node does not know yet which channels there are, and takes clients when it does");
            await(kept.begun().toCompletableFuture(), givenUp);
        }
        String trouble = channels.trouble();
        if (trouble != null && !givenUp.getAsBoolean()) {
            log.warn(
                    "Clients are taken, but no messages into the {} channels that are known: {}",
                    channels.list().size(),
                    trouble);
        }
    }

    private static void await(CompletableFuture<Void> met, BooleanSupplier givenUp) {
        while (!givenUp.getAsBoolean()) {
            try {
                met.get(GIVEN_UP_POLL.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException goOn) {
                log.trace("Waiting for other nodes");
            } catch (ExecutionException e) {
                throw new StartupException(reason(e), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure.getCause();
        return String.valueOf((cause == null ? failure : cause).getMessage());
    }

    private static Thread timerThread(Runnable task) {
        Thread thread = new Thread(task, "wkmq-timer");
        thread.setDaemon(true);
        return thread;
    }

    private PluginLoader plugins(BrokerConfig config, HookRegistry hooks, ScheduledExecutorService timer) {
        PluginLoader loader = closing.add(
                "plugins",
                new PluginLoader(
                        new PluginLoader.Directories(
                                config.plugins().dir(),
                                config.home(),
                                config.node().dataDir().resolve("plugins")),
                        name -> config.plugins().settings().getOrDefault(name, Map.of()),
                        hooks,
                        timer,
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

    /** Runs a task on the timer again and again; what it throws is logged and does not end it. */
    @SuppressWarnings("IllegalCatch") // a round that fails must not be the last one
    private static void every(ScheduledExecutorService timer, Duration pause, Runnable task) {
        var unused = timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException | Error e) {
                        log.error("A task of the node's timer failed", e);
                    }
                },
                pause.toMillis(),
                pause.toMillis(),
                TimeUnit.MILLISECONDS);
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
                        channels,
                        cluster.routesKnown()));
        cluster.serve(made);
        made.restore().toCompletableFuture().join();
        return made;
    }

    /** The listeners that run, with their real addresses. */
    public List<Listener> listeners() {
        return listeners.list();
    }

    /** The nodes it works with. */
    public Cluster cluster() {
        return cluster;
    }

    /** The channels of this node. */
    public NodeChannels channels() {
        return channels;
    }

    /** The real port of the health and metrics pages, 0 if there are none. */
    public int managementPort() {
        return management.port();
    }

    /**
     * Stops: no new connections, the present ones are told, their sessions follow the clients to other nodes, what is durable is on disk.
     * Takes a few seconds at most, besides the time for sessions to follow.
     */
    @Override
    public void close() {
        closing.close();
    }
}
