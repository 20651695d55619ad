package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.internal.operation.RaftQueryOp;
import com.hazelcast.cp.internal.raft.QueryPolicy;
import com.hazelcast.cp.internal.raft.impl.RaftNode;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import io.wkmq.channel.engine.LogClosedException;
import io.wkmq.channel.engine.OverloadedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Determines when this node's replica of a group has applied everything committed before: a read index. Asks the leader for its commit
 * index, which the leader answers after it has made sure with a majority that it leads and has committed an entry in its term; then waits
 * until the local Raft node has applied as much. Writes nothing. Thread-safe.
 */
final class CatchUp {
    private static final Duration ROUND = Duration.ofSeconds(1);
    private static final long LOOK_EVERY_MS = 4;

    private final ChannelService service;
    private final LeaderCalls leader;
    private final Rounds<Void> reached;
    private final Rounds<Long> applied;

    CatchUp(ChannelService service, LeaderCalls leader) {
        this.service = service;
        this.leader = leader;
        this.reached = new Rounds<>(this::reach, System::nanoTime);
        this.applied = new Rounds<>(this::askApplied, System::nanoTime);
    }

    /** Returns the calls to the leader of the group. */
    LeaderCalls leader() {
        return leader;
    }

    /** Completes once the replica has applied everything committed before this call; see {@link CpChannels#caughtUp}. */
    CompletionStage<Void> caughtUp(Duration limit) {
        return reached.answer(limit);
    }

    /**
     * Completes with the index of the last entry that concerns channels and was committed before this call, as the leader has applied it.
     */
    CompletionStage<Long> applied(Duration limit) {
        return applied.answer(limit);
    }

    private CompletionStage<Long> askApplied() {
        return leader.askRepeatedly(
                () -> new RaftQueryOp(leader.group(), new AppliedIndexOp(), QueryPolicy.LINEARIZABLE), ROUND);
    }

    private CompletionStage<Void> reach() {
        CompletableFuture<Void> there = new CompletableFuture<>();
        long since = System.nanoTime();
        var unused = leader.<Long>askRepeatedly(
                        () -> new RaftQueryOp(leader.group(), new CommitIndexOp(), QueryPolicy.LINEARIZABLE), ROUND)
                .whenComplete((index, failure) -> {
                    if (failure == null) {
                        look(there, index, since);
                    } else {
                        there.completeExceptionally(failure);
                    }
                });
        // Tasks given to the thread of a member that has ended never run.
        return there.orTimeout(2 * ROUND.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Checks, on the group's thread, whether the local Raft node has applied its log up to the index. */
    private void look(CompletableFuture<Void> there, long index, long sinceNanos) {
        try {
            RaftNode local = service.raft().getRaftNode(leader.group());
            if (local instanceof RaftNodeImpl node && !node.isTerminatedOrSteppedDown()) {
                node.execute(() -> {
                    if (node.state().lastApplied() >= index && service.whole(leader.group())) {
                        there.complete(null);
                    } else {
                        lookAgain(there, index, sinceNanos);
                    }
                });
            } else {
                lookAgain(there, index, sinceNanos);
            }
        } catch (RetryableHazelcastException e) {
            there.completeExceptionally(new LogClosedException("The cluster member of this node has ended", e));
        }
    }

    private void lookAgain(CompletableFuture<Void> there, long index, long sinceNanos) {
        if (System.nanoTime() - sinceNanos >= ROUND.toNanos()) {
            there.completeExceptionally(new OverloadedException("This node's replica of group "
                    + leader.group().getName() + " is behind; expected entry " + index));
        } else {
            CompletableFuture.delayedExecutor(LOOK_EVERY_MS, TimeUnit.MILLISECONDS)
                    .execute(() -> look(there, index, sinceNanos));
        }
    }
}
