package io.wkmq.broker.overload;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * The fraction of its memory that the process uses: the larger of two values, that of the heap space for long-lived objects
 * after its last garbage collection, and that of direct memory for network buffers.
 */
@FunctionalInterface
public interface MemoryUse {
    /** Returns the used fraction, 0 to 1. Cheap; called about once a second. */
    double share();

    /** Returns the memory usage of this process. */
    static MemoryUse ofThisProcess() {
        HeapUse heap = new HeapUse(
                ManagementFactory.getMemoryPoolMXBeans(), Runtime.getRuntime().maxMemory());
        BufferPoolMXBean directBuffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
        return () -> {
            // Netty counts the memory it allocates directly from the system (-1 if it cannot), the JDK counts the
            // memory allocated through it.
            long direct = Math.max(0, PlatformDependent.usedDirectMemory()) + directBuffers.getMemoryUsed();
            return Math.max(heap.share(), (double) direct / PlatformDependent.maxDirectMemory());
        };
    }
}
