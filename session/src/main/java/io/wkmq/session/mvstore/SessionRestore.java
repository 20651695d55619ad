package io.wkmq.session.mvstore;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.MessageCodec;
import io.wkmq.routing.Message;
import io.wkmq.session.SessionStore.Restored;
import io.wkmq.session.SessionStore.StoredDelivery;
import org.h2.mvstore.Cursor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all sessions in a single pass over the tables, all of which are ordered by session. Of the messages, only those shared
 * by several deliveries are kept meanwhile, and the caller keeps these anyway. Single use; not thread-safe.
 */
final class SessionRestore {
    private static final Logger LOG = LoggerFactory.getLogger(SessionRestore.class);

    private final Tables tables;
    private final Restored restored;
    private final LongMap<Message> shared = new LongMap<>();
    private long dropped;

    SessionRestore(Tables tables, Restored restored) {
        this.tables = tables;
        this.restored = restored;
    }

    void run() {
        readSharedMessages();
        Ahead<SubscriptionKey> subscriptions = new Ahead<>(tables.subscriptions.cursor(null));
        Ahead<ItemKey> deliveries = new Ahead<>(tables.deliveries.cursor(null));
        Ahead<ItemKey> awaiting = new Ahead<>(tables.awaitingRelease.cursor(null));
        Cursor<Long, byte[]> sessions = tables.sessions.cursor(null);
        while (sessions.hasNext()) {
            long number = sessions.next();
            restored.session(SessionCodec.read(new ByteReader(sessions.getValue())));
            while (subscriptions.isBefore(number, SubscriptionKey::session)) {
                dropped++;
            }
            while (subscriptions.isAt(number, SubscriptionKey::session)) {
                restored.subscription(
                        SessionCodec.filter(subscriptions.key().filter()),
                        SessionCodec.readOptions(new ByteReader(subscriptions.value())));
            }
            while (deliveries.isBefore(number, ItemKey::session)) {
                dropped++;
            }
            while (deliveries.isAt(number, ItemKey::session)) {
                restore(deliveries.key().item(), deliveries.value());
            }
            while (awaiting.isBefore(number, ItemKey::session)) {
                dropped++;
            }
            while (awaiting.isAt(number, ItemKey::session)) {
                restored.awaitingRelease((int) awaiting.key().item());
            }
        }
        dropped += subscriptions.rest() + deliveries.rest() + awaiting.rest();
        if (dropped > 0) {
            LOG.warn("Ignored stored entries without a session or message count={}", dropped);
        }
    }

    private void readSharedMessages() {
        Cursor<Long, byte[]> cursor = tables.messages.cursor(null);
        while (cursor.hasNext()) {
            long number = cursor.next();
            shared.put(number, MessageCodec.read(new ByteReader(cursor.getValue())));
        }
    }

    private void restore(long sequence, byte[] stored) {
        StoredDelivery delivery = DeliveryCodec.read(new ByteReader(stored), sequence, shared::get);
        if (delivery == null) {
            dropped++;
        } else {
            restored.delivery(delivery);
        }
    }
}
