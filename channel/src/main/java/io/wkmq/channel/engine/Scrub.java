package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.mvstore.NodeTable;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scrubs the records of a node for damage: slowly and periodically, continuing after a restart where it was; and immediately at an
 * administrator's request. Thread-safe; does not block.
 */
final class Scrub {
    private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);

    private static final long LOOK_MS = 60_000;
    private static final int ALL = -1;

    private final ScrubPass.Parts parts;
    private final ScrubOptions options;
    private final Clock clock;

    /** The periodic pass, if one is running. */
    private @Nullable ScrubPass slow;

    @GuardedBy("this")
    private @Nullable Asked asked;

    private volatile boolean stopped;

    /**
     * A pass requested by an administrator.
     *
     * @param channel {@link #ALL} for all
     */
    private record Asked(int channel, ScrubPass pass, CompletionStage<ScrubReport> done) {}

    Scrub(ScrubPass.Parts parts, ScrubOptions options, Clock clock) {
        this.parts = parts;
        this.options = options;
        this.clock = clock;
    }

    /** Starts periodic scrubbing, until stopped. Callable from any thread. */
    void start() {
        if (!options.interval().isZero()) {
            parts.timer().execute(this::again);
        }
    }

    void stop() {
        stopped = true;
        synchronized (this) {
            if (asked != null) {
                asked.pass().stop();
            }
        }
    }

    private void again() {
        parts.timer().after(LOOK_MS, () -> later(this::look));
    }

    private void later(Runnable step) {
        try {
            parts.executor().execute(step);
        } catch (RejectedExecutionException e) {
            stopped = true; // the engine is closed
        }
    }

    /** Starts a pass when it is due, and saves the progress of a running one. On the executor. */
    private void look() {
        ScrubPass running = slow;
        try {
            if (stopped && running != null) {
                running.stop();
            }
            if (running != null) {
                note(parts.table().scrubbedMs(), running.place());
            } else if (!stopped && due()) {
                begin(parts.table());
            }
        } catch (IOException | RuntimeException e) { // it goes on whatever there is
            LOG.warn("Cannot save the progress of the scrub", e);
        }
        try {
            parts.timer().execute(this::again);
        } catch (RejectedExecutionException e) {
            stopped = true;
        }
    }

    private boolean due() throws IOException {
        NodeTable table = parts.table();
        long nowMs = clock.millis();
        long sinceMs = table.scrubbedMs();
        if (sinceMs == 0) {
            table.scrubbed(nowMs, 0, 0); // a new store has no damage yet
            return false;
        }
        boolean begun = table.scrubGroup() > 0 || table.scrubChannel() > 0;
        return begun || nowMs - sinceMs >= options.interval().toMillis();
    }

    private void begin(NodeTable table) {
        ScrubPass pass = new ScrubPass(
                parts, new ScrubPass.Place(table.scrubGroup(), table.scrubChannel()), options.bytesPerSecond());
        slow = pass;
        pass.run()
                .whenComplete((report, failure) -> later(() -> {
                    slow = null;
                    if (failure == null) {
                        ended(report);
                    } else if (!stopped) {
                        LOG.warn("Cannot scrub the channel records", failure);
                    }
                }));
    }

    private void ended(ScrubReport report) {
        LOG.info(
                "The records of channels were looked through channels={} bytes={} damaged={} repaired={}",
                report.channels(),
                report.bytes(),
                report.damaged(),
                report.repaired());
        try {
            note(clock.millis(), ScrubPass.Place.BEGIN);
        } catch (IOException e) {
            LOG.warn("Cannot save that the scrub is complete", e);
        }
    }

    private void note(long atMs, ScrubPass.Place place) throws IOException {
        parts.table().scrubbed(atMs, place.group(), place.channel());
    }

    /**
     * Scrubs one channel or all, immediately and at full speed. Concurrent requests for the same share one pass.
     *
     * @param channel null for all
     * @param patienceMs the time after which the stage completes with the results so far, while the pass continues
     */
    CompletionStage<ScrubReport> now(@Nullable Integer channel, long patienceMs) {
        int wanted = channel == null ? ALL : channel;
        Asked running;
        synchronized (this) {
            running = asked;
            if (running != null && running.channel() != wanted) {
                return CompletableFuture.failedFuture(
                        new OverloadedException("Records are being looked through already: "
                                + (running.channel() == ALL ? "those of all channels" : "those of one channel")));
            }
            if (running == null) {
                ScrubPass pass = channel == null
                        ? new ScrubPass(parts, ScrubPass.Place.BEGIN, Long.MAX_VALUE)
                        : new ScrubPass(parts, channel);
                running = new Asked(wanted, pass, pass.run());
                asked = running;
            }
        }
        Asked mine = running;
        CompletableFuture<ScrubReport> answer = new CompletableFuture<>();
        mine.done().whenComplete((report, failure) -> {
            forget(mine);
            if (failure == null) {
                answer.complete(report);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        try {
            parts.timer()
                    .execute(() -> parts.timer()
                            .after(patienceMs, () -> answer.complete(mine.pass().report())));
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new LogClosedException("The channels are closed", e));
        }
        return answer;
    }

    private synchronized void forget(Asked ended) {
        if (ended.equals(asked)) {
            asked = null;
        }
    }
}
