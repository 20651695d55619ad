package io.wkmq.broker.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeapUseTest {
    private static final int MAX = 1000;

    @Test
    void fullOldGenerationIsAFullHeap() {
        Pool eden = Pool.young(200, 0);
        Pool survivor = Pool.young(50, 40);

        assertThat(new HeapUse(List.of(eden, survivor, Pool.old(750, 750)), 917).share())
                .isEqualTo(1.0);
        assertThat(new HeapUse(List.of(eden, survivor, Pool.old(750, 375)), 917).share())
                .isEqualTo(0.5);
    }

    @Test
    void generationsThatMayGetAsLargeAsTheHeapAreOneHeap() {
        assertThat(new HeapUse(List.of(Pool.old(MAX, 200), Pool.old(MAX, 300)), MAX).share())
                .isEqualTo(0.5);
    }

    @Test
    void poolThatDoesNotSayHowLargeItMayGetIsMeasuredByTheHeap() {
        assertThat(new HeapUse(List.of(Pool.old(-1, 300)), MAX).share()).isEqualTo(0.3);
    }

    @Test
    void whatIsNoHeapOrWasNeverCollectedDoesNotCount() {
        Pool classes = new Pool(MemoryType.NON_HEAP, true, MAX, 900L);
        Pool uncollected = new Pool(MemoryType.HEAP, true, MAX, null);

        assertThat(new HeapUse(List.of(classes, uncollected, Pool.old(MAX, 100)), MAX).share())
                .isEqualTo(0.1);
        assertThat(new HeapUse(List.of(classes, uncollected), MAX).share()).isZero();
    }

    /**
     * A memory pool.
     *
     * @param thresholds whether its usage can be monitored, which is not the case for a young generation
     * @param max its maximum size in bytes, -1 if unknown
     * @param left the bytes in use after the last collection; null if it is not collected
     */
    private record Pool(
            MemoryType type,
            boolean thresholds,
            long max,
            @Nullable Long left) implements MemoryPoolMXBean {
        static Pool young(long max, long left) {
            return new Pool(MemoryType.HEAP, false, max, left);
        }

        static Pool old(long max, long left) {
            return new Pool(MemoryType.HEAP, true, max, left);
        }

        @Override
        public MemoryType getType() {
            return type;
        }

        @Override
        public MemoryUsage getUsage() {
            return new MemoryUsage(0, 0, 0, max);
        }

        @Override
        public @Nullable MemoryUsage getCollectionUsage() {
            return left == null ? null : new MemoryUsage(0, left, left, max);
        }

        @Override
        public boolean isUsageThresholdSupported() {
            return thresholds;
        }

        @Override
        public String getName() {
            throw new UnsupportedOperationException();
        }

        @Override
        public MemoryUsage getPeakUsage() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void resetPeakUsage() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isValid() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String[] getMemoryManagerNames() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long getUsageThreshold() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setUsageThreshold(long threshold) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isUsageThresholdExceeded() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long getUsageThresholdCount() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long getCollectionUsageThreshold() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setCollectionUsageThreshold(long threshold) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isCollectionUsageThresholdExceeded() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long getCollectionUsageThresholdCount() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isCollectionUsageThresholdSupported() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ObjectName getObjectName() {
            throw new UnsupportedOperationException();
        }
    }
}
