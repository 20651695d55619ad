package io.wkmq.broker.overload;

import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/**
 * The usage of the heap space for long-lived objects after its last garbage collection. With most collectors that is the old
 * generation, which may be much smaller than the heap, as the young generation never holds long-lived data. Thread-safe.
 */
final class HeapUse {
    private final List<MemoryPoolMXBean> lasting;
    private final long maxBytes;

    /**
     * Creates a reader of a process's heap usage.
     *
     * @param pools the memory pools of the process, heap or not
     * @param heapMaxBytes the maximum heap size, used for pools without a maximum of their own
     */
    HeapUse(List<MemoryPoolMXBean> pools, long heapMaxBytes) {
        // All pools support a usage threshold except those of the young generation.
        lasting = pools.stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP
                        && pool.isUsageThresholdSupported()
                        && pool.getCollectionUsage() != null)
                .toList();
        // The maximum, not the sum: if there are several pools, each may grow to the size of the heap.
        long most = lasting.stream().mapToLong(HeapUse::mostOf).max().orElse(-1);
        maxBytes = most > 0 ? most : heapMaxBytes;
    }

    private static long mostOf(MemoryPoolMXBean pool) {
        MemoryUsage usage = pool.getUsage();
        return usage == null ? -1 : usage.getMax();
    }

    /** Returns the used fraction, 0 to 1. */
    double share() {
        long live = 0;
        for (MemoryPoolMXBean pool : lasting) {
            MemoryUsage left = pool.getCollectionUsage();
            live += left == null ? 0 : left.getUsed();
        }
        return (double) live / maxBytes;
    }
}
