package io.wkmq.dist.lab;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.time.Duration;

/** Time limits for machines with a processor for every runnable thread, extended on busier ones. */
final class Bars {
    /** More than that is not the machine. */
    private static final double STRETCH_MAX = 2;

    private Bars() {}

    /**
     * A bar on this machine at this time: longer by as much as more threads want to run than there are processors, but twice as long at
     * most.
     */
    static Duration here(Duration bar) {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        double crowd = system.getSystemLoadAverage() / system.getAvailableProcessors();
        return Duration.ofMillis((long) (bar.toMillis() * Math.min(STRETCH_MAX, Math.max(1, crowd))));
    }
}
