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
import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.RaftNode;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import com.hazelcast.spi.impl.NodeEngineImpl;
import com.hazelcast.spi.impl.operationservice.Operation;
import io.wkmq.channel.engine.IndeterminateException;
import io.wkmq.channel.engine.LogClosedException;
import io.wkmq.channel.engine.OverloadedException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls the leader of a Raft group, from any node. Uses the leader known to this node's own Raft node, which learns of a new leader first;
 * a node without one uses the leader that it was last redirected to. Thread-safe.
 */
final class LeaderCalls {
    private static final long PAUSE_MS = 5;

    /** The limit for one try of an idempotent question. */
    private static final long TRY_MS = 400;

    private final ChannelService service;
    private final RaftGroupId group;

    /** The last known leader, for a node without a replica. */
    private volatile @Nullable UUID hint;

    /** A pending question. */
    private static final class Call<T> {
        private final Supplier<? extends Operation> question;
        private final boolean repeatable;
        private final long deadlineNanos;
        private final long sinceNanos = System.nanoTime();
        private final CompletableFuture<T> answer = new CompletableFuture<>();

        private Call(Supplier<? extends Operation> question, boolean repeatable, Duration deadline) {
            this.question = question;
            this.repeatable = repeatable;
            this.deadlineNanos = deadline.toNanos();
        }

        private long leftNanos() {
            return deadlineNanos - (System.nanoTime() - sinceNanos);
        }
    }

    LeaderCalls(ChannelService service, RaftGroupId group) {
        this.service = service;
        this.group = group;
    }

    RaftGroupId group() {
        return group;
    }

    /**
     * Asks the leader at most once: retries until the deadline only while the question was certainly not accepted. Fails with an
     * {@link OverloadedException} if nobody accepted it, and with an {@link IndeterminateException} if somebody may have.
     *
     * @param question creates the operation, anew for each try
     */
    <T> CompletionStage<T> ask(Supplier<? extends Operation> question, Duration deadline) {
        return send(new Call<>(question, false, deadline));
    }

    /** Asks the leader, with retries until the deadline; then fails with an {@link OverloadedException}. */
    <T> CompletionStage<T> askRepeatedly(Supplier<? extends Operation> question, Duration deadline) {
        return send(new Call<>(question, true, deadline));
    }

    private <T> CompletionStage<T> send(Call<T> call) {
        NodeEngineImpl engine = service.meetings().confirmedEngine();
        if (engine == null) {
            again(call, "Whether " + group.getName() + " is one that this node follows is not known yet");
            return call.answer;
        }
        Address target;
        CompletableFuture<T> sent = new CompletableFuture<>();
        try {
            target = leader(engine);
            if (target == null) {
                again(call, "Group " + group.getName() + " has no leader");
                return call.answer;
            }
            service.calls().sent(target, sent);
            var unused = engine.getOperationService()
                    .createInvocationBuilder(
                            RaftService.SERVICE_NAME,
                            call.question.get().setPartitionId(service.raft().getCPGroupPartitionId(group)),
                            target)
                    .setTryCount(1)
                    .<T>invoke()
                    .whenCompleteAsync(
                            (answer, failure) -> {
                                if (failure == null) {
                                    sent.complete(answer);
                                } else {
                                    sent.completeExceptionally(failure);
                                }
                            },
                            Runnable::run);
        } catch (HazelcastInstanceNotActiveException | RetryableHazelcastException e) { // the node has ended
            sent.completeExceptionally(e);
        }
        // Hazelcast's own limit is much longer: it waits until it is sure that the leader's node is gone
        long limitNanos =
                call.repeatable ? Math.min(call.leftNanos(), TimeUnit.MILLISECONDS.toNanos(TRY_MS)) : call.leftNanos();
        CompletableFuture<T> limited = sent.orTimeout(Math.max(1, limitNanos), TimeUnit.NANOSECONDS);
        // the answer to a question may lead to the next question, and Hazelcast's own threads may not send
        var unused = call.repeatable
                ? limited.whenCompleteAsync((answer, failure) -> answered(call, answer, failure))
                : limited.whenComplete((answer, failure) -> answered(call, answer, failure));
        return call.answer;
    }

    private <T> void answered(Call<T> call, @Nullable T answer, @Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (answer != null) {
            call.answer.complete(answer);
        } else if (cause instanceof NotLeaderException || cause instanceof CannotReplicateException) {
            hint = ((CPSubsystemException) cause).getLeaderUuid();
            again(call, "Group " + group.getName() + " does not take it: " + cause.getMessage());
        } else if (cause instanceof CPGroupDestroyedException
                || !service.engine().isRunning()) {
            call.answer.completeExceptionally(
                    new LogClosedException("Group " + group.getName() + " is not there any more: " + cause, cause));
        } else {
            hint = null;
            String why = cause instanceof TimeoutException ? "no answer in time" : String.valueOf(cause);
            if (call.repeatable) {
                again(call, "Group " + group.getName() + " does not answer: " + why);
            } else {
                call.answer.completeExceptionally(new IndeterminateException(
                        "What became of an operation of group " + group.getName() + " is not known: " + why, cause));
            }
        }
    }

    /** Retries a question that was certainly not accepted or is idempotent. */
    private void again(Call<?> call, String reason) {
        if (call.leftNanos() <= TimeUnit.MILLISECONDS.toNanos(PAUSE_MS)) {
            call.answer.completeExceptionally(new OverloadedException(reason));
        } else {
            CompletableFuture.delayedExecutor(PAUSE_MS, TimeUnit.MILLISECONDS).execute(() -> send(call));
        }
    }

    /** Returns the address of the leader; null if the leader is unknown or its node is gone. */
    private @Nullable Address leader(NodeEngineImpl engine) {
        RaftService raft = service.raft();
        RaftNode local = raft.getRaftNode(group);
        RaftEndpoint known = local == null ? null : local.getLeader();
        // a node with a replica learns of the next leader, and must not ask the silent one
        UUID uuid = local == null ? hint : known == null ? null : known.getUuid();
        if (local == null && uuid == null) {
            return anybody(engine);
        }
        CPMember leader = uuid == null
                ? null
                : raft.getInvocationManager().getRaftInvocationContext().getCPMember(uuid);
        if (leader == null
                || engine.getClusterService().getMember(leader.getAddress()) == null
                || service.calls().isLost(leader.getAddress())) {
            hint = null;
            return null;
        }
        return leader.getAddress();
    }

    /** Returns any member: one that is not the leader redirects to it. */
    private @Nullable Address anybody(NodeEngineImpl engine) {
        List<Address> members = engine.getClusterService().getMembers().stream()
                .map(Member::getAddress)
                .filter(address -> !service.calls().isLost(address))
                .toList();
        return members.isEmpty()
                ? null
                : members.get(ThreadLocalRandom.current().nextInt(members.size()));
    }
}
