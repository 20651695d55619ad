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
 * Schedules the notification of groups about the definitions of their channels, of which there may be many: at most {@value #AT_A_TIME} are
 * in flight per group, and only one while the group does not answer; each is retried until it succeeds. Thread-safe; does not block.
 */
final class GroupTurns {
    static final int AT_A_TIME = 32;
    static final long AGAIN_MS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(GroupTurns.class);
    private static final long LOGGED_MS = 60_000;

    /** A notification to a group. Thread-safe; never in flight twice at a time. */
    interface Telling {
        /**
         * Sends the notification. Does not block.
         *
         * @return completes with whether the group was notified: false if the notification has become obsolete; fails if the group does
         *     not answer, which leads to a retry
         */
        CompletionStage<Boolean> tell();

        /** Called when the notification is postponed because the group does not answer; possibly again on each retry. Must be quick. */
        void held();
    }

    private final Timing timing;
    private final Map<Integer, Group> groups = new ConcurrentHashMap<>();

    /** The notifications to one group. */
    private static final class Group {
        private final int number;

        @GuardedBy("this")
        private final Queue<Telling> waiting = new ArrayDeque<>();

        @GuardedBy("this")
        private int running;

        @GuardedBy("this")
        private boolean silent;

        /** Whether a failure was so recent that no retry is due. */
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

        /** Removes a notification that succeeded or is obsolete; returns whether there are more. */
        private synchronized boolean ended(boolean heard) {
            running--;
            silent &= !heard;
            resting &= silent;
            return !waiting.isEmpty();
        }

        /** Puts a notification that failed back into the queue; returns those that are postponed from now on. */
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

        /** Returns the number of pending notifications if it is to be logged now; otherwise 0. */
        private synchronized int toLog(long nowNanos) {
            if (logged && nowNanos - loggedNanos < TimeUnit.MILLISECONDS.toNanos(LOGGED_MS)) {
                return 0;
            }
            logged = true;
            loggedNanos = nowNanos;
            return waiting.size() + running;
        }
    }

    /** Creates an empty schedule. */
    GroupTurns(Timing timing) {
        this.timing = timing;
    }

    /** Adds a notification: sent at once, unless many are in flight or the group does not answer. */
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
                            timing.execute(() -> go(to)); // not recursively: many may end at once
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
