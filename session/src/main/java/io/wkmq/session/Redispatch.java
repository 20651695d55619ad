package io.wkmq.session;

import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A delivery that goes from a member of a share group, which will not finish it, to another one. Belongs to the old member's
 * shard. In the store the old copy goes and the new one comes in one piece: a crash leaves either, never both or none.
 */
final class Redispatch extends HoldingHandOver {
    private static final Logger log = LoggerFactory.getLogger(Redispatch.class);

    private final Redispatching all;
    private final Delivery delivery;
    private boolean given;
    private volatile boolean nobody;

    Redispatch(Shard shard, Redispatching all, Delivery delivery) {
        super(shard);
        this.all = all;
        this.delivery = delivery;
    }

    Delivery delivery() {
        return delivery;
    }

    @Override
    public void nobody() {
        nobody = true;
    }

    /** Whether another member has it, at least in memory. */
    boolean given() {
        return given && !nobody && !notTaken();
    }

    /** Gives it away, now or when its PUBLISH is stored, and then calls {@link Redispatching#moved}. */
    void start() {
        HeldDeliveries held = delivery.held;
        if (held != null && !held.isOpen()) {
            // Else the new copy would be stored before the packet id of the PUBLISH that it came by.
            held.await(failure -> give());
        } else {
            give();
        }
    }

    @SuppressWarnings(
            "IllegalCatch") // a bug in the routing must not lose the message, nor keep the session from its end
    private void give() {
        SharedSubscription left = Objects.requireNonNull(delivery.shared());
        begin(delivery.stored);
        try {
            given = shard().intake().redispatch(left.group(), delivery.message(), left, this);
        } catch (RuntimeException e) {
            log.error("A message could not be given to another member of its group, group={}", left.filter(), e);
            failed("an internal error, see the log");
            return;
        }
        done();
    }

    @Override
    void handedOver() {
        all.moved(this);
    }
}
