package io.wkmq.channel.engine;

import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.fill.FillPages;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log of one group on a node that keeps no replica of it: asks one of those that do, again and again, for what comes next, and
 * another one once that does not answer. What none of them has any more is fetched by the replica that it brings it to. One question at a time.
 * Belongs to its loop, but for what says that any thread may call it.
 */
final class LogLearner {
    private static final Logger LOG = LoggerFactory.getLogger(LogLearner.class);

    /** After how long without a word it is not in touch any more. */
    static final long SILENCE_MS = 3_000;

    /** How long an answer may take, or its next part. It and the wait there are together less than the silence, so another one can be asked. */
    private static final long ANSWER_MS = 1_200;

    private static final long LOOK_MS = 250;
    private static final long PAUSE_MS = 100;

    /** How often the others are asked too, which keep what comes for those who ask: so it can go on with any of them. */
    private static final long WARM_MS = 10_000;

    /** The same while nobody is heard: one who did not answer may be back. */
    private static final long SEEK_MS = 2_000;

    private static final long AWAIT_MS = 20;

    /** So many wait for entries that are to come. */
    static final int AWAITED_MAX = 10_000;

    private static final long NEVER = Long.MIN_VALUE;

    /** What it has applied of so many entries is written, so that it need not be fetched again after a start. */
    private static final int SAVE_AFTER = 1_000;

    private final int group;
    private final LogFollower follower;
    private final EngineLoop loop;
    private final Nodes nodes;
    private final List<Awaited> awaited = new ArrayList<>();
    private final AtomicLong attempts = new AtomicLong();
    private final GiverTurn turn;
    private long askedMs;

    /** Whether who is asked next is to answer at once: it is not known whether anybody does. */
    private boolean urgent = true;

    private long warmedMs = NEVER;
    private long position;
    private int unsaved;
    private boolean awaiting;
    private volatile boolean stopped;

    /** When something of an answer came last, or was asked for. */
    private volatile long proceededMs;

    /** When that was asked of which the answer came last: what it says may be as old as that. */
    private volatile long heardMs = NEVER;

    /** The same of the last answer behind which there was nothing more to come. */
    private volatile long currentMs = NEVER;

    /** What it is told of other nodes. Thread-safe. */
    interface Nodes {
        /** The other nodes; null while they are not known, or not to be asked. */
        @Nullable
        Donors donors();

        /** Which of them give entries on, as far as this node has asked them. */
        Givers givers();

        /** Whether a replica is one of those whose log this node follows. */
        boolean trusted(FillPages.Entries from);

        /** It can follow no more: its disk does not work, or it does not understand an entry. */
        void broken(Exception cause);
    }

    /**
     * How far a copy is.
     *
     * @param applied the last entry that it has carried out
     * @param whole whether it has all up to there
     * @param missed how many entries it misses
     */
    record Standing(long applied, boolean whole, long missed) {}

    private record Awaited(long index, long untilMs, CompletableFuture<Void> done) {}

    /**
     * Brings a group's log to that replica.
     *
     * @param loop of the replica
     * @param first which of the other nodes it asks first: not all copies the same
     */
    LogLearner(int group, LogFollower follower, EngineLoop loop, Nodes nodes, int first) {
        this.group = group;
        this.follower = follower;
        this.loop = loop;
        this.nodes = nodes;
        this.turn = new GiverTurn(nodes.givers(), first);
    }

    /** Begins. */
    void begin() {
        position = follower.applied();
        proceededMs = loop.nowMs();
        watch();
        pull();
    }

    /** Ends, when that was said by any thread; what was applied is written. */
    void end() {
        stopped = true;
        try {
            save();
        } catch (IOException | RuntimeException e) {
            LOG.warn("Cannot save what this learner has of a group, it will be fetched again group={}", group, e);
        }
        awaited.forEach(each -> each.done.completeExceptionally(closed()));
        awaited.clear();
    }

    private void save() throws IOException {
        if (follower.whole()) {
            var unused = follower.snapshot();
            unsaved = 0;
        }
    }

    /** Whether one of those that keep the log was heard just now, who knows who leads it. Any thread. */
    boolean inTouch() {
        return isJustNow(heardMs);
    }

    /** Whether one of those said so who had nothing more to come: so all that it knew is here, if this is {@link #whole}. Any thread. */
    boolean current() {
        return isJustNow(currentMs);
    }

    private boolean isJustNow(long heard) {
        return heard != NEVER && loop.nowMs() - heard < SILENCE_MS;
    }

    /** How far it is with the group, as this node sees it. Any thread; does not block. */
    CompletionStage<Standing> standing() {
        return loop.ask(said -> said.complete(new Standing(follower.applied(), follower.whole(), follower.missed())));
    }

    /** Whether all is here that was heard of. Any thread. */
    boolean whole() {
        return follower.whole();
    }

    /**
     * Completes once all up to an entry is here; with an {@link OverloadedException} if that takes too long, or {@value #AWAITED_MAX} wait for
     * what is to come already. Any thread.
     */
    CompletionStage<Void> reached(long index, Duration limit) {
        return loop.ask(done -> {
            Awaited asked = new Awaited(index, loop.nowMs() + limit.toMillis(), done);
            if (stopped) {
                done.completeExceptionally(closed());
            } else if (awaited.size() >= AWAITED_MAX && !tells(asked)) {
                done.completeExceptionally(new OverloadedException(AWAITED_MAX + " wait for entries of group " + group
                        + " already that this node's copy does not have; expected fewer"));
            } else if (!tells(asked)) {
                awaited.add(asked);
                awaitMore();
            }
        });
    }

