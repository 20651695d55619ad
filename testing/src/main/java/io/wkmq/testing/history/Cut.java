package io.wkmq.testing.history;

/**
 * A period in which messages need not get through between two nodes, in either direction: from the moment their link was cut, or one of
 * them was killed, until both were members of the same cluster again.
 *
 * @param fromNanos the start, by {@link System#nanoTime}
 * @param toNanos the end, by {@link System#nanoTime}
 */
public record Cut(String one, String other, long fromNanos, long toNanos) {
    boolean excuses(String publishedAt, String subscribedAt, long sentNanos, long ackedNanos) {
        boolean between = (one.equals(publishedAt) && other.equals(subscribedAt))
                || (other.equals(publishedAt) && one.equals(subscribedAt));
        return between && ackedNanos - fromNanos >= 0 && toNanos - sentNanos >= 0;
    }
}
