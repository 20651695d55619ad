package io.wkmq.broker.alarm;

/** Whether a counter is higher than last time. Confined to one thread. */
final class Rise {
    private long last;

    /** Compares with the last call; with 0 the first time. */
    boolean rises(long count) {
        boolean rises = count > last;
        last = count;
        return rises;
    }
}
