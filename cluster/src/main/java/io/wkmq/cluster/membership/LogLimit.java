package io.wkmq.cluster.membership;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Limits the log to one line a minute per subject, such as a node: a misbehaving node may cause the same line thousands of times a
 * second. Remembers the {@value #THINGS_MAX} subjects logged last. Thread-safe.
 */
public final class LogLimit {
    static final int THINGS_MAX = 1_000;

    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoTime;

    /** Ordered by the time of their last line. */
    @GuardedBy("this")
    private final Map<Object, Logged> things = new LinkedHashMap<>();

    /** Creates a limit with the system's monotonic clock. */
    public LogLimit() {
        this(System::nanoTime);
    }

    /** Creates a limit with a clock such as {@link System#nanoTime}. */
    public LogLimit(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Logs a line unless it is too early for another one about its subject.
     *
     * @param about the subject; subjects are compared by {@code equals}
     * @param line logs the line; gets the number of lines left out before it
     */
    public void log(Object about, LongConsumer line) {
        long leftOut = leftOut(about);
        if (leftOut >= 0) {
            line.accept(leftOut);
        }
    }

    /** Returns how many lines were left out, or -1 if this one must be. */
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
