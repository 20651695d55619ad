package io.wkmq.benchmarks.load;

/**
 * The numbers that the messages of a run got in a channel: each is there once, and none is missing between the first and the last if
 * nobody else publishes to the channel. A bit for each number. Thread-safe.
 */
final class Places {
    private final Receipts receipts = new Receipts();
    private long first = Long.MAX_VALUE;
    private long last;
    private long count;
    private long duplicates;

    /** A message has that number. */
    synchronized void add(long number) {
        if (receipts.add(number)) {
            first = Math.min(first, number);
            last = Math.max(last, number);
            count++;
        } else {
            duplicates++;
        }
    }

    /** How many numbers were given. */
    synchronized long count() {
        return count;
    }

    /** The last one; 0 if there is none. */
    synchronized long last() {
        return last;
    }

    /** How often a number was given that another message had. */
    synchronized long duplicates() {
        return duplicates;
    }

    /** How many between the first and the last were not given. */
    synchronized long gaps() {
        return count == 0 ? 0 : last - first + 1 - count;
    }
}
