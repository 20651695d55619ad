package io.wkmq.benchmarks.load;

/**
 * The sequence numbers that the messages of a run were given in a channel: each must be unique and, if nobody else publishes to the
 * channel, none may be missing between the first and the last. Needs one bit per number. Thread-safe.
 */
final class Places {
    private final Receipts receipts = new Receipts();
    private long first = Long.MAX_VALUE;
    private long last;
    private long count;
    private long duplicates;

    /** Records the sequence number of a message. */
    synchronized void add(long number) {
        if (receipts.add(number)) {
            first = Math.min(first, number);
            last = Math.max(last, number);
            count++;
        } else {
            duplicates++;
        }
    }

    /** Returns how many distinct numbers were recorded. */
    synchronized long count() {
        return count;
    }

    /** Returns the highest number; 0 if there is none. */
    synchronized long last() {
        return last;
    }

    /** Returns how often a number was recorded again. */
    synchronized long duplicates() {
        return duplicates;
    }

    /** Returns how many numbers are missing between the first and the last. */
    synchronized long gaps() {
        return count == 0 ? 0 : last - first + 1 - count;
    }
}
