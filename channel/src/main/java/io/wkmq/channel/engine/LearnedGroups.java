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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups of an engine on a node that keeps no replicas of them: it has copies, which follow those and count in no majority. Thread-safe.
 * They have one thread, on which nothing is brought into a log.
 */
final class LearnedGroups implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LearnedGroups.class);

    /** How often it is asked at most who keeps the logs. */
    private static final long ASK_EVERY_MS = 5_000;

    private final EngineThread loop = EngineThread.start("wkmq-channels-learn");
    private final List<LogLearner> groups = new ArrayList<>();
    private final GroupLogs kept;
    private final LearnerFile file;
    private final Supplier<@Nullable Donors> donors;
    private final Consumer<Exception> broken;
    private final AtomicBoolean asking = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Set<UUID> keepers;
    private long askAgainMs = Long.MIN_VALUE; // of the loop

    private LearnedGroups(
            GroupLogs kept,
            LearnerFile file,
            Set<UUID> keepers,
            Supplier<@Nullable Donors> donors,
            Consumer<Exception> broken) {
        this.kept = kept;
        this.file = file;
        this.keepers = keepers;
        this.donors = donors;
        this.broken = broken;
    }

    /**
     * Begins to follow all groups. Blocks.
     *
     * @param count how many there are, the registry's too
     * @param file where those are noted who keep the logs
     * @param donors the other nodes; null while they are not known
     * @param broken is told when a copy can follow no more
     * @throws IOException if the disk does not work
     */
    static LearnedGroups begin(
            LogFollowers followers,
            int count,
            GroupLogs kept,
            LearnerFile file,
            Supplier<@Nullable Donors> donors,
            Consumer<Exception> broken)
            throws IOException, InterruptedException {
        Set<UUID> keepers = kept.keepers();
        file.write(keepers);
        LearnedGroups begun = new LearnedGroups(kept, file, keepers, donors, broken);
        boolean done = false;
        try {
            for (int group = 0; group < count; group++) {
                begun.follow(followers, group);
            }
            done = true;
            return begun;
        } finally {
            if (!done) {
                begun.close();
            }
        }
    }

    private void follow(LogFollowers followers, int group) throws IOException, InterruptedException {
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
            groups.add(followed.get());
        } catch (ExecutionException e) {
            throw new IOException("The copy of group " + group + " cannot be opened: " + e.getCause(), e.getCause());
        }
    }

    private final class Others implements LogLearner.Nodes {
        @Override
        public @Nullable Donors donors() {
            return donors.get();
        }

        @Override
        public boolean trusted(FillPages.Entries from) {
            if (keepers.contains(from.replica())) {
                return true;
            }
            ask();
            return false;
        }

        @Override
        public void broken(Exception cause) {
            broken.accept(cause);
        }
    }

    /** Another node may have taken the place of one of those that keep the logs; but all of them are others only if the logs are others too. */
    private void ask() {
        if (loop.nowMs() < askAgainMs || !asking.compareAndSet(false, true)) {
            return;
        }
        askAgainMs = loop.nowMs() + ASK_EVERY_MS;
        var unused = kept.askKeepers()
                .whenCompleteAsync(
                        (now, failure) -> {
                            try {
                                if (now != null && now.stream().anyMatch(keepers::contains)) {
                                    file.write(now);
                                    keepers = Set.copyOf(now);
                                } else {
                                    LOG.warn(
                                            "Others keep the channels of these nodes than those that this one follows keepers={}"
                                                    + " expected={}",
                                            now,
                                            keepers,
                                            failure);
                                }
                            } catch (IOException e) {
                                LOG.warn("It cannot be noted who keeps the channels", e);
                            } finally {
                                asking.set(false);
                            }
                        },
                        loop);
    }

    /** Completes once this node's copy of a group has all that was acknowledged to anybody before, as {@link GroupLogs#caughtUp}. */
    CompletionStage<Void> caughtUp(int group, Duration limit) {
        return kept.applied(group, limit).thenCompose(index -> groups.get(group).reached(index, limit));
    }

    /** Whether somebody says what gets into the log of a group, as far as this node knows. */
    boolean led(int group) {
        return groups.get(group).inTouch();
    }

    /** Whether this node may not know which channels there are: it has not heard from those that keep their list for some seconds. */
    boolean blind() {
        LogLearner registry = groups.get(groups.size() - 1);
        return !registry.inTouch() || !registry.whole();
    }

    /** Follows no more. What is here is written. Blocks. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            loop.execute(() -> groups.forEach(LogLearner::end));
        }
        loop.close();
    }
}
