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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transfers the leadership of a group to another member. Hazelcast's own transfer checks only every half second whether the follower has
 * all entries; this one lets no more entries into the log, and proceeds within a millisecond of when the follower has them. Belongs to the
 * group's thread.
 */
final class Handover implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

    private static final long LOOK_EVERY_MS = 1;
    private static final long TELL_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /**
     * After this time any follower that has all entries is accepted: nothing can be proposed meanwhile, and the disk of the one that was
     * drawn may be slow.
     */
    private static final long DRAWN_FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final RaftNodeImpl node;

    /** The members that may lead next; the one that was drawn comes first. */
    private final List<RaftEndpoint> takers;

    private final long limitNanos;
    private final long sinceNanos = System.nanoTime();
    private final CompletableFuture<Boolean> done;
    private long toldNanos;
    private boolean told;

    /** The taker that is checked first: the one after the last that was told, which may be hung although it has all entries. */
    private int next;

    /** The end of the log when the follower was told; whatever is committed behind it was proposed by the next leader. */
    private long lastIndex;

    private Handover(RaftNodeImpl node, List<RaftEndpoint> takers, Duration limit, CompletableFuture<Boolean> done) {
        this.node = node;
        this.takers = takers;
        this.limitNanos = limit.toNanos();
        this.done = done;
    }

    /**
     * Begins a transfer if this member leads the group. Callable from any thread. Completes with whether this member no longer leads. If
     * the transfer is in time, completes only once the next leader has committed an entry, which needs a majority and is known here at most
     * a heartbeat later.
     *
     * @param takes tests whether a member may lead next
     */
    static CompletionStage<Boolean> begin(RaftNodeImpl node, Predicate<RaftEndpoint> takes, Duration limit) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        node.execute(() -> {
            LeaderState leading = node.state().leaderState();
            if (leading == null) {
                done.complete(true);
                return;
            }
            List<RaftEndpoint> takers = draw(node, leading, takes);
            // while the transfer is in progress, Hazelcast accepts no entries
            if (takers.isEmpty()
                    || !node.state().initLeadershipTransfer(takers.get(0), new InternalCompletableFuture<>())) {
                done.complete(false);
            } else {
                new Handover(node, takers, limit, done).run();
            }
        });
        return done;
    }

    /**
     * Blocks until the transfers have ended, or the limit is over.
     *
     * @return whether all have ended and this member has stopped leading at least one group, so that its pending calls there are answered
     *     soon
     */
    static boolean await(List<CompletableFuture<Boolean>> all, Duration limit) throws InterruptedException {
        try {
            CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return all.stream().anyMatch(CompletableFuture::join);
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("Not all CP groups elected another leader within {}", limit);
            return false;
        }
    }

    /**
     * Returns the candidates at random, those with all entries or nearly so first; otherwise two members that cannot answer would hand over
     * to each other forever.
     */
    private static List<RaftEndpoint> draw(RaftNodeImpl node, LeaderState leading, Predicate<RaftEndpoint> takes) {
        long near = node.state().log().lastLogOrSnapshotIndex() - CpSubsystem.ENTRIES_PER_MESSAGE;
        var followers = new ArrayList<>(leading.getFollowerStates().entrySet());
        Collections.shuffle(followers, ThreadLocalRandom.current());
        return followers.stream()
                .filter(follower -> takes.test(follower.getKey()))
                .sorted(Comparator.comparingLong(
                        follower -> -Math.min(follower.getValue().matchIndex(), near)))
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public void run() {
        RaftState state = node.state();
        LeaderState leading = state.leaderState();
        if (leading == null && state.leader() != null && (!told || state.commitIndex() > lastIndex)) {
            done.complete(true);
            return;
        }
        if (System.nanoTime() - sinceNanos > limitNanos || node.isTerminatedOrSteppedDown()) {
            state.completeLeadershipTransfer(
                    new IllegalStateException("None of " + takers + " became the leader in time"));
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
        if (told && now - toldNanos < TELL_AGAIN_NANOS) {
            return;
        }
        LogEntry last = state.log().lastLogOrSnapshotEntry();
        RaftEndpoint ready = state.commitIndex() == last.index() ? ready(leading, last.index(), now) : null;
        if (ready != null) {
            told = true;
            toldNanos = now;
            lastIndex = last.index();
            node.send(new TriggerLeaderElection(node.getLocalMember(), state.term(), last.term(), last.index()), ready);
        }
    }

    /** Returns a member that has all entries, and so leads as soon as it has the votes; a different one each time if there are several. */
    private @Nullable RaftEndpoint ready(LeaderState leading, long last, long nowNanos) {
        int some = nowNanos - sinceNanos > DRAWN_FIRST_NANOS ? takers.size() : 1;
        for (int i = 0; i < some; i++) {
            int at = (next + i) % takers.size();
            RaftEndpoint taker = takers.get(at);
            FollowerState follower = leading.getFollowerStates().get(taker);
            if (follower != null && follower.matchIndex() == last) {
                next = at + 1;
                return taker;
            }
        }
        return null;
    }
}
