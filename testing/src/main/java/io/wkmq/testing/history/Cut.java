package io.wkmq.testing.history;

/**
 * A time in which messages need not go between two nodes, whatever the direction: from when their link was cut, or one of them
 * killed, until they were members of one cluster again.
 *
 * @param fromNanos by {@link System#nanoTime}
 * @param toNanos by {@link System#nanoTime}
 */
public record Cut(String one, String other, long fromNanos, long toNanos) {
    boolean excuses(String publishedAt, String subscribedAt, long sentNanos, long ackedNanos) {
        boolean between = (one.equals(publishedAt) && other.equals(subscribedAt))
                || (other.equals(publishedAt) && one.equals(subscribedAt));
        return between && ackedNanos - fromNanos >= 0 && toNanos - sentNanos >= 0;
    }
}
