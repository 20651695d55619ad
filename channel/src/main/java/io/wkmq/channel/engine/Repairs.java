package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.records.DamagedRecordException;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches this node's lost records from other nodes, one channel at a time, at no more than {@value #BYTES_PER_SECOND} bytes per second.
 * Retries until it succeeds, from where it got to, after pauses of 0.1 to 25.6 s. Thread-safe; does not block. Blocking work is done on an
 * executor that runs one task at a time.
 */
final class Repairs implements Damages {
    private static final Logger LOG = LoggerFactory.getLogger(Repairs.class);

    private static final int CHANNELS_MAX = 10_000;
    private static final long PAUSE_MS = 100;
    private static final int PAUSE_DOUBLED_MAX = 8;

    /** The maximum rate of fetching. */
    private static final long BYTES_PER_SECOND = 16 << 20;

    private final IntFunction<@Nullable GroupReplica> replicas;
    private final Supplier<@Nullable Donors> donors;
    private final Executor executor;
    private final EngineLoop timer;
    private final ScrubCounts counts;
    private final Pace pace;

    /** What is lost, by channel. */
    @GuardedBy("this")
    private final Map<Integer, Lost> all = new LinkedHashMap<>();

    @GuardedBy("this")
    private boolean busy;

    /** What is lost of a channel. Guarded by the {@link Repairs}. */
    private static final class Lost {
        private final int channel;
        private long from;
        private long next;
        private int failures;
        private boolean waits;
        private CompletableFuture<Void> done = new CompletableFuture<>();

        private Lost(int channel, long from, long next) {
            this.channel = channel;
            this.from = from;
            this.next = next;
        }
    }

    /** One attempt to fetch what was known to be lost when it started. Guarded by the {@link Repairs}. */
    private static final class Attempt {
        private final Lost lost;
        private final long next;
        private long from;
        private boolean proceeded;

        private Attempt(Lost lost) {
            this.lost = lost;
            this.next = lost.next;
            this.from = lost.from;
        }
    }

    /**
     * Creates the repairs of a node's replicas.
     *
     * @param replicas returns the replica that has a channel; null if it is not open yet
     * @param donors returns the other nodes; null while they are unknown
     * @param executor for blocking work
     * @param timer for pauses
     */
    Repairs(
            IntFunction<@Nullable GroupReplica> replicas,
            Supplier<@Nullable Donors> donors,
            Executor executor,
            EngineLoop timer,
            ScrubCounts counts) {
        this.replicas = replicas;
        this.donors = donors;
        this.executor = executor;
        this.timer = timer;
        this.counts = counts;
        this.pace = new Pace(timer, BYTES_PER_SECOND);
    }

    @Override
    public CompletionStage<Void> found(int channel, long from, long next) {
        CompletableFuture<Void> done;
        synchronized (this) {
            Lost lost = all.get(channel);
            if (lost == null) {
                if (all.size() >= CHANNELS_MAX) {
                    return CompletableFuture.failedFuture(new DamagedRecordException(
                            channel, from, next, all.size() + " channels are being repaired already"));
                }
                lost = new Lost(channel, from, next);
                all.put(channel, lost);
                counts.damaged.increment();
                LOG.warn(
                        "Records of a channel are damaged, they are fetched from another node channel={} from={} to={}",
                        channel,
                        from,
                        next - 1);
            } else {
                lost.from = Math.min(lost.from, from);
                lost.next = Math.max(lost.next, next);
            }
            done = lost.done;
        }
        proceed();
        return done;
    }

    @Override
    public void looking(int channel) {
        // what is lost stays listed until it is repaired
    }

    @Override
    public void forget(int channel, long first) {
        // the next attempt notices that
    }

    @Override
    public synchronized @Nullable String trouble() {
        return all.isEmpty()
                ? null
                : "Messages of " + all.size()
                        + " channels are damaged on this node, they are fetched from other nodes; the log says how that goes";
    }

    /** Starts with the next channel, if no repair is in progress. */
    private void proceed() {
        Attempt attempt;
        synchronized (this) {
            Lost next = busy
                    ? null
                    : all.values().stream()
                            .filter(lost -> !lost.waits)
                            .findFirst()
                            .orElse(null);
            if (next == null) {
                return;
            }
            busy = true;
            attempt = new Attempt(next);
        }
        try {
            executor.execute(() -> CompletableFuture.completedStage(attempt)
                    .thenCompose(this::carryOut)
                    .whenComplete((fetched, failure) -> {
                        settle(attempt, fetched, failure);
                        proceed();
                    }));
        } catch (RejectedExecutionException e) {
            settle(attempt, null, e);
        }
    }

