package io.wkmq.channel.engine;

import java.util.concurrent.atomic.LongAdder;

/** Counters of what was scrubbed, found damaged and repaired since the node was started. Thread-safe. */
final class ScrubCounts {
    /** Scrubbed bytes of records. */
    final LongAdder bytes = new LongAdder();

    /** How often damaged records were found. */
    final LongAdder damaged = new LongAdder();

    /** How often such records were repaired. */
    final LongAdder repaired = new LongAdder();
}
