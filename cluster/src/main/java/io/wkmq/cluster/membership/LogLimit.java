package io.wkmq.cluster.membership;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Lets one line a minute about each thing, such as a node, into the log: what a node does wrong it may do thousands of times a second.
 * Remembers the {@value #THINGS_MAX} things that were logged last. Thread-safe.
 */
public final class LogLimit {
    static final int THINGS_MAX = 1_000;

    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoTime;

    /** Those that were logged last come last. */
    @GuardedBy("this")
    private final Map<Object, Logged> things = new LinkedHashMap<>();

    /** Nothing was logged so far. */
    public LogLimit() {
        this(System::nanoTime);
    }

    /** The same, by that clock, which is as {@link System#nanoTime}. */
    public LogLimit(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Something is to be logged.
     *
     * @param about which node or other thing it is about, which is known by its {@code equals}
     * @param line logs it, unless it is too early for that; gets the number of lines that were left out before it
     */
    public void log(Object about, LongConsumer line) {
        long leftOut = leftOut(about);
        if (leftOut >= 0) {
            line.accept(leftOut);
        }
    }

    /** How many lines were left out, or -1 if this one is to be. */
    private synchronized long leftOut(Object about) {
        long now = nanoTime.getAsLong();
        Logged last = things.get(about);
        if (last != null && now - last.nanos < PAUSE_NANOS) {
            last.leftOut++;
            return -1;
        }
        things.remove(about);
        things.put(about, new Logged(now));
        if (things.size() > THINGS_MAX) {
            Iterator<Logged> first = things.values().iterator();
            first.next();
            first.remove();
        }
        return last == null ? 0 : last.leftOut;
    }

    private static final class Logged {
        final long nanos;
        long leftOut;

        Logged(long nanos) {
            this.nanos = nanos;
        }
    }
}
