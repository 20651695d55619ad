package io.wkmq.session;

import io.wkmq.channel.engine.HeldCursor;
import java.util.TreeSet;

/**
 * How far a client has done with what a replay sends it: up to the first record that is still on its way. The cursor hears of it, also of
 * what the client acknowledges when the replay has ended. Belongs to the session's shard.
 */
final class ReplayProgress {
    private final HeldCursor cursor;
    private final TreeSet<Long> open = new TreeSet<>(); // on their way; as many as the window holds
    private long next;

    ReplayProgress(HeldCursor cursor) {
        this.cursor = cursor;
        this.next = cursor.next();
    }

    /** The next record is not for the client. */
    void passed(long seq) {
        next = seq + 1;
        tell();
    }

    /** The next record is on its way, until the delivery is over. */
    void sending(long seq, Delivery delivery) {
        next = seq + 1;
        open.add(seq);
        delivery.whenOver(() -> {
            open.remove(seq);
            tell();
        });
    }

    private void tell() {
        cursor.done(open.isEmpty() ? next : open.first());
    }
}
