package io.wkmq.cluster;

import io.wkmq.cluster.transport.Inlet;
import io.wkmq.cluster.transport.Refusals;
import io.wkmq.routing.Router;
import io.wkmq.session.ShardSubscribers;

/** Handles the messages of other nodes as a real node does. Confined to one thread. */
public final class SimDeliveries {
    private final Deliveries deliveries = new Deliveries();

    /** From now on there are sessions. */
    public void serve(Router<ShardSubscribers> router) {
        deliveries.serve(router);
    }

    /** Takes what comes. */
    public Inlet inlet() {
        return deliveries;
    }

    /** Takes back what was refused. */
    public Refusals refusals() {
        return deliveries;
    }
}
