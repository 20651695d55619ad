package io.wkmq.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition to become true, bounded by a deadline. */
public final class Await {
    /** The default limit for conditions expected to hold almost immediately. Generous: a passing test never uses it up. */
    public static final Duration DEFAULT = Duration.ofSeconds(30);

    private static final long POLL_NANOS = 2_000_000;

    private Await() {}

    /**
     * Waits up to {@link #DEFAULT}.
     *
     * @param what a clause for the failure message, as in "the session is gone"
     * @throws AssertionError if the condition does not hold in time
     */
    public static void until(String what, BooleanSupplier condition) {
        until(DEFAULT, () -> what, condition);
    }

    /**
     * Waits up to {@code limit}.
     *
     * @param what a clause for the failure message; evaluated only on failure, so that it can show the last state
     * @throws AssertionError if the condition does not hold in time, or the thread is interrupted
     */
    public static void until(Duration limit, Supplier<String> what, BooleanSupplier condition) {
        Deadline deadline = Deadline.after(limit);
        while (true) {
            boolean last = deadline.passed(); // read before the check: the machine may stall between the two
            if (condition.getAsBoolean()) {
                return;
            }
            if (last) {
                throw new AssertionError("Not within " + limit + ": " + what.get());
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("Interrupted while waiting for: " + what.get());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
