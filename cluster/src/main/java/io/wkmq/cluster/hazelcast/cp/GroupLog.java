package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.cp.CPMember;
import com.hazelcast.cp.exception.CPGroupDestroyedException;
import com.hazelcast.cp.exception.CPSubsystemException;
import com.hazelcast.cp.exception.CannotReplicateException;
import com.hazelcast.cp.exception.NotLeaderException;
import com.hazelcast.cp.internal.RaftGroupId;
import com.hazelcast.cp.internal.RaftService;
import com.hazelcast.cp.internal.operation.DefaultRaftReplicateOp;
import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.RaftNode;
import com.hazelcast.spi.impl.NodeEngineImpl;
import com.hazelcast.spi.impl.operationservice.Operation;
import io.wkmq.channel.engine.IndeterminateException;
import io.wkmq.channel.engine.LogClosedException;
import io.wkmq.channel.engine.OverloadedException;
import io.wkmq.channel.engine.ReplicatedLog;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The Raft log of a group of channels, from any node. Sends each proposal to the leader that this node's own Raft node knows, which is
 * told sooner than anybody else; where it has none, to whom it was pointed last. Thread-safe.
 *
 * <p>A proposal that surely is not in the log is sent again until its deadline; of one that may be there that is said at once, for only
 * who made it knows whether it may be there twice.
 */
final class GroupLog implements ReplicatedLog {
    private static final long PAUSE_MS = 5;

    private final ChannelService service;
    private final RaftGroupId group;
    private final long deadlineNanos;

    /** Where the leader was, for a node without a replica. */
    private volatile @Nullable UUID hint;

    /** A proposal that is under way. */
    private static final class Proposal {
        private final byte[] op;
        private final long sinceNanos = System.nanoTime();
        private final CompletableFuture<byte[]> answer = new CompletableFuture<>();

        private Proposal(byte[] op) {
            this.op = op;
        }
    }

    GroupLog(ChannelService service, RaftGroupId group, Duration deadline) {
        this.service = service;
        this.group = group;
        this.deadlineNanos = deadline.toNanos();
    }

    @Override
    public CompletionStage<byte[]> propose(byte[] op) {
        Proposal proposal = new Proposal(op);
        send(proposal);
        return proposal.answer;
    }

    private void send(Proposal proposal) {
        NodeEngineImpl engine = service.engine();
        Address target = leader(engine);
        if (target == null) {
            again(proposal, "Group " + group.getName() + " has no leader");
            return;
        }
        RaftService raft = service.raft();
        Operation operation = new DefaultRaftReplicateOp(group, new ChannelOp(proposal.op))
                .setPartitionId(raft.getCPGroupPartitionId(group));
        CompletableFuture<byte[]> sent = new CompletableFuture<>();
        // Hazelcast's own limit is much longer: it waits until it is sure that the leader's node is gone
        var unused = sent.orTimeout(Math.max(1, left(proposal)), TimeUnit.NANOSECONDS)
                .whenComplete((answer, failure) -> answered(proposal, answer, failure));
        try {
            var unusedToo = engine.getOperationService()
                    .createInvocationBuilder(RaftService.SERVICE_NAME, operation, target)
                    .setTryCount(1)
                    .<byte[]>invoke()
                    .whenCompleteAsync(
                            (answer, failure) -> {
                                if (failure == null) {
                                    sent.complete(answer);
                                } else {
                                    sent.completeExceptionally(failure);
                                }
                            },
                            Runnable::run);
        } catch (HazelcastInstanceNotActiveException e) {
            sent.completeExceptionally(e);
        }
    }

    private long left(Proposal proposal) {
        return deadlineNanos - (System.nanoTime() - proposal.sinceNanos);
    }

    private void answered(Proposal proposal, byte @Nullable [] answer, @Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (answer != null) {
            proposal.answer.complete(answer);
        } else if (cause instanceof NotLeaderException || cause instanceof CannotReplicateException) {
            hint = ((CPSubsystemException) cause).getLeaderUuid();
            again(proposal, "Group " + group.getName() + " does not take it: " + cause.getMessage());
        } else if (cause instanceof CPGroupDestroyedException
                || !service.engine().isRunning()) {
            proposal.answer.completeExceptionally(
                    new LogClosedException("Group " + group.getName() + " is not there any more: " + cause, cause));
        } else {
            hint = null;
            String why = cause instanceof TimeoutException
                    ? "no answer in " + TimeUnit.NANOSECONDS.toMillis(deadlineNanos) + " ms"
                    : String.valueOf(cause);
            proposal.answer.completeExceptionally(new IndeterminateException(
                    "What became of an operation of group " + group.getName() + " is not known: " + why, cause));
        }
    }

    /** It surely is not in the log. */
    private void again(Proposal proposal, String reason) {
        if (left(proposal) <= TimeUnit.MILLISECONDS.toNanos(PAUSE_MS)) {
            proposal.answer.completeExceptionally(new OverloadedException(reason));
        } else {
            CompletableFuture.delayedExecutor(PAUSE_MS, TimeUnit.MILLISECONDS).execute(() -> send(proposal));
        }
    }

    /** Where the leader is; null if nobody knows, or its node is gone. */
    private @Nullable Address leader(NodeEngineImpl engine) {
        RaftService raft = service.raft();
        RaftNode local = raft.getRaftNode(group);
        RaftEndpoint known = local == null ? null : local.getLeader();
        UUID uuid = known == null ? hint : known.getUuid();
        if (local == null && uuid == null) {
            return anybody(engine);
        }
        CPMember leader = uuid == null
                ? null
                : raft.getInvocationManager().getRaftInvocationContext().getCPMember(uuid);
        if (leader == null || engine.getClusterService().getMember(leader.getAddress()) == null) {
            hint = null;
            return null;
        }
        return leader.getAddress();
    }

    /** Who is not the leader says who is. */
    private static Address anybody(NodeEngineImpl engine) {
        List<Member> members = List.copyOf(engine.getClusterService().getMembers());
        return members.get(ThreadLocalRandom.current().nextInt(members.size())).getAddress();
    }
}
