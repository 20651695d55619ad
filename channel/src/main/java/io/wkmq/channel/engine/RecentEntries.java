package io.wkmq.channel.engine;

import io.wkmq.channel.fill.FillPages;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The last entries of a group's log, kept only while somebody wants them. Beyond its bounds it evicts the oldest; the last one, however
 * large, only by {@link #shed}. Owned by the group's loop.
 */
final class RecentEntries {
    static final int COUNT_MAX = 8_192;
    static final long BYTES_MAX = 16 << 20;

    /** The memory overhead of an entry besides its operation. */
    static final int ENTRY_BYTES = 56;

    /** The overhead of an entry in a page. */
    private static final int PAGE_ENTRY_BYTES = 16;

    private final Budget budget;
    private final Deque<FillPages.Entry> kept = new ArrayDeque<>();
    private boolean wanted;
    private long bytes;
    private long floor;
    private long last;

    /** The last index at the previous {@link #shed}. */
    private long seen;

    /** The value of {@link Budget#cuts} at the previous {@link #shed}. */
    private long cutsSeen;

    /**
     * The memory shared by the groups of a node: half is divided evenly among the groups, half is for those that need more. Thread-safe.
     */
    static final class Budget {
        /** The divisor of the maximum heap that gives the budget. */
        static final int HEAP_SHARE = 28;

        private final long share;
        private final long common;
        private final AtomicLong used = new AtomicLong();

        /** How often a group evicted an entry for lack of budget when it got the next, while within its own bounds. */
        private final AtomicLong cuts = new AtomicLong();

        /** Creates a budget of this many bytes for this many groups. */
        Budget(long bytes, int groups) {
            this.share = bytes / 2 / groups;
            this.common = bytes / 2;
        }

        /** Returns a budget sized to the maximum heap of this process. */
        static Budget ofThisProcess(int groups) {
            return new Budget(Runtime.getRuntime().maxMemory() / HEAP_SHARE, groups);
        }

        private long beyondShare(long bytes) {
            return Math.max(0, bytes - share);
        }
    }

    RecentEntries(Budget budget) {
        this.budget = budget;
    }

    /** Returns whether somebody wants the entries. */
    boolean wanted() {
        return wanted;
    }

    /** Starts keeping the entries after this index. */
    void begin(long applied) {
        wanted = true;
        floor = applied;
        last = applied;
        seen = applied;
    }

    /** Discards all entries and stops keeping them. */
    void end() {
        wanted = false;
        kept.clear();
        count(-bytes);
    }

    /**
     * Adds the next entry; ignored if it was added before or nobody wants it.
     *
     * @param op not to be modified; null if the entry starts a new leadership term
     */
    void add(long index, byte @Nullable [] op) {
        if (!wanted || index <= last) {
            return;
        }
        last = index;
        kept.add(new FillPages.Entry(index, op));
        count(ENTRY_BYTES + length(op));
        while (kept.size() > 1 && (kept.size() > COUNT_MAX || bytes > BYTES_MAX)) {
            removeOldest();
        }
        while (kept.size() > 1 && isBeyondBudget()) {
            removeOldest();
            budget.cuts.incrementAndGet();
        }
    }

    /**
     * Evicts what exceeds the budget, including the last entry, but nothing added since the previous call: whoever waits has been told of
     * older entries by then. If nothing was added, and other groups lacked budget, the group is cut to its own share. Called periodically.
     */
    void shed() {
        boolean quiet = seen == last;
        long cuts = budget.cuts.get();
        boolean othersHadNone = cuts != cutsSeen;
        while (!kept.isEmpty()
                && kept.element().index() <= seen
                && (isBeyondBudget() || (quiet && othersHadNone && bytes > budget.share))) {
            removeOldest();
        }
        seen = last;
        cutsSeen = cuts;
    }

    private boolean isBeyondBudget() {
        return bytes > budget.share && budget.used.get() > budget.common;
    }

    private void removeOldest() {
        FillPages.Entry oldest = kept.remove();
        count(-ENTRY_BYTES - length(oldest.op()));
        floor = oldest.index();
    }

    private void count(long change) {
        long before = budget.beyondShare(bytes);
        bytes += change;
        budget.used.addAndGet(budget.beyondShare(bytes) - before);
    }

    private static long length(byte @Nullable [] op) {
        return op == null ? 0 : op.length;
    }

    /** Returns the index up to which entries are no longer kept. */
    long floor() {
        return floor;
    }

    /** Returns the index of the last entry added, or at which keeping started. */
    long last() {
        return last;
    }

    /**
     * Returns the first entries after an index, which must not be less than the {@link #floor}.
     *
     * @param most the maximum number of bytes; a single larger entry is returned nevertheless
     */
    List<FillPages.Entry> behind(long after, long most) {
        List<FillPages.Entry> all = new ArrayList<>();
        Iterator<FillPages.Entry> latest = kept.descendingIterator(); // usually only the last ones are requested
        while (latest.hasNext()) {
            FillPages.Entry entry = latest.next();
            if (entry.index() <= after) {
                break;
            }
            all.add(entry);
        }
        Collections.reverse(all);
        int count = 0;
        long size = 0;
        for (FillPages.Entry entry : all) {
            size += PAGE_ENTRY_BYTES + length(entry.op());
            if (size > most && count > 0) {
                break;
            }
            count++;
        }
        return all.subList(0, count);
    }
}
