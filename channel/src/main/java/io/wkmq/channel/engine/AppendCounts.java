package io.wkmq.channel.engine;

import io.wkmq.channel.group.AppendResult.Outcome;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what an engine appends and writes. Thread-safe. */
final class AppendCounts {
    final LongAdder appended = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder appendNanos = new LongAdder();
    final LongAdder writes = new LongAdder();
    final LongAdder writeNanos = new LongAdder();

    void append(@Nullable Appended result, long nanos) {
        if (result != null && (result.outcome() == Outcome.APPENDED || result.outcome() == Outcome.DUPLICATE)) {
            appended.increment();
            appendNanos.add(nanos);
        } else {
            refused.increment();
        }
    }

    void write(long nanos) {
        writes.increment();
        writeNanos.add(nanos);
    }
}
