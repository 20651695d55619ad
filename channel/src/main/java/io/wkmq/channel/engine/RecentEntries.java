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
 * The last entries of a group's log, for as long as somebody wants them. Beyond its bounds it gives up the oldest; the last one, however
 * large it is, only when it is to {@link #shed}. Belongs to the group's loop.
 */
final class RecentEntries {
    static final int COUNT_MAX = 8_192;
    static final long BYTES_MAX = 16 << 20;

    /** What an entry takes besides its operation, in memory. */
    static final int ENTRY_BYTES = 56;

    /** The same in a page. */
    private static final int PAGE_ENTRY_BYTES = 16;

    private final Budget budget;
    private final Deque<FillPages.Entry> kept = new ArrayDeque<>();
    private boolean wanted;
    private long bytes;
    private long floor;
    private long last;

    /** The last one when it was to shed before. */
    private long seen;

    /** How often groups had given up some for want of room by then. */
    private long cutsSeen;

    /** What the groups of a node keep together: half of it is for each the same, the other half for those that need more. Thread-safe. */
    static final class Budget {
        /** Of the heap. */
        static final int HEAP_SHARE = 28;

        private final long share;
        private final long common;
        private final AtomicLong used = new AtomicLong();

        /** How often a group gave up an entry as it got the next, though it keeps no more than a group may. */
        private final AtomicLong cuts = new AtomicLong();

        /** So many bytes for so many groups. */
        Budget(long bytes, int groups) {
            this.share = bytes / 2 / groups;
            this.common = bytes / 2;
        }

        /** As much as the groups of a node should, with the memory that this process may have. */
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

    /** Whether somebody wants them. */
    boolean wanted() {
        return wanted;
    }

    /** Keeps them from now on: those behind that one. */
    void begin(long applied) {
        wanted = true;
        floor = applied;
        last = applied;
        seen = applied;
    }

    /** Keeps none any more. */
    void end() {
        wanted = false;
        kept.clear();
        count(-bytes);
    }

    /**
     * The next one; nothing if it came before, or nobody wants it.
     *
     * @param op not to be changed; null if it says that there is another leader
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
     * Gives up what there is no room for in the budget, the last one too, but none that came since this was called before: those who wait
     * have been told of them then. If none came, and others had no room, the group is left with its own share. From time to time.
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

    /** The entry up to which they are not here any more. */
    long floor() {
        return floor;
    }

    /** The last entry that came, or up to which there were some when it began. */
    long last() {
        return last;
    }

    /**
     * Those behind one that is not in front of the {@link #floor}, the first ones.
     *
     * @param most how many bytes; one comes however large it is
     */
    List<FillPages.Entry> behind(long after, long most) {
        List<FillPages.Entry> all = new ArrayList<>();
        Iterator<FillPages.Entry> latest = kept.descendingIterator(); // mostly only the last ones are asked for
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
