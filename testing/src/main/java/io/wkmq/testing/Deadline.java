package io.wkmq.testing;

import java.time.Duration;

/** The moment at which a test stops waiting. Immutable; follows {@link System#nanoTime}, so it does not jump. */
public final class Deadline {
    private final long start;
    private final long nanos;

    private Deadline(long start, long nanos) {
        this.start = start;
        this.nanos = nanos;
    }

    /** Returns the moment that lies {@code duration} from now. */
    public static Deadline after(Duration duration) {
        return new Deadline(System.nanoTime(), duration.toNanos());
    }

    /** Returns the time left, zero once the deadline has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, nanos - (System.nanoTime() - start)));
    }

    /** Returns whether the deadline has passed. */
    public boolean passed() {
        return System.nanoTime() - start >= nanos;
    }

    @Override
    public String toString() {
        return Duration.ofNanos(nanos) + " (" + remaining() + " left)";
    }
}
