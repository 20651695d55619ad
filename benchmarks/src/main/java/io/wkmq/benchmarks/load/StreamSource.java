package io.wkmq.benchmarks.load;

import org.jspecify.annotations.Nullable;

/** Creates the check of a stream that a subscriber sees for the first time. Called on any event loop. */
@FunctionalInterface
interface StreamSource {
    /**
     * Returns a new check, or null if the subscriber should not receive the stream.
     *
     * @param stream see {@link Stamp#stream}
     * @param sequence the number of the first message that arrived
     */
    @Nullable
    StreamCheck open(long stream, long sequence);
}
