package io.wkmq.channel.engine;

import io.wkmq.channel.fill.FillPages;
import io.wkmq.channel.fill.FillPages.Entries;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A group's replica that also feeds the entries it applies to learners, which ask for what comes next. What was applied is committed.
 * Entries are kept only while somebody asks for them. Confined to the group's loop.
 */
final class EntryFeed implements LogFollower {
    /** How long a request waits at most for the next entry before it is answered with none; one more check interval may pass. */
    static final int HOLD_MS = 500;

    private static final long LOOK_MS = 250;
    private static final long NEVER = Long.MIN_VALUE;

    /** How long after the last request entries are kept. */
    static final long UNUSED_MS = 30_000;

    /** The maximum number of waiting requests, and so of learners: each has one at a time. */
    static final int WAITING_MAX = 256;

    private final FollowingReplica replica;
    private final EngineLoop loop;
    private final Source source;
    private final RecentEntries recent;
    private final int pageBytes;
    private List<Waiting> waiting = new ArrayList<>();
    private long askedMs;

    /** When the pending check was scheduled; it is renewed if overdue, as the loop's timer may have ended. */
    private long lookingMs = NEVER;

    private long tellingMs = NEVER;

    /** Generation of the periodic check: a stale check is ignored, or overdue ones would add up. */
    private long looks;

    /** The node that has the replica. Thread-safe. */
    interface Source {
        /** Returns the id of this node's replica; null if it keeps none or does not know yet: then it feeds nothing. */
        @Nullable
        UUID replica();

        /** Returns whether a group has a leader, as far as this node knows. */
        boolean led(int group);
    }

    private record Waiting(long after, long untilMs, CompletableFuture<Entries> answer) {}

    /**
     * Creates a feed of the entries that a replica applies.
     *
     * @param pageBytes the size of one answer
     */
    EntryFeed(FollowingReplica replica, EngineLoop loop, Source source, RecentEntries recent, int pageBytes) {
        this.replica = replica;
        this.loop = loop;
        this.source = source;
        this.recent = recent;
        this.pageBytes = pageBytes;
    }

    /**
     * Returns the entries after a given one, at once or when some arrive; none on timeout. Completes on the loop; with an
     * {@link IOException} if this node cannot serve them.
     *
     * @param holdMs how long to wait; at most {@value #HOLD_MS}
     */
    CompletionStage<Entries> behind(long after, int holdMs) {
        UUID self = source.replica();
        if (self == null || !replica.whole()) {
            return CompletableFuture.failedFuture(
                    self == null
                            ? new IOException("it is none of those that keep group " + replica.group())
                            : new ReplicaBehindException(replica.group()));
        }
        askedMs = loop.nowMs();
        if (!recent.wanted()) {
            recent.begin(replica.applied());
        }
        look();
        Entries page = page(self, after);
        if (page.floor() > after || !page.entries().isEmpty() || holdMs <= 0) {
            return CompletableFuture.completedFuture(page);
        }
        if (waiting.size() >= WAITING_MAX) {
            return CompletableFuture.failedFuture(new OverloadedException(waiting.size() + " wait for entries of group "
                    + replica.group() + "; expected at most " + WAITING_MAX));
        }
        Waiting next = new Waiting(after, askedMs + Math.min(holdMs, HOLD_MS), new CompletableFuture<>());
        waiting.add(next);
        return next.answer;
    }

    private Entries page(UUID self, long after) {
        List<FillPages.Entry> found = recent.floor() > after ? List.of() : recent.behind(after, pageBytes);
        return new Entries(self, source.led(replica.group()), recent.floor(), recent.last(), found);
    }

    private void look() {
        if (isOver(lookingMs)) {
            lookingMs = loop.nowMs();
            long number = ++looks;
            loop.after(LOOK_MS, () -> looked(number));
        }
    }

    private void looked(long number) {
        if (number != looks) {
            return;
        }
        lookingMs = NEVER;
        tell();
        recent.shed();
        if (waiting.isEmpty() && loop.nowMs() - askedMs > UNUSED_MS) {
            recent.end();
        } else {
            look();
        }
    }

    private boolean isOver(long sinceMs) {
        return sinceMs == NEVER || loop.nowMs() - sinceMs > 4 * LOOK_MS;
    }

    /** Answers the requests for which something has come, or whose time is up. */
    private void tell() {
        tellingMs = NEVER;
        List<Waiting> before = waiting;
        waiting = new ArrayList<>();
        UUID self = source.replica();
        long now = loop.nowMs();
        for (Waiting each : before) {
            if (self == null || !recent.wanted()) {
                each.answer.completeExceptionally(new ReplicaBehindException(replica.group()));
                continue;
            }
            Entries page = page(self, each.after);
            if (page.floor() > each.after || !page.entries().isEmpty() || now >= each.untilMs) {
                each.answer.complete(page);
            } else {
                waiting.add(each);
            }
        }
    }

    /** Schedules the answers behind the tasks that are queued now, so that all they apply is answered at once. */
    private void tellSoon() {
        if (waiting.isEmpty() || !isOver(tellingMs)) {
            return;
        }
        try {
            tellingMs = loop.nowMs();
            loop.execute(this::tell);
        } catch (RejectedExecutionException e) {
            tellingMs = NEVER; // the node is stopping: nobody is answered any more
        }
    }

    @Override
    public byte[] apply(long index, byte[] op) throws IOException {
        byte[] answer = replica.apply(index, op);
        passOn(index, op);
        return answer;
    }

    @Override
    public void newTerm(long index) throws IOException {
        replica.newTerm(index);
        passOn(index, null);
    }

    private void passOn(long index, byte @Nullable [] op) {
        if (recent.wanted() && loop.nowMs() - askedMs > 2 * UNUSED_MS) {
            recent.end(); // the periodic check has ended, and nobody has asked since
        }
        recent.add(index, op);
        tellSoon();
    }

    @Override
    public void requireUsable() throws IOException {
        replica.requireUsable();
    }

    @Override
    public long applied() {
        return replica.applied();
    }

    @Override
    public byte[] snapshot() throws IOException {
        return replica.snapshot();
    }

    @Override
    public void restore(byte[] snapshot) throws IOException {
        replica.restore(snapshot);
        // The log goes on after the snapshot: earlier entries may not have passed through here even if the replica has
        // them.
        recent.end();
        tellSoon();
    }

    @Override
    public boolean whole() {
        return replica.whole();
    }

    @Override
    public long missed() {
        return replica.missed();
    }
}
