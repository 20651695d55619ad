package io.wkmq.cluster.hazelcast.cp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
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
import org.jspecify.annotations.Nullable;

/**
 * Says when this node's replica of a group has all that was committed before. Asks the leader how far that is, who makes sure with a
 * majority that it is the leader, and has committed something in its term; then waits until the own Raft node is there. Nothing is written
 * for it. Those who ask while a question is under way share the next one. Thread-safe.
 */
final class CatchUp {
    private static final Duration ROUND = Duration.ofSeconds(1);
    private static final long LOOK_EVERY_MS = 4;

    private final ChannelService service;
    private final LeaderCalls leader;

    @GuardedBy("this")
    private boolean asking;

    /** Begins when the one under way has ended. */
    @GuardedBy("this")
    private @Nullable CompletableFuture<Void> next;

    CatchUp(ChannelService service, LeaderCalls leader) {
        this.service = service;
        this.leader = leader;
    }

    /** Asks who leads the group. */
    LeaderCalls leader() {
        return leader;
    }

    /** Completes when the replica has all that was committed before this call; see {@link CpChannels#caughtUp}. */
    CompletionStage<Void> caughtUp(Duration limit) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        join(answer, System.nanoTime(), limit);
        return answer;
    }

    /** The last entry that concerns channels and was committed before this call, as the leader has applied it. */
    CompletionStage<Long> applied(Duration limit) {
        return leader.askRepeatedly(
                () -> new RaftQueryOp(leader.group(), new AppliedIndexOp(), QueryPolicy.LINEARIZABLE), limit);
    }

    private void join(CompletableFuture<Void> answer, long sinceNanos, Duration limit) {
        var unused = round().whenComplete((nothing, failure) -> {
            if (failure == null) {
                answer.complete(null);
            } else if (failure instanceof LogClosedException || System.nanoTime() - sinceNanos >= limit.toNanos()) {
                answer.completeExceptionally(failure);
            } else {
                join(answer, sinceNanos, limit);
            }
        });
    }

    /** The next round; one that is under way began before what the caller may know of. */
    private CompletableFuture<Void> round() {
        CompletableFuture<Void> joined;
        synchronized (this) {
            if (next == null) {
                next = new CompletableFuture<>();
            }
            joined = next;
            if (asking) {
                return joined;
            }
        }
        begin();
        return joined;
    }

    private void begin() {
        CompletableFuture<Void> round;
        synchronized (this) {
            round = next;
            if (asking || round == null) {
                return;
            }
            asking = true;
            next = null;
        }
        CompletableFuture<Void> reached = new CompletableFuture<>();
        long since = System.nanoTime();
        var unused = leader.<Long>askRepeatedly(
                        () -> new RaftQueryOp(leader.group(), new CommitIndexOp(), QueryPolicy.LINEARIZABLE), ROUND)
                .whenComplete((index, failure) -> {
                    if (failure == null) {
                        look(reached, index, since);
                    } else {
                        reached.completeExceptionally(failure);
                    }
                });
        // What was given to the thread of a member that has ended is never done.
        var unusedToo = reached.orTimeout(2 * ROUND.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((nothing, failure) -> {
                    synchronized (this) {
                        asking = false;
                    }
                    if (failure == null) {
                        round.complete(null);
                    } else {
                        round.completeExceptionally(failure);
                    }
                    begin();
                });
    }

    /** Looks, on the group's thread, whether the own Raft node has applied its log up to there. */
    private void look(CompletableFuture<Void> reached, long index, long sinceNanos) {
        try {
            RaftNode local = service.raft().getRaftNode(leader.group());
            if (local instanceof RaftNodeImpl node && !node.isTerminatedOrSteppedDown()) {
                node.execute(() -> {
                    if (node.state().lastApplied() >= index && service.whole(leader.group())) {
                        reached.complete(null);
                    } else {
                        lookAgain(reached, index, sinceNanos);
                    }
                });
            } else {
                lookAgain(reached, index, sinceNanos);
            }
        } catch (RetryableHazelcastException e) {
            reached.completeExceptionally(new LogClosedException("The cluster member of this node has ended", e));
        }
    }

    private void lookAgain(CompletableFuture<Void> reached, long index, long sinceNanos) {
        if (System.nanoTime() - sinceNanos >= ROUND.toNanos()) {
            reached.completeExceptionally(new OverloadedException("This node's replica of group "
                    + leader.group().getName() + " is behind; expected entry " + index));
        } else {
            CompletableFuture.delayedExecutor(LOOK_EVERY_MS, TimeUnit.MILLISECONDS)
                    .execute(() -> look(reached, index, sinceNanos));
        }
    }
}
