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
 * The replica of a group, which gives what it applies on to nodes that keep no replicas: they ask for what comes next. What was applied is
 * committed. As long as nobody asks nothing is kept for it. Belongs to the group's loop.
 */
final class EntryFeed implements LogFollower {
    /** How long somebody waits at most for what comes next, but for a look; then he is told that nothing has come. */
    static final int HOLD_MS = 500;

    private static final long LOOK_MS = 250;
    private static final long NEVER = Long.MIN_VALUE;

    /** After how long nothing is kept any more for those who have asked. */
    static final long UNUSED_MS = 30_000;

    /** How many wait at a time: as each node asks once at a time, so many nodes. */
    static final int WAITING_MAX = 256;

    private final FollowingReplica replica;
    private final EngineLoop loop;
    private final Source source;
    private final RecentEntries recent;
    private final int pageBytes;
    private List<Waiting> waiting = new ArrayList<>();
    private long askedMs;
    private long lookingMs = NEVER; // since when it is to look, and to tell: what was to do it may have ended
    private long tellingMs = NEVER;

    /** How often looking began anew: a look of before is of no use, or there were more with each that is late. */
    private long looks;

    /** The node that has the replica. Thread-safe. */
    interface Source {
        /** By which those who keep the logs know this node; null if it is none of them, or does not know it yet: it gives nothing on then. */
        @Nullable
        UUID replica();

        /** Whether somebody says what gets into the log of a group, as far as this node knows. */
        boolean led(int group);
    }

    private record Waiting(long after, long untilMs, CompletableFuture<Entries> answer) {}

    /**
     * Gives on what that replica applies.
     *
     * @param pageBytes how much is given at once
     */
    EntryFeed(FollowingReplica replica, EngineLoop loop, Source source, RecentEntries recent, int pageBytes) {
        this.replica = replica;
        this.loop = loop;
        this.source = source;
        this.recent = recent;
        this.pageBytes = pageBytes;
    }

    /**
     * What comes behind an entry, at once or when it comes; nothing if that takes long. Completes on the loop; with an {@link IOException} if
     * it cannot be had here.
     *
     * @param holdMs how long that may take; {@value #HOLD_MS} is the most
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

    /** Tells those for whom something has come, or who have waited long enough. */
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

    /** Behind what is applied now: so much is told at once. */
    private void tellSoon() {
        if (waiting.isEmpty() || !isOver(tellingMs)) {
            return;
        }
        try {
            tellingMs = loop.nowMs();
            loop.execute(this::tell);
        } catch (RejectedExecutionException e) {
            tellingMs = NEVER; // the node ends: nobody is told any more
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
            recent.end(); // what was to look has ended, and nobody has asked since
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
        recent.end(); // the log goes on behind the snapshot: what is in front of it may not have come here, even if
        // the replica has it
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
