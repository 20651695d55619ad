package io.wkmq.session.mvstore;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition that another thread brings about. */
final class Await {
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private Await() {}

    static void until(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (true) {
            boolean last = System.nanoTime() - start
                    > DEADLINE_NANOS; // asked first: a machine may stand still between the two
            if (condition.getAsBoolean()) {
                return;
            }
            if (last) {
                throw new AssertionError("It did not happen in time that " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
