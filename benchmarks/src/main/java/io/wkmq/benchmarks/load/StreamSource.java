package io.wkmq.benchmarks.load;

import org.jspecify.annotations.Nullable;

/** Makes the check of a stream that a subscriber sees for the first time. Called on any loop. */
@FunctionalInterface
interface StreamSource {
    /**
     * The check, or null if the stream is none of this subscriber's.
     *
     * @param stream see {@link Stamp#stream}
     * @param sequence the number of the first message that arrived
     */
    @Nullable
    StreamCheck open(long stream, long sequence);
}
