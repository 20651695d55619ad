package io.wkmq.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of one session in transit to other members of their share groups. Confined to the session's shard. Bounded by
 * the session's queue and window, which they come from.
 */
final class Redispatching {
    private final Session session;
    private final Shard shard;
    private final Outbound outbound;
    private int moving;
    private @Nullable Runnable whenMoved;

    Redispatching(Session session, Shard shard, Outbound outbound) {
        this.session = session;
        this.shard = shard;
        this.outbound = outbound;
    }

    /** Transfers deliveries that have left queue and window; those that no member accepts return to the session. */
    void give(List<Delivery> deliveries) {
        moving += deliveries.size();
        for (Delivery delivery : deliveries) {
            new Redispatch(shard, this, delivery).start();
        }
    }

    /** Completes a transfer: another member has accepted the delivery, or none has. */
    void moved(Redispatch redispatch) {
        Delivery delivery = redispatch.delivery();
        boolean held = redispatch.holdsDeliveries();
        if (redispatch.failure() == null && redispatch.given() && delivery.stored) {
            delivery.stored = false;
            shard.journal().dequeue(session.clientId(), delivery, held ? redispatch : null);
        } else if (held) {
            // The store did not accept the new copy: a crash leaves the old one.
            shard.journal().letGo(redispatch);
        }
        if (held) {
            shard.journal().await(redispatch::stored);
        }
        if (!redispatch.given()) {
            outbound.takeBack(
                    delivery, redispatch.notTaken() ? DropReason.STORE_UNAVAILABLE : DropReason.SESSION_ENDED);
        }
        moving--;
        end();
    }

    boolean moving() {
        return moving > 0;
    }

    /** Runs an action, at most one per session, once no delivery is in transit. */
    void whenMoved(Runnable action) {
        whenMoved = action;
        end();
    }

    private void end() {
        Runnable action = whenMoved;
        if (moving == 0 && action != null) {
            whenMoved = null;
            action.run();
        }
    }
}
