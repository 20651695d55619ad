package io.wkmq.benchmarks.load;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The time in ns since the epoch: steady within a process, and comparable between processes as far as their hosts' clocks agree.
 * Thread-safe.
 */
final class NanoTime {
    @SuppressWarnings("TimeInStaticInitializer") // both clocks are compared at an arbitrary moment
    private static final long OFFSET = ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now()) - System.nanoTime();

    private NanoTime() {}

    static long now() {
        return OFFSET + System.nanoTime();
    }
}
