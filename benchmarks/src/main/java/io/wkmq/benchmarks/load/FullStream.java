package io.wkmq.benchmarks.load;

import java.util.Map;
import java.util.TreeMap;

/**
 * A stream of which every message is expected; tracks which ones are missing. Keeps at most {@value #GAPS_MAX} gaps; beyond that, the
 * oldest gap counts as lost, and any of its messages that still arrives as a duplicate.
 */
final class FullStream implements StreamCheck {
    static final int GAPS_MAX = 10_000;

    private final TreeMap<Long, Long> gaps = new TreeMap<>();
    private final long first;
    private long next;
    private long missing;
    private long duplicates;
    private long disorders;

    /** Creates a stream that starts with the message numbered {@code first}. */
    FullStream(long first) {
        this.first = first;
        this.next = first;
    }

    @Override
    public void received(long sequence) {
        if (sequence == next) {
            next++;
        } else if (sequence > next) {
            missing += sequence - next;
            gap(next, sequence - 1);
            next = sequence + 1;
        } else {
            late(sequence);
        }
    }

    private void late(long sequence) {
        Map.Entry<Long, Long> gap = gaps.floorEntry(sequence);
        if (gap == null || gap.getValue() < sequence) {
            duplicates++;
            return;
        }
        disorders++;
        missing--;
        gaps.remove(gap.getKey());
        if (gap.getKey() < sequence) {
            gap(gap.getKey(), sequence - 1);
        }
        if (gap.getValue() > sequence) {
            gap(sequence + 1, gap.getValue());
        }
    }

    private void gap(long from, long to) {
        gaps.put(from, to);
        if (gaps.size() > GAPS_MAX) {
            gaps.pollFirstEntry();
        }
    }

    /** Returns how many messages below the highest one received have not arrived. */
    long missing() {
        return missing;
    }

    @Override
    public long distinct() {
        return next - first - missing;
    }

    @Override
    public long duplicates() {
        return duplicates;
    }

    @Override
    public long disorders() {
        return disorders;
    }
}
