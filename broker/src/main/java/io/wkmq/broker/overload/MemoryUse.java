package io.wkmq.broker.overload;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/**
 * How full the memory is, as a share of what the process may use: the larger one of the heap as the last garbage collection left
 * it, and of the direct memory of network buffers.
 */
@FunctionalInterface
public interface MemoryUse {
    /** From 0 to 1. Cheap; called about once a second. */
    double share();

    /** The memory of this process. */
    static MemoryUse ofThisProcess() {
        List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
                .toList();
        BufferPoolMXBean directBuffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
        long heapMax = Runtime.getRuntime().maxMemory();
        return () -> {
            long live = 0;
            for (MemoryPoolMXBean pool : pools) {
                MemoryUsage left = pool.getCollectionUsage();
                live += left == null ? 0 : left.getUsed();
            }
            // Netty counts what it takes from the system itself (-1 if it cannot), the platform what was taken through
            // it.
            long direct = Math.max(0, PlatformDependent.usedDirectMemory()) + directBuffers.getMemoryUsed();
            return Math.max((double) live / heapMax, (double) direct / PlatformDependent.maxDirectMemory());
        };
    }
}
