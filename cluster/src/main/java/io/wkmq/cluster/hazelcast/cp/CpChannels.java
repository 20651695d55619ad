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

/** Groups of channels whose logs are Raft groups. Created before the member that it works with, and outlives it. Thread-safe. */
public final class CpChannels {
    private static final long STEP_MS = 500;

    private final ChannelService service;
    private final ChannelMembers members;
    private final Map<Integer, CatchUp> known = new ConcurrentHashMap<>();
    private volatile Supplier<LogFigures> written = () -> LogFigures.NONE;

    /**
     * Creates the groups of channels with these replicas.
     *
     * @param onBroken called once when a replica fails; the node must then end at once
     */
    public CpChannels(LogFollowers followers, Consumer<IOException> onBroken) {
        this.service = new ChannelService(followers, onBroken);
        this.members = new ChannelMembers(service);
    }

    /** Returns the members that keep the channels. */
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

    /** Sets the source of figures about the log that the groups are written to. */
    void writtenBy(Supplier<LogFigures> log) {
        written = log;
    }

    /** Returns figures about what was written of all groups' logs on this node. */
    LogFigures written() {
        return written.get();
    }

    void attach(NodeEngineImpl engine) {
        service.attach(engine);
    }

    /** Records that the node may be among other nodes from now on. */
    void met() {
        service.meetings().met();
    }

    /** Returns how many times the node may have come among other nodes. */
    long meeting() {
        return service.meetings().number();
    }

    /**
     * Records that this node keeps no logs, and that the members whose logs it follows were present at that {@link #meeting}. At any later
     * meeting no leader is asked until this is confirmed again.
     */
    void follow(long meeting) {
        service.meetings().follow(meeting);
    }

    /** Returns whether the members whose logs this node follows are confirmed to be present, or whether it keeps the logs itself. */
    boolean confirmed() {
        return service.meetings().confirmed();
    }

    /** Fails the calls that wait for a member that is gone. */
    void lost(Address address) {
        service.calls().lost(address);
    }

    /** Fails the calls that wait for a leader that is silent. */
    void silent(Address address) {
        service.calls().silent(address);
    }

    void found(Address address) {
        service.calls().found(address);
    }

    /**
     * Returns the log of a group, creating the group if it does not exist. Called while the member runs; blocks until the CP subsystem runs
     * and the group is known.
     *
     * @param limit how long to wait for the CP subsystem
     * @param deadline the time after which an unanswered proposal fails
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
     * Blocks until the CP subsystem runs, with or without this node.
     *
     * @throws IllegalStateException if it does not in time
     */
    void awaitBegin(Duration limit) throws InterruptedException {
        long since = System.nanoTime();
        // in steps: the member may be restarted in another cluster meanwhile
        while (!service.raft().awaitUntilDiscoveryCompleted(STEP_MS, TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() - since > limit.toNanos()) {
                throw new IllegalStateException("The CP subsystem does not run after " + limit);
            }
        }
    }

    /** Returns whether, as far as this node knows, the CP subsystem runs, with or without this node. */
    boolean decided() {
        RaftService raft = service.running();
        return raft != null && raft.isDiscoveryCompleted();
    }

    /**
     * Completes once this node's replica of a group has applied everything committed before this call, and so everything that anybody was
     * told of. Fails with an {@link io.wkmq.channel.engine.OverloadedException} if there is no quorum or the replica stays behind, and with
     * a {@link io.wkmq.channel.engine.LogClosedException} if retrying is pointless. Never blocks and writes nothing; concurrent calls share
     * their work.
     *
     * @param group a group whose {@link #log} was requested before
     * @param limit the time after which it fails, give or take a second
     */
    public CompletionStage<Void> caughtUp(int group, Duration limit) {
        CatchUp found = known.get(group);
        if (found == null) {
            throw new IllegalArgumentException("The log of group " + group + " is not known yet");
        }
        return found.caughtUp(limit);
    }

    /**
     * Returns whether this node's replica of a Raft group is complete, that is, misses no entries; true for a group that has no channels.
     * Callable from any thread.
     */
    boolean whole(CPGroupId group) {
        return service.whole(group);
    }

    /** Returns how many entries this node's replica of a Raft group misses. Called on the group's thread. */
    long missed(CPGroupId group) {
        return service.missed(group);
    }

    /**
     * Tells the leader of a group to transfer its leadership to the given member, or to any if it is null. Completes once the transfer has
     * begun.
     */
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
     * Completes with the index of the last committed entry that the leader of a group has applied to its replica, after the leader has made
     * sure that it leads. Fails like {@link #caughtUp}, but does not wait for this node. Concurrent calls share their work.
     */
    CompletionStage<Long> applied(int group, Duration limit) {
        CatchUp found = known.get(group);
        return found == null ? unknown(group) : found.applied(limit);
    }

    /** Completes with what the leader of a group knows about it. Fails if there is no leader that answers in time. */
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

    /** Returns this node's Raft node of a group; null if it has none, the group is not known yet, or the node's member has ended. */
    @Nullable
    RaftNode node(int group) {
        CatchUp found = known.get(group);
        RaftService raft = service.running();
        return found == null || raft == null
                ? null
                : raft.getRaftNode(found.leader().group());
    }
}
