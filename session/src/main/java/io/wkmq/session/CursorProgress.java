package io.wkmq.session;

import io.wkmq.channel.engine.HeldCursor;
import java.util.Collection;
import java.util.TreeSet;

/**
 * How far a client has done with what a replay sends it: up to the first record that is still on its way. The cursor hears of it, also of
 * what the client acknowledges when the replay has ended. Belongs to the session's shard.
 */
final class CursorProgress implements ReplayProgress {
    private final HeldCursor cursor;
    private final TreeSet<Long> open = new TreeSet<>(); // on their way; as many as the window holds
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
                accepted -> { // or not: it is not sent again
                    open.remove(seq);
                    tell();
                });
    }

    @Override
    public void ended(Collection<Long> unsent) {
        // who has the cursor next gets them
    }

    private void tell() {
        cursor.done(open.isEmpty() ? next : open.first());
    }
}
