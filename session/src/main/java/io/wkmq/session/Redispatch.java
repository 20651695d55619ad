package io.wkmq.session;

import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transfer of a delivery from a share group member that will not complete it to another member. Belongs to the old member's
 * shard. The store replaces the old copy with the new one atomically: a crash leaves exactly one of them.
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

    /** Returns whether another member has accepted it, at least in memory. */
    boolean given() {
        return given && !nobody && !notTaken();
    }

    /** Transfers the delivery, at once or when its PUBLISH is stored, and then calls {@link Redispatching#moved}. */
    void start() {
        HeldDeliveries held = delivery.held;
        if (held != null && !held.isOpen()) {
            // Otherwise the new copy would be stored before the packet id of the PUBLISH it came from.
            held.await(failure -> give());
        } else {
            give();
        }
    }

    @SuppressWarnings("IllegalCatch") // a routing bug must not lose the message, nor block the end of the session
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
