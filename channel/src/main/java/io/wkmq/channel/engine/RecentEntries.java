package io.wkmq.channel.engine;

import io.wkmq.channel.fill.FillPages;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last entries of a group's log, for as long as somebody wants them. Beyond its bounds it gives up the oldest. Belongs to the group's
 * loop.
 */
final class RecentEntries {
    private static final int COUNT_MAX = 8_192;
    private static final long BYTES_MIN = 1 << 20;
    private static final long BYTES_MAX = 16 << 20;

    /** Of the heap, for each group. */
    private static final int HEAP_SHARE = 256;

    /** What an entry takes besides its operation, in a page. */
    private static final int ENTRY_BYTES = 16;

    private final int countMax;
    private final long bytesMax;
    private final Deque<FillPages.Entry> kept = new ArrayDeque<>();
    private boolean wanted;
    private long bytes;
    private long floor;
    private long last;

    RecentEntries(int countMax, long bytesMax) {
        this.countMax = countMax;
        this.bytesMax = bytesMax;
    }

    /** Keeps as much as a group should, with the memory that this process may have. */
    static RecentEntries ofThisProcess() {
        long share = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
        return new RecentEntries(COUNT_MAX, Math.max(BYTES_MIN, Math.min(BYTES_MAX, share)));
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
    }

    /** Keeps none any more. */
    void end() {
        wanted = false;
        kept.clear();
        bytes = 0;
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
        bytes += bytes(op);
        while (kept.size() > 1 && (kept.size() > countMax || bytes > bytesMax)) {
            FillPages.Entry oldest = kept.remove();
            bytes -= bytes(oldest.op());
            floor = oldest.index();
        }
    }

    private static int bytes(byte @Nullable [] op) {
        return ENTRY_BYTES + (op == null ? 0 : op.length);
    }

    /** The entry up to which they are not here any more. */
    long floor() {
        return floor;
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
            size += bytes(entry.op());
            if (size > most && count > 0) {
                break;
            }
            count++;
        }
        return all.subList(0, count);
    }
}
