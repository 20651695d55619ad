package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.cp.internal.raft.impl.dto.TriggerLeaderElection;
import com.hazelcast.cp.internal.raft.impl.log.LogEntry;
import com.hazelcast.cp.internal.raft.impl.state.FollowerState;
import com.hazelcast.cp.internal.raft.impl.state.LeaderState;
import com.hazelcast.cp.internal.raft.impl.state.RaftState;
import com.hazelcast.spi.impl.InternalCompletableFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Hands the leadership of a group to another member. Hazelcast's own way looks only every half second whether the follower has all; this
 * one takes nothing more into the log, and goes on in the millisecond in which it has. Belongs to the group's thread.
 */
final class Handover implements Runnable {
    private static final long LOOK_EVERY_MS = 1;
    private static final long TELL_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final RaftNodeImpl node;
    private final RaftEndpoint target;
    private final long limitNanos;
    private final long sinceNanos = System.nanoTime();
    private final CompletableFuture<Boolean> done;
    private long toldNanos;
    private boolean told;

    private Handover(RaftNodeImpl node, RaftEndpoint target, Duration limit, CompletableFuture<Boolean> done) {
        this.node = node;
        this.target = target;
        this.limitNanos = limit.toNanos();
        this.done = done;
    }

    /**
     * Begins one, if this member leads the group. Any thread. Completes with whether this member is no leader then.
     *
     * @param takes who may be the leader then
     */
    static CompletionStage<Boolean> begin(RaftNodeImpl node, Predicate<RaftEndpoint> takes, Duration limit) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        node.execute(() -> {
            LeaderState leading = node.state().leaderState();
            if (leading == null) {
                done.complete(true);
                return;
            }
            // any of those that have as much, or nearly: else two that cannot answer would hand over to each other
            // again and again
            long near = node.state().log().lastLogOrSnapshotIndex() - CpSubsystem.ENTRIES_PER_MESSAGE;
            var followers = new ArrayList<>(leading.getFollowerStates().entrySet());
            Collections.shuffle(followers, ThreadLocalRandom.current());
            var target = followers.stream()
                    .filter(follower -> takes.test(follower.getKey()))
                    .max(Comparator.comparingLong(
                            follower -> Math.min(follower.getValue().matchIndex(), near)));
            // while it goes on, Hazelcast takes nothing into the log
            if (target.isEmpty()
                    || !node.state().initLeadershipTransfer(target.get().getKey(), new InternalCompletableFuture<>())) {
                done.complete(false);
            } else {
                new Handover(node, target.get().getKey(), limit, done).run();
            }
        });
        return done;
    }

    @Override
    public void run() {
        RaftState state = node.state();
        LeaderState leading = state.leaderState();
        if (leading == null && state.leader() != null) {
            done.complete(true);
            return;
        }
        if (System.nanoTime() - sinceNanos > limitNanos || node.isTerminatedOrSteppedDown()) {
            state.completeLeadershipTransfer(new IllegalStateException(target + " did not become the leader in time"));
            done.complete(leading == null);
            return;
        }
        if (leading != null) {
            tell(state, leading);
        }
        node.schedule(this, LOOK_EVERY_MS);
    }

    private void tell(RaftState state, LeaderState leading) {
        long now = System.nanoTime();
        FollowerState follower = leading.getFollowerStates().get(target);
        LogEntry last = state.log().lastLogOrSnapshotEntry();
        if (follower != null
                && follower.matchIndex() == last.index()
                && state.commitIndex() == last.index()
                && !(told && now - toldNanos < TELL_AGAIN_NANOS)) {
            told = true;
            toldNanos = now;
            node.send(
                    new TriggerLeaderElection(node.getLocalMember(), state.term(), last.term(), last.index()), target);
        }
    }
}
