package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When groups are told what their channels are: at most {@value #AT_A_TIME} at a time each, and one while the group does not answer,
 * however many there are; again and again until it does. Thread-safe; does not block.
 */
final class GroupTurns {
    static final int AT_A_TIME = 32;
    static final long AGAIN_MS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(GroupTurns.class);
    private static final long LOGGED_MS = 60_000;

    /** Something to be told to a group. Thread-safe; it is not told again before it has ended. */
    interface Telling {
        /**
         * Tells it. Does not block.
         *
         * @return completes with whether the group has heard it: false if there is nothing to be told any more; exceptionally if the group
         *     does not answer, which is to be tried again
         */
        CompletionStage<Boolean> tell();

        /** The group does not answer: this is told later. May be called again each time it does not. Quick. */
        void held();
    }

    private final Timing timing;
    private final Map<Integer, Group> groups = new ConcurrentHashMap<>();

    /** What is to be told to one group. */
    private static final class Group {
        private final int number;

        @GuardedBy("this")
        private final Queue<Telling> waiting = new ArrayDeque<>();

        @GuardedBy("this")
        private int running;

        @GuardedBy("this")
        private boolean silent;

        /** Whether it did not answer just now. */
        @GuardedBy("this")
        private boolean resting;

        @GuardedBy("this")
        private long loggedNanos;

        @GuardedBy("this")
        private boolean logged;

        private Group(int number) {
            this.number = number;
        }

        private synchronized boolean add(Telling telling) {
            waiting.add(telling);
            return !silent;
        }

        private synchronized @Nullable Telling next() {
            Telling next = !resting && running < (silent ? 1 : AT_A_TIME) ? waiting.poll() : null;
            running += next == null ? 0 : 1;
            return next;
        }

        /** Ends one that the group has heard, or that there was nothing to be told of; says whether there are more. */
        private synchronized boolean ended(boolean heard) {
            running--;
            silent &= !heard;
            resting &= silent;
            return !waiting.isEmpty();
        }

        /** Ends one that the group did not answer; says which are held from now on. */
        private synchronized List<Telling> unanswered(Telling telling) {
            running--;
            waiting.add(telling);
            List<Telling> held = silent ? List.of(telling) : List.copyOf(waiting);
            silent = true;
            resting = true;
            return held;
        }

        private synchronized void rested() {
            resting = false;
        }

        /** How many there are, if that is to be logged now; else 0. */
        private synchronized int toLog(long nowNanos) {
            if (logged && nowNanos - loggedNanos < TimeUnit.MILLISECONDS.toNanos(LOGGED_MS)) {
                return 0;
            }
            logged = true;
            loggedNanos = nowNanos;
            return waiting.size() + running;
        }
    }

    /** Nothing is to be told yet. */
    GroupTurns(Timing timing) {
        this.timing = timing;
    }

    /** Has something told to a group: at once, unless much is told to it or it does not answer. */
    void add(int group, Telling telling) {
        Group to = groups.computeIfAbsent(group, Group::new);
        if (!to.add(telling)) {
            telling.held();
        }
        go(to);
    }

    private void go(Group to) {
        for (Telling next = to.next(); next != null; next = to.next()) {
            begin(to, next);
        }
    }

    private void begin(Group to, Telling telling) {
        var unused = CompletableFuture.completedFuture(telling)
                .thenCompose(Telling::tell)
                .whenComplete((heard, failure) -> {
                    if (failure == null) {
                        if (to.ended(heard)) {
                            timing.execute(() -> go(to)); // not from here: there may be many that end at once
                        }
                    } else {
                        unanswered(to, telling, failure);
                    }
                });
    }

    private void unanswered(Group to, Telling telling, Throwable failure) {
        to.unanswered(telling).forEach(Telling::held);
        int all = to.toLog(timing.nanoTime());
        if (all > 0) {
            LOG.warn(
                    "A group does not hear of its channels, it is told again group={} channels={} reason={}",
                    to.number,
                    all,
                    String.valueOf(Causes.of(failure)));
        }
        timing.after(AGAIN_MS, () -> {
            to.rested();
            go(to);
        });
    }
}
