package io.wkmq.session;

/**
 * The copy of a session that the store keeps, so that a restart goes on with it. Belongs to the session's shard. Only a session that may
 * outlive its connection, on a node that has a store, has one. What is written is durable with the journal's next flush; deliveries,
 * subscriptions and packet ids are written where they change, here only all of them at once.
 */
final class StoredCopy {
    private final Session session;
    private final Shard shard;

    StoredCopy(Session session, Shard shard) {
        this.session = session;
        this.shard = shard;
    }

    /** Writes what a restart must know of the session itself. */
    void write() {
        shard.journal().put(session.lifetime().toStore());
    }

    /** Writes a session that comes from another node, with all that belongs to it. */
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
     * Removes it: not before other members of the session's share groups have what they get of it, for its copies are what a crash would
     * leave.
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
