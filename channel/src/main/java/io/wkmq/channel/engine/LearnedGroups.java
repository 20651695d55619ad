package io.wkmq.channel.engine;

import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.fill.FillPages;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups of an engine on a node that keeps no replicas of them: it has copies, which follow those and count in no majority. Thread-safe.
 * They have threads of their own, on which nothing is brought into a log: the registry one, the others {@value #LOOPS_MAX} together.
 *
 * <p>That the node is among those whose logs it follows has to be {@link GroupLogs#confirmed confirmed} each time that it may be among others:
 * until then nothing is asked for. If others keep the logs there it ends.
 */
final class LearnedGroups implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LearnedGroups.class);

    private static final int LOOPS_MAX = 4;

    private final List<EngineThread> loops = new ArrayList<>();
    private final EngineThread own = EngineThread.start("wkmq-channels-learn-registry");
    private final List<Copy> copies = new ArrayList<>();
    private final GroupLogs kept;
    private final LearnerFile file;
    private final Owner owner;
    private final Times times;
    private final AtomicBoolean asking = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();

    /** Whether somebody gives something on who is not known. */
    private volatile boolean stranger;

    private Set<UUID> noted; // of the own loop, but at the begin
    private long askedMs; // the same

    /** What has the copies. Thread-safe. */
    interface Owner {
        /** The other nodes; null while they are not known. */
        @Nullable
        Donors donors();

        /** Which of them give entries on: it is told here. */
        Givers givers();

        /** Others keep the logs of the nodes that this one is among: it has no part in them. */
        void apart(LogClosedException reason);

        /** A copy can follow no more: the disk does not work, or it does not understand an entry. */
        void broken(Exception cause);
    }

    /**
     * How often it is asked at most who keeps the logs.
     *
     * @param strangerMs when one gives something on that is not known
     * @param confirmMs while it is not known whether those are here that this node follows
     * @param lookMs how often it looks whether that is to be asked
     */
    record Times(long strangerMs, long confirmMs, long lookMs) {
        static final Times DEFAULTS = new Times(5_000, 1_000, 250);
    }

    private record Copy(LogLearner learner, EngineThread loop) {}

    private LearnedGroups(int count, GroupLogs kept, LearnerFile file, Owner owner, Times times) {
        this.kept = kept;
        this.file = file;
        this.owner = owner;
        this.times = times;
        this.noted = kept.keepers();
        this.askedMs = own.nowMs() - times.strangerMs;
        for (int i = 0; i < Math.min(LOOPS_MAX, count - 1); i++) {
            loops.add(EngineThread.start("wkmq-channels-learn-" + i));
        }
    }

    /**
     * Begins to follow all groups. Blocks.
     *
     * @param count how many there are, the registry's too, which is the last
     * @param file where those are noted who keep the logs
     * @throws IOException if the disk does not work
     */
    static LearnedGroups begin(
            LogFollowers followers, int count, GroupLogs kept, LearnerFile file, Owner owner, Times times)
            throws IOException, InterruptedException {
        LearnedGroups begun = new LearnedGroups(count, kept, file, owner, times);
        boolean done = false;
        try {
            file.write(begun.noted);
            for (int group = 0; group < count; group++) {
                begun.follow(
                        followers, group, group == count - 1 ? begun.own : begun.loops.get(group % begun.loops.size()));
            }
            begun.own.execute(begun::look);
            done = true;
            return begun;
        } finally {
            if (!done) {
                begun.close();
            }
        }
    }

    private void follow(LogFollowers followers, int group, EngineThread loop) throws IOException, InterruptedException {
        CompletableFuture<LogLearner> followed = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                LogLearner learner = new LogLearner(
                        group,
                        followers.follow(group, loop),
                        loop,
                        new Others(),
                        ThreadLocalRandom.current().nextInt(1 << 16));
                learner.begin();
                followed.complete(learner);
            } catch (IOException | RuntimeException e) {
                followed.completeExceptionally(e);
            }
        });
        try {
            copies.add(new Copy(followed.get(), loop));
        } catch (ExecutionException e) {
            throw new IOException("The copy of group " + group + " cannot be opened: " + e.getCause(), e.getCause());
        }
    }

    private final class Others implements LogLearner.Nodes {
        @Override
        public @Nullable Donors donors() {
            return confirmed() ? owner.donors() : null;
        }

        @Override
        public Givers givers() {
            return owner.givers();
        }

        @Override
        public boolean trusted(FillPages.Entries from) {
            if (!kept.confirmed()) {
                return false;
            }
            boolean known = kept.keepers().contains(from.replica());
            if (!known) {
                stranger = true;
            }
            return known;
        }

        @Override
        public void broken(Exception cause) {
            owner.broken(cause);
        }
    }

    /** Looks from time to time whether it is to be asked who keeps the logs. */
    private void look() {
        if (ended.get()) {
            return;
        }
        own.after(times.lookMs, this::look);
        long sinceMs = own.nowMs() - askedMs;
        if ((!kept.confirmed() && sinceMs >= times.confirmMs) || (stranger && sinceMs >= times.strangerMs)) {
            ask();
        }
    }

    /** Another node may have taken the place of one of those that keep the logs; but all of them are others only if the logs are others too. */
    private void ask() {
        if (!asking.compareAndSet(false, true)) {
            return;
        }
        askedMs = own.nowMs();
        stranger = false;
        var unused = CompletableFuture.completedStage(kept)
                .thenCompose(GroupLogs::askKeepers)
                .whenCompleteAsync(this::told, own);
    }

    private void told(@Nullable Boolean same, @Nullable Throwable failure) {
        asking.set(false);
        if (same == null) {
            LOG.debug("Those who keep the channels do not say who they are, they are asked again", failure);
        } else if (same) {
            note();
        } else if (!ended.get()) {
            endAll();
            owner.apart(new LogClosedException(
                    "This node has copies of channels that " + kept.keepers()
                            + " kept, and others keep those of the nodes that it is among; expected an empty data directory,"
                            + " with which it is as any node without channels",
                    null));
        }
    }

    private void note() {
        Set<UUID> now = kept.keepers();
        if (now.equals(noted)) {
            return;
        }
        try {
            file.write(now);
            noted = now;
        } catch (IOException e) { // then it is told the next time that it asks
            LOG.warn("Cannot save which nodes are the channel replicas", e);
        }
    }

    /** Whether those are here whose logs it follows, as far as is known. Any thread. */
    boolean confirmed() {
        return kept.confirmed() && !ended.get();
    }

    /** Completes once this node's copy of a group has all that was acknowledged to anybody before, as {@link GroupLogs#caughtUp}. */
    CompletionStage<Void> caughtUp(int group, Duration limit) {
        return kept.applied(group, limit)
                .thenCompose(index -> copies.get(group).learner.reached(index, limit));
    }

    /** What the leader of a group says of it, and how far this node's copy is. */
    CompletionStage<GroupStatus> status(int group) {
        return kept.status(group).thenCombine(copies.get(group).learner.standing(), LearnedGroups::of);
    }

    private static GroupStatus of(GroupStatus said, LogLearner.Standing copy) {
        return new GroupStatus(
                said.group(),
                said.leader(),
                said.leads(),
                said.term(),
                said.last(),
                said.committed(),
                copy.applied(),
                copy.whole(),
                copy.missed(),
                said.members());
    }

    /** Whether somebody says what gets into the log of a group, as far as this node knows. */
    boolean led(int group) {
        return confirmed() && copies.get(group).learner.inTouch();
    }

    /**
     * Whether this node may not know which channels there are: for some seconds none of those that keep their list has said anything behind which
     * nothing more was to come.
     */
    boolean blind() {
        LogLearner registry = copies.get(copies.size() - 1).learner;
        return !confirmed() || !registry.current() || !registry.whole();
    }

    private void endAll() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        for (Copy copy : copies) {
            try {
                copy.loop.execute(copy.learner::end);
            } catch (RejectedExecutionException e) {
                LOG.debug("A copy has ended with its thread", e);
            }
        }
    }

    /** Follows no more. What is here is written. Blocks. */
    @Override
    public void close() {
        endAll();
        loops.forEach(EngineThread::close);
        own.close();
    }
}
