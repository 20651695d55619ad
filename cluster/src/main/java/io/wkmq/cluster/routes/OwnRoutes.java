package io.wkmq.cluster.routes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.cluster.routes.protocol.Interests;
import io.wkmq.cluster.routes.protocol.RouteMessage.Digest;
import io.wkmq.routing.Interest;
import io.wkmq.routing.LocalInterest;
import io.wkmq.routing.ShareName;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The routes of this node, i.e. the topic filters its clients subscribe to: a log of the changes, and the hash and number of the
 * current routes. The routes themselves are in the route table. Thread-safe by its own lock; while holding it, it submits a task to
 * the replication's loop, but never waits for anything else.
 *
 * <p>Changes are kept only while other nodes need them, a million or about 64 MiB at most; a node that needs older ones must pull a
 * snapshot.
 */
public final class OwnRoutes implements LocalInterest {
    private static final int OP_BYTES = 80; // objects and array slots of a change, without its text

    private final long incarnation;
    private final RouteLimits limits;

    @GuardedBy("this")
    private final Map<SubscriptionFilter, Interest> groups = new HashMap<>();

    /** Ring buffer: a change is at its sequence number modulo the length, which is a power of two. */
    @GuardedBy("this")
    private @Nullable Interest[] kept = new @Nullable Interest[16];

    /** How many of the newest changes are kept. */
    @GuardedBy("this")
    private int keptCount;

    @GuardedBy("this")
    private long keptBytes;

    @GuardedBy("this")
    private long hash;

    @GuardedBy("this")
    private long count;

    @GuardedBy("this")
    private boolean keeps;

    @GuardedBy("this")
    private boolean signalled;

    @GuardedBy("this")
    private Runnable changed = () -> {};

    /** Written under the lock, read without it. */
    private volatile long seq;

    /**
     * Creates an empty log.
     *
     * @param incarnation the incarnation of this node's process, as its peers know it
     */
    public OwnRoutes(long incarnation) {
        this(incarnation, RouteLimits.DEFAULT);
    }

    OwnRoutes(long incarnation, RouteLimits limits) {
        this.incarnation = incarnation;
        this.limits = limits;
    }

    /** Returns the incarnation of this node's process. */
    long incarnation() {
        return incarnation;
    }

    RouteLimits limits() {
        return limits;
    }

    /** Returns the number of the newest change. */
    long seq() {
        return seq;
    }

    @Override
    public synchronized void changed(@Nullable ShareName share, TopicFilter filter, int members, int online) {
        Interest now = new Interest(share, filter, members, online);
        Interest before = share == null ? Interest.plain(filter, members == 0) : swapGroup(share, now);
        hash ^= RouteHash.of(incarnation, before) ^ RouteHash.of(incarnation, now);
        count += (now.exists() ? 1 : 0) - (before.exists() ? 1 : 0);
        long next = seq + 1;
        if (keeps) {
            keep(next, now);
        }
        seq = next;
        if (keeps && !signalled) {
            signalled = true;
            changed.run();
        }
    }

    @GuardedBy("this")
    private Interest swapGroup(ShareName share, Interest now) {
        SubscriptionFilter key = new SubscriptionFilter(share, now.filter());
        Interest before = now.exists() ? groups.put(key, now) : groups.remove(key);
        return before == null ? now.ended() : before;
    }

    @GuardedBy("this")
    private void keep(long number, Interest change) {
        while (keptCount > 0 && (keptCount == limits.opsMax() || keptBytes > limits.keptBytes())) {
            forget(seq - keptCount + 1);
        }
        if (keptCount == kept.length) {
            grow();
        }
        kept[place(number)] = change;
        keptCount++;
        keptBytes += bytes(change);
    }

    @GuardedBy("this")
    private void grow() {
        @Nullable Interest[] from = kept;
        kept = new @Nullable Interest[from.length * 2];
        for (long number = seq - keptCount + 1; number <= seq; number++) {
            kept[place(number)] = from[(int) number & (from.length - 1)];
        }
    }

    @GuardedBy("this")
    private void forget(long number) {
        keptBytes -= bytes(change(number));
        kept[place(number)] = null;
        keptCount--;
    }

    @GuardedBy("this")
    private int place(long number) {
        return (int) number & (kept.length - 1);
    }

    @GuardedBy("this")
    private Interest change(long number) {
        return Objects.requireNonNull(kept[place(number)], "a change that is kept");
    }

    private static int bytes(Interest change) {
        return OP_BYTES + change.filter().utf8().length;
    }

    /**
     * Sets the callback that is run, under the lock, after a change while changes are kept; once run it is not run again until
     * {@link #attend}.
     */
    synchronized void whenChanged(Runnable callback) {
        changed = callback;
    }

    /** Re-arms the callback, because its target is about to look at the changes. */
    synchronized void attend() {
        signalled = false;
    }

    /** Starts or stops keeping changes. */
    synchronized void keepChanges(boolean keep) {
        if (!keep) {
            Arrays.fill(kept, null);
            kept = new @Nullable Interest[16];
            keptCount = 0;
            keptBytes = 0;
        }
        keeps = keep;
    }

    /** Discards the changes up to that one, which nobody needs any more. */
    synchronized void trim(long upTo) {
        while (keptCount > 0 && seq - keptCount + 1 <= upTo) {
            forget(seq - keptCount + 1);
        }
    }

    /** Returns what a replica must match. */
    synchronized Digest digest() {
        return new Digest(incarnation, seq - keptCount + 1, seq, hash, count);
    }

    /**
     * Returns the changes from that one on, as many as fit into a message.
     *
     * @return an empty list if there are none yet; null if the first one is no longer kept
     */
    synchronized @Nullable List<Interest> from(long first) {
        if (first <= seq - keptCount) {
            return null;
        }
        List<Interest> changes = new ArrayList<>();
        long bytes = 0;
        for (long number = first; number <= seq; number++) {
            Interest change = change(number);
            bytes += Interests.bytesMax(change);
            if (bytes > limits.batchBytes() && !changes.isEmpty()) {
                break;
            }
            changes.add(change);
        }
        return changes;
    }
}
