package io.wkmq.channel.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A cursor held by a reader until somebody else takes it. Progress is stored asynchronously, many steps at once: whoever takes the cursor
 * next gets again what was not stored (ADR 16). Thread-safe.
 */
public final class HeldCursor {
    private static final long NEVER = Long.MIN_VALUE;

    private final HeldCursors keeper;
    private final int channel;
    private final String name;
    private final long hold;
    private final AtomicLong next;
    private final AtomicBoolean moved = new AtomicBoolean();
    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private final CompletableFuture<Void> paused = new CompletableFuture<>();
    private volatile @Nullable Tail tail; // of the channel being read
    private long unstoredMs = NEVER; // when the oldest unstored progress was reported; confined to the keeper's loop

    HeldCursor(HeldCursors keeper, int channel, String name, long hold, long next) {
        this.keeper = keeper;
        this.channel = channel;
        this.name = name;
        this.hold = hold;
        this.next = new AtomicLong(next);
    }

    int channel() {
        return channel;
    }

    String name() {
        return name;
    }

    long hold() {
        return hold;
    }

    /** Returns the next sequence number: the reader is done with everything before it. */
    public long next() {
        return next.get();
    }

    /** Reports that the reader is done with everything before a sequence number. Does not block. */
    public void done(long upTo) {
        if (next.getAndAccumulate(upTo, Math::max) < upTo && moved.compareAndSet(false, true)) {
            keeper.moved(this);
        }
    }

    /**
     * Runs an action when the cursor is gone or taken by somebody else; at once if it already is. On any thread, which must not be blocked.
     */
    public void whenLost(Runnable action) {
        var unused = lost.thenRun(action);
    }

    /**
     * Runs an action when this node's replica of the channel misses something, so that the reader gets nothing until it is fetched; at once
     * if that has happened. On any thread, which must not be blocked.
     */
    void whenPaused(Runnable action) {
        var unused = paused.thenRun(action);
    }

    void pause() {
        paused.complete(null);
    }

    boolean isLost() {
        return lost.isDone();
    }

    void lose() {
        lost.complete(null);
    }

    void begun(Tail of) {
        tail = of;
        keeper.begin(this);
    }

    /** Returns the number of records that the reader is not done with. */
    long lag() {
        Tail of = tail;
        return of == null ? 0 : Math.max(0, of.next() - Math.max(of.first(), next()));
    }

    void ended() {
        keeper.end(this);
    }

    /** Notes that there is progress to store. Must be called on the keeper's loop. */
    void unstored(long nowMs) {
        if (unstoredMs == NEVER) {
            unstoredMs = nowMs;
        }
    }

    /**
     * Notes that the group's log has stored the progress as of a point in time. Must be called on the keeper's loop.
     *
     * @param more whether there has been progress since
     */
    void stored(long thenMs, boolean more) {
        unstoredMs = more ? thenMs : NEVER;
    }

    /** Returns how long progress could not be stored; 0 if there is none to store. Must be called on the keeper's loop. */
    long unstoredForMs(long nowMs) {
        return unstoredMs == NEVER ? 0 : nowMs - unstoredMs;
    }

    /** Makes {@link #done} report the next progress again. */
    void storing() {
        moved.set(false);
    }
}
