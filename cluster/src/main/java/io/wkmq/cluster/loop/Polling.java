package io.wkmq.cluster.loop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits, by polling, for conditions that nobody signals. */
public final class Polling {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Polling() {}

    /**
     * Blocks until a condition, polled every 10 ms, holds, the time is up, or the thread is interrupted; its interrupt status is
     * kept.
     *
     * @return the result of the last poll
     */
    public static boolean until(Duration limit, BooleanSupplier condition) {
        long since = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - since >= limit.toNanos()
                    || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }
}
