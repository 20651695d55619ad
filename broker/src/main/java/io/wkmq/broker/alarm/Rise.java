package io.wkmq.broker.alarm;

/** Detects increases of a counter. Confined to one thread. */
final class Rise {
    private long last;

    /** Returns whether the count exceeds that of the previous call; the first call compares with 0. */
    boolean rises(long count) {
        boolean rises = count > last;
        last = count;
        return rises;
    }
}
