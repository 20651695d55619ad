package io.wkmq.broker.overload;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * How full the memory is, as a share of what the process may use: the larger one of the part of the heap in which
 * objects live long, as the last garbage collection left it, and of the direct memory of network buffers.
 */
@FunctionalInterface
public interface MemoryUse {
    /** From 0 to 1. Cheap; called about once a second. */
    double share();

    /** The memory of this process. */
    static MemoryUse ofThisProcess() {
        HeapUse heap = new HeapUse(
                ManagementFactory.getMemoryPoolMXBeans(), Runtime.getRuntime().maxMemory());
        BufferPoolMXBean directBuffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
        return () -> {
            // Netty counts what it takes from the system itself (-1 if it cannot), the platform what was taken through
            // it.
            long direct = Math.max(0, PlatformDependent.usedDirectMemory()) + directBuffers.getMemoryUsed();
            return Math.max(heap.share(), (double) direct / PlatformDependent.maxDirectMemory());
        };
    }
}
