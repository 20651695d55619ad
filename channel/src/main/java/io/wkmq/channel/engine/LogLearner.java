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
 * Follows the log of one group on a learner, a node without a replica of it: repeatedly asks one of the replicas for the next entries, and
 * switches to another when that stops answering. What none of them has any more is fetched by the copy to which the entries are applied.
 * One request at a time. Confined to its loop, except for methods callable from any thread.
 */
final class LogLearner {
    private static final Logger LOG = LoggerFactory.getLogger(LogLearner.class);

    /** The silence after which it is out of touch. */
    static final long SILENCE_MS = 3_000;

    /**
     * The timeout for an answer or its next part. Together with {@link EntryFeed#HOLD_MS} it is shorter than {@link #SILENCE_MS}, so that
     * another node can be asked in time.
     */
    private static final long ANSWER_MS = 1_200;

    private static final long LOOK_MS = 250;
    private static final long PAUSE_MS = 100;

    /** The interval at which the other nodes are asked too, so that they keep new entries and any of them can take over. */
    private static final long WARM_MS = 10_000;

    /** The same while no node answers: one that was silent may be back. */
    private static final long SEEK_MS = 2_000;

    private static final long AWAIT_MS = 20;

    /** Maximum number of callers that wait for future entries. */
    static final int AWAITED_MAX = 10_000;

    private static final long NEVER = Long.MIN_VALUE;

    /** The number of applied entries after which they are saved, so that they need not be fetched again after a restart. */
    private static final int SAVE_AFTER = 1_000;

    private final int group;
    private final LogFollower follower;
    private final EngineLoop loop;
    private final Nodes nodes;
    private final List<Awaited> awaited = new ArrayList<>();
    private final AtomicLong attempts = new AtomicLong();
    private final GiverTurn turn;
    private long askedMs;

    /** Whether the next node asked is to answer immediately, because it is unknown whether any does. */
    private boolean urgent = true;

    private long warmedMs = NEVER;
    private long position;
    private int unsaved;
    private boolean awaiting;
    private volatile boolean stopped;

    /** When a part of an answer was last received, or a question sent. */
    private volatile long proceededMs;

    /** When the last answered question was sent: the answer may be as old as that. */
    private volatile long heardMs = NEVER;

    /** The same for the last answer after which nothing more was to come. */
    private volatile long currentMs = NEVER;

    /** The other nodes. Thread-safe. */
    interface Nodes {
        /** Returns the other nodes; null while they are unknown or must not be asked. */
        @Nullable
        Donors donors();

        /** Returns the tracker of which nodes provide entries. */
        Givers givers();

        /** Returns whether an answer comes from a replica whose log this node follows. */
        boolean trusted(FillPages.Entries from);

        /** Called if the copy cannot continue: its disk failed, or it does not understand an entry. */
        void broken(Exception cause);
    }

    /**
     * The progress of a copy.
     *
     * @param applied the index of the last applied entry
     * @param whole whether it has everything up to there
     * @param missed how many entries it misses
     */
    record Standing(long applied, boolean whole, long missed) {}

    private record Awaited(long index, long untilMs, CompletableFuture<Void> done) {}

    /**
     * Creates a learner that applies a group's log to this copy.
     *
     * @param loop of the copy
     * @param first which of the other nodes is asked first: varied so that not all copies ask the same one
     */
    LogLearner(int group, LogFollower follower, EngineLoop loop, Nodes nodes, int first) {
        this.group = group;
        this.follower = follower;
        this.loop = loop;
        this.nodes = nodes;
        this.turn = new GiverTurn(nodes.givers(), first);
    }

    /** Starts following. */
    void begin() {
        position = follower.applied();
        proceededMs = loop.nowMs();
        watch();
        pull();
    }

    /** Stops following, on the loop; saves what was applied. */
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

    /** Returns whether a replica that knows the leader answered recently. Callable from any thread. */
    boolean inTouch() {
        return isJustNow(heardMs);
    }

    /**
     * Returns whether such a replica recently had nothing more to send: everything it knew is here if this is {@link #whole}. Callable from
     * any thread.
     */
    boolean current() {
        return isJustNow(currentMs);
    }

    private boolean isJustNow(long heard) {
        return heard != NEVER && loop.nowMs() - heard < SILENCE_MS;
    }

    /** Completes with the progress of this copy. Callable from any thread; does not block. */
    CompletionStage<Standing> standing() {
        return loop.ask(said -> said.complete(new Standing(follower.applied(), follower.whole(), follower.missed())));
    }

    /** Returns whether this copy has everything it has heard of. Callable from any thread. */
    boolean whole() {
        return follower.whole();
    }

    /**
     * Completes once this copy has applied every entry up to {@code index}; fails with an {@link OverloadedException} on timeout, or if
     * {@value #AWAITED_MAX} callers already wait. Callable from any thread.
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

    /** Completes a wait that is over; returns whether it is. */
    private boolean tells(Awaited each) {
        if (follower.whole() && each.index <= follower.applied()) {
            each.done.complete(null);
        } else if (loop.nowMs() >= each.untilMs) {
            each.done.completeExceptionally(new OverloadedException("This node's copy of group " + group + " has entry "
                    + follower.applied() + "; expected entry " + each.index));
        }
        return each.done.isDone();
    }

    /** Polls, because nobody reports when fetched data has completed the copy. */
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

    /** Returns the entries that a node offers; null if it offers none or does not keep this log. Callable from any thread. */
    private FillPages.@Nullable Entries given(NodeId giver, FillPages.@Nullable Entries page) {
        FillPages.Entries given = page != null && nodes.trusted(page) ? page : null;
        nodes.givers().said(giver, given != null);
        return given;
    }

    /** Records that a part of an answer has arrived; returns whether the rest is wanted. Callable from any thread. */
    private boolean proceeds(long attempt) {
        if (stopped || attempt != attempts.get()) {
            return false;
        }
        proceededMs = loop.nowMs();
        return true;
    }

    /** Asks the next node after a pause, and ignores late answers. */
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
            watch(); // whatever the rest does
            try {
                follower.requireUsable(); // else a failure would stay unnoticed until the next entry
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
                continue; // received before
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
