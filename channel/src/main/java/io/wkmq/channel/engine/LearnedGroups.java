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
 * The groups of an engine on a learner: a node without replicas, whose copies follow those of other nodes and count in no quorum.
 * Thread-safe. Copies have threads of their own, on which nothing is proposed: one for the registry, up to {@value #LOOPS_MAX} for all
 * other groups.
 *
 * <p>Whenever the node may have come among other nodes it must be {@link GroupLogs#confirmed confirmed} that these keep the logs it
 * follows: until then it requests nothing. If they keep other logs it stops.
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

    /** Whether entries were offered by an unknown replica. */
    private volatile boolean stranger;

    private Set<UUID> noted; // confined to the own loop once constructed
    private long askedMs; // the same

    /** The owner of the copies. Thread-safe. */
    interface Owner {
        /** Returns the other nodes; null while they are unknown. */
        @Nullable
        Donors donors();

        /** Returns the tracker of which nodes provide entries, which copies update. */
        Givers givers();

        /** Called if the nodes that this one is among keep other logs: this node has no part in their channels. */
        void apart(LogClosedException reason);

        /** Called if a copy cannot continue: its disk failed, or it does not understand an entry. */
        void broken(Exception cause);
    }

    /**
     * The minimum intervals between questions about who keeps the logs.
     *
     * @param strangerMs after an unknown replica has offered entries
     * @param confirmMs while it is not confirmed that the nodes here keep the logs that this node follows
     * @param lookMs the interval at which these conditions are checked
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
     * Starts to follow all groups. Blocks.
     *
     * @param count the number of groups including the registry, which is the last
     * @param file where the ids of the replicas that keep the logs are stored
     * @throws IOException if the disk fails
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

    /** Checks periodically whether to ask who keeps the logs. */
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

    /** A single replica may have been replaced by another node; only if all are different are the logs different too. */
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

    /** Returns whether the nodes here are known to keep the logs that this node follows. Callable from any thread. */
    boolean confirmed() {
        return kept.confirmed() && !ended.get();
    }

    /**
     * Completes once this node's copy of a group has everything that was acknowledged to anyone before, as in {@link GroupLogs#caughtUp}.
     */
    CompletionStage<Void> caughtUp(int group, Duration limit) {
        return kept.applied(group, limit)
                .thenCompose(index -> copies.get(group).learner.reached(index, limit));
    }

    /** Completes with the leader's status of a group, combined with the progress of this node's copy. */
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

    /** Returns whether a group has a leader, as far as this node knows. */
    boolean led(int group) {
        return confirmed() && copies.get(group).learner.inTouch();
    }

    /**
     * Returns whether this node may not know all channels: for some seconds no replica of the registry has reported that nothing more is to
     * come.
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

    /** Stops following; what was received is written. Blocks. */
    @Override
    public void close() {
        endAll();
        loops.forEach(EngineThread::close);
        own.close();
    }
}
