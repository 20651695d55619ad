package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.config.ConfigAccessor;
import com.hazelcast.config.ServiceConfig;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.cp.CPGroupId;
import com.hazelcast.cp.CPMember;
import com.hazelcast.cp.internal.RaftEndpointImpl;
import com.hazelcast.cp.internal.RaftGroupId;
import com.hazelcast.cp.internal.RaftService;
import com.hazelcast.cp.internal.operation.RaftQueryOp;
import com.hazelcast.cp.internal.raft.QueryPolicy;
import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.RaftNode;
import com.hazelcast.spi.impl.NodeEngineImpl;
import com.hazelcast.spi.impl.operationservice.Operation;
import io.wkmq.channel.engine.LogFigures;
import io.wkmq.channel.engine.LogFollowers;
import io.wkmq.channel.engine.ReplicatedLog;
import io.wkmq.cluster.membership.SeedAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Groups of channels whose logs are Raft groups. Made before the member that it works with, outlives it. Thread-safe. */
public final class CpChannels {
    private static final long STEP_MS = 500;

    /** How long a member may take to answer. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

    /** How long a majority of them may. */
    private static final Duration MEMBERS_LIMIT = Duration.ofSeconds(5);

    private final ChannelService service;
    private final Map<Integer, CatchUp> known = new ConcurrentHashMap<>();
    private volatile Set<UUID> formerly = Set.of();
    private volatile boolean logLost;
    private volatile boolean perhapsOthers;
    private volatile Supplier<LogFigures> written = () -> LogFigures.NONE;

    /**
     * Channels with those replicas.
     *
     * @param onBroken is told once when a replica fails: the node is to end at once
     */
    public CpChannels(LogFollowers followers, Consumer<IOException> onBroken) {
        this.service = new ChannelService(followers, onBroken);
    }

    /**
     * Who this node was in the CP subsystem, by logs that were damaged: nobody is that any more.
     *
     * @param lost whether there were such logs that do not say who it was
     */
    void formerly(Set<UUID> members, boolean lost) {
        formerly = Set.copyOf(members);
        logLost = lost;
    }

    /** Whether this node's log was damaged and put aside, and does not say who it was by that. */
    boolean logLost() {
        return logLost;
    }

    /** The members of the CP subsystem that this node was and is no more: their logs are lost. */
    List<CPMember> former(Collection<CPMember> all) {
        CPMember local = service.raft().getLocalCPMember();
        return all.stream()
                .filter(member -> formerly.contains(member.getUuid()))
                .filter(member -> local == null || !local.getUuid().equals(member.getUuid()))
                .toList();
    }

    /** The members of the CP subsystem that are where this node is, and are not this node. */
    List<CPMember> inPlaceOfThis(Collection<CPMember> all) {
        Address here = service.engine().getThisAddress();
        UUID local = replica();
        return all.stream()
                .filter(member ->
                        member.getAddress().equals(here) && !member.getUuid().equals(local))
                .toList();
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
        service.met();
    }

    /**
     * Forgets the members of the CP subsystem, unless this node is one or any of those is here: others say of theirs who they are, but not by
     * higher versions, so that those would be asked for ever.
     */
    void forgetOthers(Collection<UUID> former) {
        RaftService raft = service.running();
        if (raft != null
                && raft.getLocalCPMember() == null
                && former.stream().map(RaftEndpointImpl::new).noneMatch(service::isHere)) {
            raft.getInvocationManager().getRaftInvocationContext().reset();
        }
    }

    /** How often the node may have come among others. */
    long meeting() {
        return service.meeting();
    }

    /** The node keeps no logs, and those were here at that {@link #meeting} whose logs it follows: at later ones no leader is asked. */
    void follow(long meeting) {
        service.follow(meeting);
    }

    /** Whether those are here whose logs it follows, or it keeps them itself. */
    boolean confirmed() {
        return service.confirmed();
    }

