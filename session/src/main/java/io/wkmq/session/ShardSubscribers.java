package io.wkmq.session;

import io.wkmq.routing.LocalSubscribers;

/** The subscriptions that one shard's sessions hold to one filter. Belongs to the shard's thread but for {@link #durable}. */
public final class ShardSubscribers implements LocalSubscribers {
    @Override
    public boolean durable() {
        return false;
    }
}
