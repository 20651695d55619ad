package io.wkmq.broker.overload;

import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/**
 * How full the part of the heap is in which objects live long, as the last garbage collection of it left it. That is the old
 * generation with most collectors, and may be much less than the heap: the young one is never for what stays. Thread-safe.
 */
final class HeapUse {
    private final List<MemoryPoolMXBean> lasting;
    private final long maxBytes;

    /**
     * Of a process.
     *
     * @param pools its memory, heap or not
     * @param heapMaxBytes how large the heap may get, for pools that do not say how large they may
     */
    HeapUse(List<MemoryPoolMXBean> pools, long heapMaxBytes) {
        // A threshold can be set for all pools but those of the young generation.
        lasting = pools.stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP
                        && pool.isUsageThresholdSupported()
                        && pool.getCollectionUsage() != null)
                .toList();
        // The most of one, not the sum: where there are several each may get as large as the heap.
        long most = lasting.stream().mapToLong(HeapUse::mostOf).max().orElse(-1);
        maxBytes = most > 0 ? most : heapMaxBytes;
    }

    private static long mostOf(MemoryPoolMXBean pool) {
        MemoryUsage usage = pool.getUsage();
        return usage == null ? -1 : usage.getMax();
    }

    /** From 0 to 1. */
    double share() {
        long live = 0;
        for (MemoryPoolMXBean pool : lasting) {
            MemoryUsage left = pool.getCollectionUsage();
            live += left == null ? 0 : left.getUsed();
        }
        return (double) live / maxBytes;
    }
}
