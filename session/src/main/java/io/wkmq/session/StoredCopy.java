package io.wkmq.session;

/**
 * The copy of a session in the store, from which it is restored after a restart. Confined to the session's shard. Exists only
 * for a session that may outlive its connection, on a node with a store. Writes become durable with the journal's next flush.
 * Deliveries, subscriptions and packet ids are written where they change; here only when all are written at once.
 */
final class StoredCopy {
    private final Session session;
    private final Shard shard;

    StoredCopy(Session session, Shard shard) {
        this.session = session;
        this.shard = shard;
    }

    /** Writes the session's own record. */
    void write() {
        shard.journal().put(session.lifetime().toStore());
    }

    /** Writes a session that has arrived from another node, with everything that belongs to it. */
    void writeAll() {
        String clientId = session.clientId();
        write();
        session.subscriptions().forEach(subscription -> {
            shard.journal().subscribe(clientId, subscription.filter(), subscription.options());
            subscription.durabilityChanged();
        });
        session.outbound().storeAll();
        session.inbound().packetIds().forEach(packetId -> shard.journal().awaitRelease(clientId, packetId, null));
    }

    /**
     * Deletes the copy, but not before redispatched messages have reached other share group members, since until then a crash
     * must leave these copies.
     */
    void remove() {
        String clientId = session.clientId();
        shard.admission().leaving(clientId);
        session.outbound().whenMoved(() -> {
            shard.journal().remove(clientId);
            shard.admission().left(clientId);
        });
    }
}
