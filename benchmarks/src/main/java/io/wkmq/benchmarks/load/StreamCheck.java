package io.wkmq.benchmarks.load;

/** Watches one publisher's messages arrive at one subscriber. Belongs to the subscriber's loop. */
sealed interface StreamCheck permits FullStream, SharedStream {
    /** The message of that number arrived. */
    void received(long sequence);

    /** How many different messages arrived. */
    long distinct();

    /** How many arrived that had arrived before. */
    long duplicates();

    /** How many arrived behind one that was published later. */
    long disorders();
}
