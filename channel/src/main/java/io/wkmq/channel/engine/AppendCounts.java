package io.wkmq.channel.engine;

import io.wkmq.channel.group.AppendResult.Outcome;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what an engine appends and writes. Thread-safe. */
final class AppendCounts {
    final LongAdder appended = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder appendNanos = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final LongAdder entries = new LongAdder();
    private final LongAdder writeNanos = new LongAdder();
    private volatile long queued;

    void append(@Nullable Appended result, long nanos) {
        if (result != null && (result.outcome() == Outcome.APPENDED || result.outcome() == Outcome.DUPLICATE)) {
            appended.increment();
            appendNanos.add(nanos);
        } else {
            refused.increment();
        }
    }

    void write(int count, long nanos) {
        writes.increment();
        entries.add(count);
        writeNanos.add(nanos);
    }

    /** So many entries wait to be written now. */
    void queue(int count) {
        queued = count;
    }

    LogFigures log() {
        return new LogFigures(writes.sum(), entries.sum(), writeNanos.sum(), queued);
    }
}
