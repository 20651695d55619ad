package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.Config;
import com.hazelcast.config.ConfigAccessor;
import com.hazelcast.config.ServiceConfig;
import com.hazelcast.cp.CPGroupId;
import com.hazelcast.cp.internal.RaftGroupId;
import com.hazelcast.cp.internal.RaftService;
import com.hazelcast.cp.internal.operation.RaftQueryOp;
import com.hazelcast.cp.internal.raft.QueryPolicy;
import com.hazelcast.cp.internal.raft.impl.RaftNode;
import com.hazelcast.spi.impl.NodeEngineImpl;
import io.wkmq.channel.engine.LogFigures;
import io.wkmq.channel.engine.LogFollowers;
import io.wkmq.channel.engine.ReplicatedLog;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Groups of channels whose logs are Raft groups. Made before the member that it works with, outlives it. Thread-safe. */
public final class CpChannels {
    private static final long STEP_MS = 500;

    private final ChannelService service;
    private final ChannelMembers members;
    private final Map<Integer, CatchUp> known = new ConcurrentHashMap<>();
    private volatile Supplier<LogFigures> written = () -> LogFigures.NONE;

    /**
     * Channels with those replicas.
     *
     * @param onBroken is told once when a replica fails: the node is to end at once
     */
    public CpChannels(LogFollowers followers, Consumer<IOException> onBroken) {
        this.service = new ChannelService(followers, onBroken);
        this.members = new ChannelMembers(service);
    }

    /** Those that keep them. */
    ChannelMembers members() {
        return members;
    }

    void configure(Config config) {
        ConfigAccessor.getServicesConfig(config)
                .addServiceConfig(new ServiceConfig()
                        .setName(ChannelService.NAME)
                        .setEnabled(true)
                        .setImplementation(service));
    }

    /** Where their logs are written. */
    void writtenBy(Supplier<LogFigures> log) {
        written = log;
    }

    /** What was written of all their logs on this node. */
    LogFigures written() {
        return written.get();
    }

    void attach(NodeEngineImpl engine) {
        service.attach(engine);
    }

    /** The node may be among others from now on. */
    void met() {
        service.meetings().met();
    }

    /** How often the node may have come among others. */
    long meeting() {
        return service.meetings().number();
    }

    /** The node keeps no logs, and those were here at that {@link #meeting} whose logs it follows: at later ones no leader is asked. */
    void follow(long meeting) {
        service.meetings().follow(meeting);
    }

    /** Whether those are here whose logs it follows, or it keeps them itself. */
    boolean confirmed() {
        return service.meetings().confirmed();
    }

    /** The member there is gone: what it was asked for is not waited for. */
    void lost(Address address) {
        service.calls().lost(address);
    }

    /** A leader there is silent. */
    void silent(Address address) {
        service.calls().silent(address);
    }

    void found(Address address) {
        service.calls().found(address);
    }

    /**
     * The log of a group, which is made if it is not there. To be called when the member runs; blocks until the CP subsystem does, and the
     * group is known.
     *
     * @param limit how long to wait for the CP subsystem
     * @param deadline after what time a proposal that was not answered fails
     * @throws IllegalStateException if the CP subsystem does not run in time
     */
    public ReplicatedLog log(int group, Duration limit, Duration deadline) throws InterruptedException {
        awaitBegin(limit);
        RaftGroupId made = service.raft().createRaftGroupForProxy("log@" + ChannelService.groupName(group));
        CatchUp found = known.compute(
                group,
                (number, before) -> before != null && before.leader().group().equals(made)
                        ? before
                        : new CatchUp(service, new LeaderCalls(service, made)));
        return new GroupLog(found.leader(), deadline);
    }

    /**
     * Blocks until the CP subsystem runs, with this node or without it.
     *
     * @throws IllegalStateException if it does not in time
     */
    void awaitBegin(Duration limit) throws InterruptedException {
        long since = System.nanoTime();
        // in steps: the member may be started again in another cluster meanwhile
        while (!service.raft().awaitUntilDiscoveryCompleted(STEP_MS, TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() - since > limit.toNanos()) {
                throw new IllegalStateException("The CP subsystem does not run after " + limit);
            }
        }
    }

    /** Whether the CP subsystem runs, with this node or without it, as far as this node knows. */
    boolean decided() {
        RaftService raft = service.running();
        return raft != null && raft.isDiscoveryCompleted();
    }

    /**
     * Completes once this node's own replica of a group has all that was committed before this call: what anybody was told of is there.
     * Fails with an {@link io.wkmq.channel.engine.OverloadedException} if there is no quorum or the replica stays behind; with a
     * {@link io.wkmq.channel.engine.LogClosedException} if trying again is of no use. Never blocks; writes nothing; cheap for many at once.
     *
     * @param group whose {@link #log} was asked for before
     * @param limit after what time it fails, give or take a second
     */
    public CompletionStage<Void> caughtUp(int group, Duration limit) {
        CatchUp found = known.get(group);
        if (found == null) {
            throw new IllegalArgumentException("The log of group " + group + " is not known yet");
        }
        return found.caughtUp(limit);
    }

    /** Whether this node's replica of a Raft group has applied all that it was given; so if it is none of channels. Any thread. */
    boolean whole(CPGroupId group) {
        return service.whole(group);
    }

    /** How many entries this node's replica of a Raft group misses. On the group's thread. */
    long missed(CPGroupId group) {
        return service.missed(group);
    }

    /** Tells the leader of a group to hand over, to that member or, if it is null, to any. Completes when it has begun. */
    CompletionStage<Boolean> handOver(int group, @Nullable UUID target, Duration limit) {
        CatchUp found = known.get(group);
        if (found == null) {
            return unknown(group);
        }
        LeaderCalls leader = found.leader();
        return leader.askRepeatedly(
                () -> new RaftQueryOp(leader.group(), new HandOverOp(target), QueryPolicy.LEADER_LOCAL), limit);
    }

    /**
     * The last entry of a group's log that its leader has brought to its replica, and that was committed: it makes sure that it leads. Fails
     * as {@link #caughtUp}, but does not wait for this node. Cheap for many at once.
     */
    CompletionStage<Long> applied(int group, Duration limit) {
        CatchUp found = known.get(group);
        return found == null ? unknown(group) : found.applied(limit);
    }

    /** What the leader of a group knows of it. Fails if there is none that says so in time. */
    CompletionStage<LeaderStatus> asLeader(int group) {
        CatchUp found = known.get(group);
        if (found == null) {
            return unknown(group);
        }
        LeaderCalls leader = found.leader();
        return leader.<long[]>askRepeatedly(
                        () -> new RaftQueryOp(leader.group(), new LeaderStatusOp(), QueryPolicy.LEADER_LOCAL),
                        ChannelMembers.ANSWER_LIMIT)
                .thenApply(LeaderStatus::of);
    }

    private static <T> CompletionStage<T> unknown(int group) {
        return CompletableFuture.failedFuture(new IOException("The log of group " + group + " is not known yet"));
    }

    /** This node's part of a group; null if it has none, the group is not known yet, or the node's member has ended. */
    @Nullable
    RaftNode node(int group) {
        CatchUp found = known.get(group);
        RaftService raft = service.running();
        return found == null || raft == null
                ? null
                : raft.getRaftNode(found.leader().group());
    }
}
