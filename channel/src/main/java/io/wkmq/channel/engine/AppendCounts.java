package io.wkmq.channel.engine;

import io.wkmq.channel.group.AppendResult.Outcome;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counters and latency histograms of an engine's appends and log writes. Thread-safe. */
final class AppendCounts {
    final LongAdder refused = new LongAdder();
    final Histogram times = Histogram.ofTimes();
    private final Histogram writes = Histogram.ofTimes();
    private final LongAdder entries = new LongAdder();
    private volatile long queued;

    void append(@Nullable Appended result, long nanos) {
        if (result != null && (result.outcome() == Outcome.APPENDED || result.outcome() == Outcome.DUPLICATE)) {
            times.record(nanos);
        } else {
            refused.increment();
        }
    }

    void write(int count, long nanos) {
        writes.record(nanos);
        entries.add(count);
    }

    /** Sets the number of entries currently queued for writing. */
    void queue(int count) {
        queued = count;
    }

    LogFigures log() {
        return new LogFigures(writes.read(), entries.sum(), queued);
    }
}
