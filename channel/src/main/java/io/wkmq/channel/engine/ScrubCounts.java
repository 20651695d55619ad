package io.wkmq.channel.engine;

import java.util.concurrent.atomic.LongAdder;

/** What was looked through, found and repaired since the node was started. Thread-safe. */
final class ScrubCounts {
    /** Bytes of records that were looked at. */
    final LongAdder bytes = new LongAdder();

    /** How often some records were found to be damaged. */
    final LongAdder damaged = new LongAdder();

    /** How often these were repaired. */
    final LongAdder repaired = new LongAdder();
}
