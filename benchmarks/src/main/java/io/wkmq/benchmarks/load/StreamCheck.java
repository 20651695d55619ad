package io.wkmq.benchmarks.load;

/** Checks one publisher's messages as they arrive at one subscriber. Confined to the subscriber's event loop. */
sealed interface StreamCheck permits FullStream, SharedStream {
    /** Called when the message with that number arrives. */
    void received(long sequence);

    /** Returns how many distinct messages arrived. */
    long distinct();

    /** Returns how many messages had arrived before. */
    long duplicates();

    /** Returns how many messages arrived after one that was published later. */
    long disorders();
}