    /** What tells the start of the member, and the others that it is among, from those before. */
    Object start() {
        return service.meeting();
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

    /**
     * Whether others may be the members of the CP subsystem: this node is none, and it runs, or there are more nodes than it is to have. As
     * it was before while this node's member has ended.
     *
     * @param count how many it is to have
     */
    boolean perhapsOthers(int count) {
        RaftService raft = service.running();
        if (raft != null) {
            perhapsOthers = raft.getLocalCPMember() == null
                    && (raft.isDiscoveryCompleted()
                            || service.engine().getClusterService().getSize() > count);
        }
        return perhapsOthers;
    }

    /** Whether the CP subsystem runs, with this node or without it, as far as this node knows. */
    boolean decided() {
        RaftService raft = service.running();
        return raft != null && raft.isDiscoveryCompleted();
    }

    /** The members of the CP subsystem, as a majority of them knows. Fails if that is not said in time. */
    CompletionStage<Collection<CPMember>> members() {
        RaftService raft = service.running();
        if (raft == null) {
            return CompletableFuture.failedFuture(new IOException("This node's member of the cluster has ended"));
        }
        CompletableFuture<Collection<CPMember>> answer = new CompletableFuture<>();
        var unused = raft.getCPMembers().whenCompleteAsync((all, failure) -> {
            if (failure == null) {
                answer.complete(all);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        return answer.orTimeout(MEMBERS_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Removes one from it that is lost: it does not count in any group any more. Completes when that is sure to happen. Refused if it is here,
     * or the node that is where it was does not say that it is another one.
     */
    CompletionStage<Void> remove(CPMember lost) {
        if (service.engine().getClusterService().getMember(lost.getAddress()) == null) {
            return takeOff(lost.getUuid());
        }
        return fillingOf(lost)
                .handle((filling, failure) -> filling != null && filling.isEmpty())
                .thenCompose(another -> another
                        ? takeOff(lost.getUuid())
                        : CompletableFuture.failedFuture(new IOException("The node at " + where(lost)
                                + " is here; expected one that is lost, or was stopped for good")));
    }

    /** The same, of one that is known to be gone: another one may be where it was. It is done too if it is no member any more. */
    CompletionStage<Void> takeOff(UUID lost) {
        return service.raft().removeCPMember(lost).exceptionallyCompose(failure -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return cause instanceof IllegalArgumentException // that there is no such member
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(failure);
        });
    }

    /** This node's id in the CP subsystem; null if it is no member of it. */
    @Nullable
    UUID replica() {
        RaftService raft = service.running();
        CPMember local = raft == null ? null : raft.getLocalCPMember();
        return local == null ? null : local.getUuid();
    }

    /** Whether one may be a member of it, as this node knows without asking anybody. */
    boolean mayBeMember(UUID member) {
        return service.raft().getInvocationManager().getRaftInvocationContext().getCPMember(member) != null;
    }

    /** Whether this node wants a place among the members, which it tells those who ask. */
    WantedPlace places() {
        return service.places();
    }

    /** Whether another node of this one's cluster waits for a place, as those say who answer in time. */
    CompletionStage<Boolean> anybodyWaits() {
        return anybody((member, wants) -> wants == PlaceOp.WAITS, failure -> false);
    }

    /**
     * Whether another node of this one's cluster takes its own place, or does not say in time that it does not.
     *
     * @param waits or waits for a place, and has a lower id than this one: so one of those that do is the first
     */
    CompletionStage<Boolean> anybodyIsFirst(boolean waits) {
        UUID self = service.engine().getLocalMember().getUuid();
        return anybody(
                (member, wants) -> wants == PlaceOp.TAKES_ITS_OWN
                        || (waits && wants == PlaceOp.WAITS && member.compareTo(self) < 0),
                TimeoutException.class::isInstance);
    }

    /** Of a node that has no channels the question fails. */
    private CompletionStage<Boolean> anybody(BiPredicate<UUID, Byte> wants, Predicate<Throwable> failed) {
        List<CompletableFuture<Boolean>> asked = service.engine().getClusterService().getMembers().stream()
                .filter(member -> !member.localMember())
                .map(member -> this.<Byte>ask(new PlaceOp(), member.getAddress())
                        .handle((answer, failure) ->
                                failure == null ? wants.test(member.getUuid(), answer) : failed.test(failure))
                        .toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .thenApply(nothing -> asked.stream().anyMatch(CompletableFuture::join));
    }

    /** Makes this node a member of it, and of all groups that have fewer than they had at first. */
    CompletionStage<Void> promote() {
        return service.raft().promoteToCPMember();
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

    /** The groups of which a member's replica misses something, which is being fetched. Fails if it does not say that in time. */
    CompletionStage<int[]> filling(CPMember member) {
        return ask(new FillingOp(), member.getAddress());
    }

    /** The same, asked of that member alone; empty if another one is where it was. */
    CompletionStage<Optional<int[]>> fillingOf(CPMember member) {
        return this.<int[]>ask(new FillingOp(member.getUuid()), member.getAddress())
                .thenApply(Optional::ofNullable);
    }

    private <T> CompletionStage<T> ask(Operation question, Address of) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            var unused = service.engine()
                    .getOperationService()
                    .createInvocationBuilder(ChannelService.NAME, question, of)
                    .setTryCount(1)
                    .<T>invoke()
                    .whenCompleteAsync((said, failure) -> {
                        if (failure == null) {
                            answer.complete(said);
                        } else {
                            answer.completeExceptionally(failure);
                        }
                    }); // not on Hazelcast's own threads: who gets the answer may have another question
        } catch (HazelcastInstanceNotActiveException e) {
            answer.completeExceptionally(e);
        }
        return answer.orTimeout(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether this node is a member of the CP subsystem, which runs. */
    boolean member() {
        return service.raft().getLocalCPMember() != null;
    }

    /** Where a member of the CP subsystem is; its id if nobody knows. */
    String where(RaftEndpoint member) {
        RaftService raft = service.running();
        CPMember found = raft == null
                ? null
                : raft.getInvocationManager().getRaftInvocationContext().getCPMember(member.getUuid());
        return found == null ? member.getUuid().toString() : where(found);
    }

    /** Where a member of the CP subsystem is, or was last. */
    static String where(CPMember member) {
        return new SeedAddress(
                        member.getAddress().getHost(), member.getAddress().getPort())
                .toString();
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

    /** Whether a member of the CP subsystem is in this node's cluster. */
    boolean isHere(RaftEndpoint member) {
        return service.isHere(member);
    }

    /** Whether a member of the CP subsystem is in this node's cluster. */
    boolean isHere(UUID member) {
        return service.isHere(new RaftEndpointImpl(member));
    }

    /** Where a member of the CP subsystem is; its id if nobody knows. */
    String where(UUID member) {
        return where(new RaftEndpointImpl(member));
    }

    /** Whether a node is in this one's cluster where a member of the CP subsystem was last: another one than this. */
    boolean isAnotherHere(CPMember member) {
        Member found = service.engine().getClusterService().getMember(member.getAddress());
        return found != null && !found.localMember();
    }

    /**
     * The last entry of a group's log that its leader has brought to its replica, and that was committed: it makes sure that it leads. Fails
     * as {@link #caughtUp}, but does not wait for this node.
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
                        ANSWER_LIMIT)
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
