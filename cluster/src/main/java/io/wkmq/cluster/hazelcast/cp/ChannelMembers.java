package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.cp.CPMember;
import com.hazelcast.cp.internal.RaftEndpointImpl;
import com.hazelcast.cp.internal.RaftService;
import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.spi.impl.operationservice.Operation;
import io.wkmq.cluster.membership.SeedAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that keep the channels, that is, hold replicas of their groups: the members of the CP subsystem. Also the nodes that want to
 * become such. Thread-safe; does not block.
 */
final class ChannelMembers implements CpMembers {
    /** How long a member may take to answer. */
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

    /** How long a majority of the members may take to answer. */
    private static final Duration MEMBERS_LIMIT = Duration.ofSeconds(5);

    private final ChannelService service;
    private volatile Set<UUID> formerly = Set.of();
    private volatile boolean logLost;
    private volatile boolean perhapsOthers;

    /** Creates the members as seen through the service of a node. */
    ChannelMembers(ChannelService service) {
        this.service = service;
    }

    /**
     * Sets the CP identities that this node had according to damaged logs; nobody has these any more.
     *
     * @param lost whether there were damaged logs that do not tell the identity
     */
    void formerly(Set<UUID> members, boolean lost) {
        formerly = Set.copyOf(members);
        logLost = lost;
    }

    /**
     * Forgets the members of the CP subsystem, unless this node is one of them or any of the given ones is present. In another cluster the
     * member list may differ without having a higher version, so the old members would be asked forever.
     */
    void forgetOthers(Collection<UUID> former) {
        RaftService raft = service.running();
        if (raft != null
                && raft.getLocalCPMember() == null
                && former.stream().map(RaftEndpointImpl::new).noneMatch(service::isHere)) {
            raft.getInvocationManager().getRaftInvocationContext().reset();
        }
    }

    /** Returns whether this node wants a place among the members, which it tells those that ask. */
    WantedPlace places() {
        return service.places();
    }

    /**
     * Returns whether other nodes may be the members of the CP subsystem: this node is not a member, and the subsystem runs or there are
     * more nodes than it has places. Returns the previous result while this node's member has ended.
     *
     * @param count how many members it is to have
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

    /** Returns this node's id in the CP subsystem; null if it is not a member of it. */
    @Nullable
    UUID replica() {
        RaftService raft = service.running();
        CPMember local = raft == null ? null : raft.getLocalCPMember();
        return local == null ? null : local.getUuid();
    }

    /** Returns whether a member of the CP subsystem is in this node's cluster. */
    boolean isHere(RaftEndpoint member) {
        return service.isHere(member);
    }

    /** Returns whether a member of the CP subsystem is in this node's cluster. */
    boolean isHere(UUID member) {
        return service.isHere(new RaftEndpointImpl(member));
    }

    /** Returns the address of a member of the CP subsystem; its id if the address is unknown. */
    String where(RaftEndpoint member) {
        RaftService raft = service.running();
        CPMember found = raft == null
                ? null
                : raft.getInvocationManager().getRaftInvocationContext().getCPMember(member.getUuid());
        return found == null ? member.getUuid().toString() : where(found);
    }

    /** Returns the address of a member of the CP subsystem; its id if the address is unknown. */
    String where(UUID member) {
        return where(new RaftEndpointImpl(member));
    }

    /** Returns the current or last address of a member of the CP subsystem. */
    static String where(CPMember member) {
        return new SeedAddress(
                        member.getAddress().getHost(), member.getAddress().getPort())
                .toString();
    }

    @Override
    public CompletionStage<Collection<CPMember>> all() {
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

    @Override
    public Object start() {
        return service.meetings().number();
    }

    @Override
    public boolean joined() {
        return service.raft().getLocalCPMember() != null;
    }

    @Override
    public List<CPMember> former(Collection<CPMember> all) {
        CPMember local = service.raft().getLocalCPMember();
        return all.stream()
                .filter(member -> formerly.contains(member.getUuid()))
                .filter(member -> local == null || !local.getUuid().equals(member.getUuid()))
                .toList();
    }

    @Override
    public List<CPMember> inPlaceOfThis(Collection<CPMember> all) {
        Address here = service.engine().getThisAddress();
        UUID local = replica();
        return all.stream()
                .filter(member ->
                        member.getAddress().equals(here) && !member.getUuid().equals(local))
                .toList();
    }

    @Override
    public boolean othersHere(Collection<CPMember> all) {
        return all.stream().allMatch(this::isAnotherHere);
    }

    private boolean isAnotherHere(CPMember member) {
        Member found = service.engine().getClusterService().getMember(member.getAddress());
        return found != null && !found.localMember();
    }

    @Override
    public boolean logLost() {
        return logLost;
    }

    @Override
    public CompletionStage<Boolean> anybodyIsFirst(boolean waits) {
        UUID self = service.engine().getLocalMember().getUuid();
        return anybody(
                (member, wants) -> wants == PlaceOp.TAKES_ITS_OWN
                        || (waits && wants == PlaceOp.WAITS && member.compareTo(self) < 0),
                TimeoutException.class::isInstance);
    }

    @Override
    public CompletionStage<Boolean> anybodyWaits() {
        return anybody((member, wants) -> wants == PlaceOp.WAITS, failure -> false);
    }

    /** A node that has no channels fails the question. */
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

    @Override
    public CompletionStage<Void> promote() {
        return service.raft().promoteToCPMember();
    }

    @Override
    public boolean mayBeMember(UUID member) {
        return service.raft().getInvocationManager().getRaftInvocationContext().getCPMember(member) != null;
    }

    @Override
    public CompletionStage<Optional<int[]>> filling(CPMember member) {
        return this.<int[]>ask(new FillingOp(member.getUuid()), member.getAddress())
                .thenApply(Optional::ofNullable);
    }

    /**
     * Completes with the incomplete groups of the node at a member's last address, whichever node that is. Fails if it does not answer in
     * time.
     */
    CompletionStage<int[]> fillingWhere(CPMember member) {
        return ask(new FillingOp(), member.getAddress());
    }

    /**
     * Removes a lost member, which then no longer counts in any group. Completes once the removal is certain to happen. Refuses if the
     * member is present, or if the node now at its address does not say that it is a different one.
     */
    CompletionStage<Void> remove(CPMember lost) {
        if (service.engine().getClusterService().getMember(lost.getAddress()) == null) {
            return takeOff(lost.getUuid());
        }
        return filling(lost)
                .handle((filling, failure) -> filling != null && filling.isEmpty())
                .thenCompose(another -> another
                        ? takeOff(lost.getUuid())
                        : CompletableFuture.failedFuture(new IOException("The node at " + where(lost)
                                + " is here; expected one that is lost, or was stopped for good")));
    }

    @Override
    public CompletionStage<Void> takeOff(UUID member) {
        return service.raft().removeCPMember(member).exceptionallyCompose(failure -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return cause instanceof IllegalArgumentException // there is no such member
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(failure);
        });
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
                    }); // not on Hazelcast's own threads: the receiver of the answer may ask another question
        } catch (HazelcastInstanceNotActiveException e) {
            answer.completeExceptionally(e);
        }
        return answer.orTimeout(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