    /** Records that everything before {@code seq} is restored and need not be examined again. */
    private synchronized void reached(Attempt attempt, long seq) {
        if (attempt.lost.from == attempt.from) { // else more damage was found before it
            attempt.lost.from = seq;
        }
        attempt.from = seq;
        attempt.proceeded = true;
    }

    private void settle(Attempt attempt, @Nullable Long fetched, @Nullable Throwable failure) {
        Lost lost = attempt.lost;
        CompletableFuture<Void> done;
        long from;
        synchronized (this) {
            busy = false;
            from = attempt.from;
            if (failure == null && (lost.from < from || lost.next > attempt.next)) {
                return; // more damage was found meanwhile
            }
            done = lost.done;
            if (failure == null) {
                all.remove(lost.channel);
            } else {
                lost.done = new CompletableFuture<>();
                lost.waits = true;
                lost.failures = attempt.proceeded ? 0 : lost.failures;
            }
        }
        if (failure == null) {
            long count = fetched == null ? 0 : fetched;
            counts.repaired.increment();
            LOG.info("Recovered channel records from other replicas channel={} fetched={}", lost.channel, count);
            done.complete(null);
        } else {
            Throwable cause = Causes.of(failure);
            again(lost, cause);
            done.completeExceptionally(
                    new DamagedRecordException(lost.channel, from, attempt.next, String.valueOf(cause.getMessage())));
        }
    }

    private void again(Lost lost, Throwable cause) {
        int failures = lost.failures++;
        if (failures == 0 || failures == PAUSE_DOUBLED_MAX) {
            LOG.warn(
                    "Damaged records cannot be fetched, it is tried again channel={} reason={}",
                    lost.channel,
                    cause.toString());
        }
        long pauseMs = PAUSE_MS << Math.min(failures, PAUSE_DOUBLED_MAX);
        try {
            timer.execute(() -> timer.after(pauseMs, () -> {
                synchronized (this) {
                    lost.waits = false;
                }
                proceed();
            }));
        } catch (RejectedExecutionException e) {
            LOG.info("The node stops before a channel is repaired channel={}", lost.channel);
        }
    }

    /** Asks one node after the other. Completes with the number of fetched records. */
    private CompletionStage<Long> carryOut(Attempt attempt) {
        int channel = attempt.lost.channel;
        GroupReplica replica = replicas.apply(channel);
        Donors others = donors.get();
        List<NodeId> here = others == null ? List.of() : others.here();
        if (replica == null || others == null || here.isEmpty()) {
            return CompletableFuture.failedFuture(new IOException("no other node is here"));
        }
        CompletableFuture<Long> done = new CompletableFuture<>();
        replica.pin(channel).whenComplete((pinned, failure) -> {
            if (failure instanceof ChannelGoneException) {
                done.complete(0L);
            } else if (failure != null) {
                done.completeExceptionally(failure);
            } else {
                replica.seal(channel, attempt.next)
                        .thenCompose(nothing -> ask(attempt, replica, pinned, others, here, 0))
                        .whenComplete((fetched, problem) -> {
                            replica.unpin(pinned);
                            complete(done, fetched, problem);
                        });
            }
        });
        return done;
    }

    private CompletionStage<Long> ask(
            Attempt attempt, GroupReplica replica, LiveChannel pinned, Donors others, List<NodeId> here, int at) {
        if (pinned.tail.gone()) {
            return CompletableFuture.completedFuture(0L);
        }
        int channel = pinned.tail.channel();
        DonorLink link = new DonorLink(others, here.get(at));
        return new Repair(
                        replica.group(),
                        channel,
                        attempt.next,
                        replica.records(),
                        link,
                        executor,
                        pace,
                        seq -> reached(attempt, seq))
                .run(Math.max(from(attempt), replica.records().first(channel)))
                .handle((fetched, failure) -> failure == null || at + 1 == here.size()
                        ? result(fetched, failure)
                        : ask(attempt, replica, pinned, others, here, at + 1))
                .thenCompose(stage -> stage);
    }

    private synchronized long from(Attempt attempt) {
        return attempt.from;
    }

    private static CompletionStage<Long> result(@Nullable Long fetched, @Nullable Throwable failure) {
        CompletableFuture<Long> result = new CompletableFuture<>();
        complete(result, fetched, failure);
        return result;
    }

    private static void complete(CompletableFuture<Long> result, @Nullable Long fetched, @Nullable Throwable failure) {
        if (failure == null) {
            result.complete(fetched == null ? 0 : fetched);
        } else {
            result.completeExceptionally(failure);
        }
    }
}