    private LogClosedException closed() {
        return new LogClosedException("Group " + group + " is not followed any more", null);
    }

    private void tell() {
        awaited.removeIf(this::tells);
        awaitMore();
    }

    /** Completes what is over; whether it is. */
    private boolean tells(Awaited each) {
        if (follower.whole() && each.index <= follower.applied()) {
            each.done.complete(null);
        } else if (loop.nowMs() >= each.untilMs) {
            each.done.completeExceptionally(new OverloadedException("This node's copy of group " + group + " has entry "
                    + follower.applied() + "; expected entry " + each.index));
        }
        return each.done.isDone();
    }

    /** What was fetched meanwhile nobody tells: so it looks from time to time. */
    private void awaitMore() {
        if (!awaiting && !awaited.isEmpty()) {
            awaiting = true;
            loop.after(AWAIT_MS, () -> {
                awaiting = false;
                tell();
            });
        }
    }

    private List<NodeId> here() {
        Donors others = nodes.donors();
        return others == null ? List.of() : others.here();
    }

    private void pull() {
        long attempt = attempts.incrementAndGet();
        askedMs = loop.nowMs();
        proceededMs = askedMs;
        Donors others = nodes.donors();
        NodeId giver = others == null ? null : turn.next(others.here());
        if (others == null || giver == null) {
            again();
            return;
        }
        var unused = new DonorLink(others, giver)
                .entries(group, position, urgent ? 0 : EntryFeed.HOLD_MS, () -> proceeds(attempt))
                .whenComplete((page, failure) -> {
                    FillPages.Entries given = given(giver, page);
                    try {
                        loop.execute(() -> answered(attempt, giver, given, failure));
                    } catch (RejectedExecutionException e) {
                        stopped = true; // the loop has ended
                    }
                });
    }

    /** What a node gives on; null if it gives nothing, or is none of those whose log this is. Any thread. */
    private FillPages.@Nullable Entries given(NodeId giver, FillPages.@Nullable Entries page) {
        FillPages.Entries given = page != null && nodes.trusted(page) ? page : null;
        nodes.givers().said(giver, given != null);
        return given;
    }

    /** A part of an answer has come: whether the others are wanted. Any thread. */
    private boolean proceeds(long attempt) {
        if (stopped || attempt != attempts.get()) {
            return false;
        }
        proceededMs = loop.nowMs();
        return true;
    }

    /** Asks the next node after a pause, and goes by no late answer. */
    private void again() {
        long attempt = attempts.incrementAndGet();
        turn.leave();
        urgent = true;
        proceededMs = loop.nowMs();
        loop.after(PAUSE_MS, () -> {
            if (!stopped && attempt == attempts.get()) {
                pull();
            }
        });
    }

    private void watch() {
        loop.after(LOOK_MS, () -> {
            if (stopped) {
                return;
            }
            watch(); // whatever becomes of the rest
            try {
                follower.requireUsable(); // or it is not heard of before the next entry
            } catch (IOException | RuntimeException e) {
                broken(e);
                return;
            }
            if (loop.nowMs() - proceededMs > ANSWER_MS) {
                turn.silent();
                again();
            }
            warm();
        });
    }

    private void warm() {
        Donors others = nodes.donors();
        long everyMs = inTouch() ? WARM_MS : SEEK_MS;
        if (others == null || (warmedMs != NEVER && loop.nowMs() - warmedMs < everyMs)) {
            return;
        }
        warmedMs = loop.nowMs();
        List<NodeId> here = others.here();
        nodes.givers().keep(here);
        for (NodeId node : here) {
            var unused = new DonorLink(others, node)
                    .entries(group, Long.MAX_VALUE, 0, () -> false)
                    .whenComplete((page, failure) -> given(node, page));
        }
    }

    private void answered(long attempt, NodeId giver, FillPages.@Nullable Entries page, @Nullable Throwable failure) {
        if (stopped || attempt != attempts.get()) {
            return;
        }
        if (page == null) {
            LOG.debug(
                    "A node does not say what comes next group={} entry={} node={}",
                    group,
                    position,
                    giver,
                    Causes.orNull(failure));
            again();
            return;
        }
        if (page.floor() > position && turn.anotherMayHaveIt(here())) {
            again();
            return;
        }
        try {
            take(page);
        } catch (IOException | RuntimeException e) {
            broken(e);
            return;
        }
        tell();
        if (page.led()) {
            heard(page);
            pull();
        } else {
            again(); // that node may be cut off, and others not
        }
    }

    private void heard(FillPages.Entries page) {
        heardMs = askedMs;
        if (position >= page.last()) {
            currentMs = askedMs;
        }
        turn.stay();
        urgent = false;
    }

    private void broken(Exception cause) {
        stopped = true;
        LOG.error("Cannot replicate a channel group any more group={} entry={}", group, position, cause);
        nodes.broken(cause);
    }

    private void take(FillPages.Entries page) throws IOException {
        if (page.floor() > position) {
            LOG.info(
                    "Nobody has what comes next at hand, it is fetched group={} entry={} begins={}",
                    group,
                    position,
                    page.floor());
            follower.restore(FollowingReplica.snapshotOf(page.floor()));
            position = page.floor();
        }
        for (FillPages.Entry entry : page.entries()) {
            if (entry.index() <= position) {
                continue; // it came before
            }
            byte[] op = entry.op();
            if (op == null) {
                follower.newTerm(entry.index());
            } else {
                var unused = follower.apply(entry.index(), op);
            }
            position = entry.index();
            unsaved++;
        }
        if (unsaved >= SAVE_AFTER) {
            save();
        }
    }
}
