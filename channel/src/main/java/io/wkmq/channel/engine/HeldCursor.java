package io.wkmq.channel.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A cursor that a reader has, for as long as nobody else takes it. What the reader says it has done with is stored soon afterwards, many
 * steps at once: who takes the cursor next gets again what was not stored. Thread-safe.
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
    private volatile @Nullable Tail tail; // of the channel that is read
    private long unstoredMs = NEVER; // since when it has told something that is not stored; of the keeper's loop

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

    /** The sequence number that comes next: the reader has done with all in front of it. */
    public long next() {
        return next.get();
    }

    /** The reader has done with all in front of that sequence number. Does not block. */
    public void done(long upTo) {
        if (next.getAndAccumulate(upTo, Math::max) < upTo && moved.compareAndSet(false, true)) {
            keeper.moved(this);
        }
    }

    /** Runs that when somebody else has the cursor, or it is gone; at once if it is so. On any thread, which must not be blocked. */
    public void whenLost(Runnable action) {
        var unused = lost.thenRun(action);
    }

    /**
     * Runs that when this node misses something of the channel: until it is fetched the reader gets nothing; at once if it was so. On any
     * thread, which must not be blocked.
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

    /** How many records there are that its reader has not done with. */
    long lag() {
        Tail of = tail;
        return of == null ? 0 : Math.max(0, of.next() - Math.max(of.first(), next()));
    }

    void ended() {
        keeper.end(this);
    }

    /** There is something to store. On the keeper's loop. */
    void unstored(long nowMs) {
        if (unstoredMs == NEVER) {
            unstoredMs = nowMs;
        }
    }

    /**
     * The group's log took what there was to store then. On the keeper's loop.
     *
     * @param more whether there is something again
     */
    void stored(long thenMs, boolean more) {
        unstoredMs = more ? thenMs : NEVER;
    }

    /** For how long it could not be stored what there is to store; 0 if there is nothing. On the keeper's loop. */
    long unstoredForMs(long nowMs) {
        return unstoredMs == NEVER ? 0 : nowMs - unstoredMs;
    }

    /** From now on {@link #done} tells of a move again. */
    void storing() {
        moved.set(false);
    }
}
