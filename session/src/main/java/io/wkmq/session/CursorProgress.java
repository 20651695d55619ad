package io.wkmq.session;

import io.wkmq.channel.engine.HeldCursor;
import java.util.Collection;
import java.util.TreeSet;

/**
 * Tracks how far a client has processed a replay and moves its cursor up to the first record still in flight, including for
 * acknowledgements received after the replay has ended. Confined to the session's shard.
 */
final class CursorProgress implements ReplayProgress {
    private final HeldCursor cursor;
    private final TreeSet<Long> open = new TreeSet<>(); // records in flight, bounded by the inflight window
    private long next;

    CursorProgress(HeldCursor cursor) {
        this.cursor = cursor;
        this.next = cursor.next();
    }

    @Override
    public void passed(long seq) {
        next = seq + 1;
        tell();
    }

    @Override
    public void sending(long seq, Delivery delivery) {
        next = seq + 1;
        open.add(seq);
        delivery.whenOver(
                accepted -> { // rejected or not: it is not sent again
                    open.remove(seq);
                    tell();
                });
    }

    @Override
    public void ended(Collection<Long> unsent) {
        // the next holder of the cursor gets them
    }

    private void tell() {
        cursor.done(open.isEmpty() ? next : open.first());
    }
}
