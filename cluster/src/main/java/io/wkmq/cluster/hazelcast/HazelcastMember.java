package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.ClusterState;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.impl.MemberImpl;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.instance.BuildInfoProvider;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.HazelcastInstanceFactory;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.cluster.impl.ClusterHeartbeatManager;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import com.hazelcast.internal.nio.ConnectionListener;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.spi.impl.executionservice.ExecutionService;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.LocalDisk;
import io.wkmq.cluster.hazelcast.cp.CpSettings;
import io.wkmq.cluster.hazelcast.cp.CpSubsystem;
import io.wkmq.cluster.membership.Peer;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Hazelcast member of version {@value #VERSION}, from start to shutdown. Thread-safe; {@link #start}, {@link #merge} and {@link #close}
 * block, everything else does not.
 */
final class HazelcastMember implements AutoCloseable {
    static final String VERSION = "5.4.0";

    private static final Logger LOG = LoggerFactory.getLogger(HazelcastMember.class);

    /** Longer than a leadership handover takes if other members are present. */
    private static final Duration HAND_OVER = Duration.ofMillis(500);

    private final HazelcastInstance instance;
    private final Node node;
    private final @Nullable CpSubsystem cp;

    private HazelcastMember(HazelcastInstance instance, Node node, @Nullable CpSubsystem cp) {
        this.instance = instance;
        this.node = node;
        this.cp = cp;
    }

    /**
     * Starts a member, which enters the cluster that its seeds lead to or forms one of its own.
     *
     * @param number distinguishes this member from others of the same process run
     * @throws IllegalStateException if it cannot start: no port is free, a cluster refused it, or its stored data is damaged
     */
    static HazelcastMember start(
            int number,
            MemberSettings settings,
            Peer self,
            Search search,
            Wire wire,
            Doorkeeper doorkeeper,
            MemberEvents events) {
        String found = BuildInfoProvider.getBuildInfo().getVersion();
        if (!found.equals(VERSION)) {
            throw new IllegalStateException("Hazelcast has version " + found + "; expected " + VERSION
                    + ", whose internals this broker builds on");
        }
        Config config = MemberConfig.of(settings, self);
        CpSubsystem cp = settings.cp() == null ? null : open(settings.cp());
        HazelcastInstance instance = null;
        MemberContext context = new MemberContext(settings, self, search, wire, doorkeeper, events, cp);
        try {
            if (cp != null) {
                cp.configure(config);
            }
            instance = HazelcastInstanceFactory.newHazelcastInstance(config, name(self, number), context);
        } catch (HazelcastException | CorruptDataException e) {
            throw new IllegalStateException("The cluster member did not start: " + e.getMessage(), e);
        } finally {
            if (instance == null) {
                close(cp);
            }
        }
        instance.getLifecycleService().addLifecycleListener(event -> tell(event, events, cp));
        Node node = context.node();
        SeedJoiner joiner = (SeedJoiner) node.getJoiner();
        long period = settings.healing().every().toSeconds();
        var unused = node.getNodeEngine()
                .getExecutionService()
                .scheduleWithRepetition(
                        ClusterServiceImpl.SPLIT_BRAIN_HANDLER_EXECUTOR_NAME,
                        joiner::showUp,
                        period,
                        period,
                        TimeUnit.SECONDS);
        node.getServer()
                .getConnectionManager(EndpointQualifier.MEMBER)
                .addConnectionListener(new ConnectionListener<ServerConnection>() {
                    @Override
                    public void connectionAdded(ServerConnection connection) {}

                    @Override
                    public void connectionRemoved(ServerConnection connection) {
                        Address address = connection.getRemoteAddress();
                        if (address != null) {
                            events.connectionLost(address);
                        }
                    }
                });
        return new HazelcastMember(instance, node, cp);
    }

    private static CpSubsystem open(CpSettings settings) {
        try {
            return CpSubsystem.open(settings, new LocalDisk());
        } catch (IOException e) {
            throw new IllegalStateException("The CP subsystem did not start: " + e.getMessage(), e);
        }
    }

    private static void close(@Nullable CpSubsystem cp) {
        if (cp == null) {
            return;
        }
        try {
            cp.close();
        } catch (IOException e) {
            LOG.warn("Cannot close the files of the CP subsystem: {}", e.getMessage());
        }
    }

    /** Unique within the process: Hazelcast keeps the names even of members that stopped by themselves. */
    static String name(Peer self, int number) {
        return "wkmq-" + Long.toUnsignedString(self.incarnation(), 16) + '-' + number;
    }

    private static void tell(LifecycleEvent event, CpSubsystem cp) {
        switch (event.getState()) {
            case MERGING -> cp.leaves();
            case MERGED, MERGE_FAILED -> cp.met();
            default -> {}
        }
    }

    private static void tell(LifecycleEvent event, MemberEvents events, @Nullable CpSubsystem cp) {
        if (cp != null) {
            tell(event, cp);
        }
        switch (event.getState()) {
            case MERGING -> events.merging();
            case MERGED, MERGE_FAILED -> events.merged();
            case SHUTDOWN -> events.stopped();
            case STARTING, STARTED, SHUTTING_DOWN, CLIENT_CONNECTED, CLIENT_DISCONNECTED, CLIENT_CHANGED_CLUSTER -> {}
        }
    }

    /** Returns the members in the order in which they joined, including this one. */
    Map<Peer, Address> members() {
        return Members.read(cluster().getMembers());
    }

    Address address() {
        return node.getThisAddress();
    }

    boolean leads() {
        return cluster().isMaster();
    }

    /** Returns whether the member has not stopped. */
    boolean running() {
        return node.isRunning();
    }

    /** Returns whether nobody can join its cluster, as while it merges into another one. */
    boolean frozen() {
        ClusterState state = cluster().getClusterState();
        return state != ClusterState.ACTIVE && state != ClusterState.IN_TRANSITION;
    }

    /** As the leader, lets others join again. Does not wait until they can. */
    void thaw() {
        node.getNodeEngine().getExecutionService().execute(ExecutionService.ASYNC_EXECUTOR, () -> {
            try {
                cluster().changeClusterState(ClusterState.ACTIVE);
            } catch (HazelcastException | IllegalStateException e) {
                LOG.warn("The cluster cannot be activated yet, trying again: {}", e.getMessage());
            }
        });
    }

    /**
     * Queues a message on the connection to a member.
     *
     * @return false if it is known not to arrive
     */
    boolean send(Address target, MessageOperation message) {
        return node.isRunning() && node.getNodeEngine().getOperationService().send(message, target);
    }

    /**
     * Leaves the current cluster and enters that of the target; failing that, one that the seeds lead to, or one of its own. Given its own
     * address, it forms a cluster of one. Blocks for up to the join timeout.
     */
    void merge(Address target) {
        cluster().merge(target);
    }

    /** Returns when each other member last sent a heartbeat, by Hazelcast's cluster clock, in the order in which they joined. */
    Map<Address, Long> signs() {
        Map<Address, Long> signs = new LinkedHashMap<>();
        for (Member member : cluster().getMembers()) {
            if (!member.localMember()) {
                signs.put(
                        member.getAddress(),
                        cluster().getClusterHeartbeatManager().getLastHeartbeatTime(member));
            }
        }
        return signs;
    }

    /** Returns the addresses of the members that joined before this one; they take precedence as leader. */
    Set<Address> elders() {
        Set<Address> elders = new HashSet<>();
        for (Member member : cluster().getMembers()) {
            if (member.localMember()) {
                break;
            }
            elders.add(member.getAddress());
        }
        return elders;
    }

    /** Returns the address of the cluster's leader; null if this member leads or is in no cluster. */
    @Nullable
    Address leader() {
        return leads() ? null : cluster().getMasterAddress();
    }

    /**
     * Expels a member from the cluster. If this member does not lead, it only suspects the other one, and takes the lead once it suspects
     * all members that joined before it.
     */
    void expel(Address address, String reason) {
        MemberImpl member = cluster().getMember(address);
        if (member != null && !member.localMember()) {
            cluster().suspectMember(member, reason, true);
        }
    }

    /**
     * Stops suspecting a member that answers although no heartbeat of it has arrived for the given time. Two members that suspect each
     * other send each other no heartbeats, and without this would remain so as long as their leader lives.
     */
    void trust(Address address, Duration silence) {
        MemberImpl member = cluster().getMember(address);
        if (member != null && !member.localMember()) {
            ClusterHeartbeatManager heartbeats = cluster().getClusterHeartbeatManager();
            long now = cluster().getClusterClock().getClusterTime();
            if (now - heartbeats.getLastHeartbeatTime(member) > silence.toMillis()) {
                heartbeats.onHeartbeat(member, now);
            }
        }
    }

    /** Returns whether a member has no live connection to this one. */
    boolean misses(Address address) {
        ServerConnection connection =
                node.getServer().getConnectionManager(EndpointQualifier.MEMBER).get(address);
        return cluster().getMember(address) != null && (connection == null || !connection.isAlive());
    }

    /** Fails all pending invocations to a member. */
    void expectNothingOf(Address address) {
        node.getNodeEngine().getOperationService().onEndpointLeft(address);
    }

    private ClusterServiceImpl cluster() {
        return node.getClusterService();
    }

    /** Stops the member, without waiting for a merge in progress: Hazelcast's graceful shutdown would be held up by it. */
    @Override
    public void close() {
        if (cp != null) {
            cp.handOver(HAND_OVER);
        }
        node.shutdown(false);
        instance.getLifecycleService().shutdown();
        close(cp);
    }
}
