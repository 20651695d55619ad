package io.wkmq.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of one session that are on their way to other members of their share groups. Belongs to the session's
 * shard. Bounded by the session's queue and window, from which they come.
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

    /** Gives deliveries away, which neither queue nor window holds any more; what nobody takes goes back to the session. */
    void give(List<Delivery> deliveries) {
        moving += deliveries.size();
        for (Delivery delivery : deliveries) {
            new Redispatch(shard, this, delivery).start();
        }
    }

    /** Another member has taken the delivery, or nobody has. */
    void moved(Redispatch redispatch) {
        Delivery delivery = redispatch.delivery();
        boolean held = redispatch.holdsDeliveries();
        if (redispatch.failure() == null && redispatch.given() && delivery.stored) {
            delivery.stored = false;
            shard.journal().dequeue(session.clientId(), delivery, held ? redispatch : null);
        } else if (held) {
            // The store did not take the new copy: the old one is what a crash leaves.
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

    /** Runs an action, one for each session, once nothing is on its way. */
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
