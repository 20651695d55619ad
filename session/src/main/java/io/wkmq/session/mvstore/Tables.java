package io.wkmq.session.mvstore;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.MessageCodec;
import io.wkmq.session.SessionStore.StoredDelivery;
import io.wkmq.session.StampedMessage;
import io.wkmq.session.StoredSession;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.DataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;

/**
 * The maps of one MVStore, and the application of changes to them. Written by one thread at a time; nothing is durable until
 * the caller commits and syncs the MVStore.
 *
 * <p>A message that several deliveries refer to is stored once; reference counts are kept in memory and recounted when the
 * store is opened.
 */
final class Tables {
    /** The estimated overhead of an entry beside its value. */
    private static final long ENTRY_BYTES = 64;

    private static final byte[] NOTHING = {};

    final MVMap<Long, byte[]> sessions;
    final MVMap<SubscriptionKey, byte[]> subscriptions;
    final MVMap<ItemKey, byte[]> deliveries;
    final MVMap<Long, byte[]> messages;
    final MVMap<ItemKey, byte[]> awaitingRelease;
    final MVMap<String, byte[]> retained;
    private final MVMap<String, Long> counters;

    /** Reference counts of separately stored messages, by message number. */
    private final LongMap<Integer> references = new LongMap<>();

    private final ByteWriter writer = new ByteWriter(4096);

    /** The amount of written data that triggers a save. */
    private final long saveBytes;

    /** The amount written since the caller was last asked to commit. */
    private long unsavedBytes;

    Tables(MVStore store, long saveBytes) {
        this.saveBytes = saveBytes;
        sessions = open(store, "sessions", LongDataType.INSTANCE, ByteArrayDataType.INSTANCE);
        subscriptions = open(store, "subscriptions", SubscriptionKey.TYPE, ByteArrayDataType.INSTANCE);
        deliveries = open(store, "deliveries", ItemKey.TYPE, ByteArrayDataType.INSTANCE);
        messages = open(store, "messages", LongDataType.INSTANCE, ByteArrayDataType.INSTANCE);
        awaitingRelease = open(store, "awaitingRelease", ItemKey.TYPE, ByteArrayDataType.INSTANCE);
        retained = open(store, "retained", StringDataType.INSTANCE, ByteArrayDataType.INSTANCE);
        counters = open(store, "counters", StringDataType.INSTANCE, LongDataType.INSTANCE);
        countReferences();
        removeUnreferenced();
    }

    private static <K, V> MVMap<K, V> open(MVStore store, String name, DataType<K> keys, DataType<V> values) {
        return store.openMap(name, new MVMap.Builder<K, V>().keyType(keys).valueType(values));
    }

    private void countReferences() {
        Cursor<ItemKey, byte[]> cursor = deliveries.cursor(null);
        while (cursor.hasNext()) {
            cursor.next();
            long number = DeliveryCodec.messageNumber(cursor.getValue());
            if (number != 0) {
                refer(number);
            }
        }
    }

    /** Removes unreferenced messages, which a crash between the commits of a checkpoint may leave. */
    private void removeUnreferenced() {
        Cursor<Long, byte[]> cursor = messages.cursor(null);
        while (cursor.hasNext()) {
            Long number = cursor.next();
            if (references.get(number) == null) {
                messages.remove(number);
            }
        }
    }

    long counter(String name, long initial) {
        Long value = counters.get(name);
        return value == null ? initial : value;
    }

    void putCounter(String name, long value) {
        counters.put(name, value);
    }

    /** Passes every session's client id and number to the callback. */
    void forEachSession(BiConsumer<String, Long> callback) {
        Cursor<Long, byte[]> cursor = sessions.cursor(null);
        while (cursor.hasNext()) {
            Long number = cursor.next();
            callback.accept(SessionCodec.readClientId(new ByteReader(cursor.getValue())), number);
        }
    }

    /**
     * Writes all changes into the maps.
     *
     * @param commit called from time to time to save what was written so far, as unsaved data occupies memory
     */
    void write(Pending pending, Runnable commit) {
        for (long session : pending.removedSessions()) {
            removeSession(session);
            saveIfMuch(commit);
        }
        for (long session : pending.sessions().sortedKeys()) {
            write(Objects.requireNonNull(pending.sessions().get(session)), commit);
        }
        // in map order, so that each page is copied only once
        SortedMap<String, Optional<StampedMessage>> retainedByTopic = new TreeMap<>();
        pending.retained().forEach((topic, message) -> retainedByTopic.put(topic.text(), message));
        retainedByTopic.forEach((topic, message) -> {
            writeRetained(topic, message);
            saveIfMuch(commit);
        });
    }

    private void saveIfMuch(Runnable commit) {
        if (unsavedBytes > saveBytes) {
            unsavedBytes = 0;
            commit.run();
        }
    }

    /** Returns the encoded value and counts its size. */
    private byte[] encoded() {
        unsavedBytes += ENTRY_BYTES + writer.size();
        return writer.toBytes();
    }

    private void removeSession(long number) {
        sessions.remove(number);
        Cursor<SubscriptionKey, byte[]> filters = subscriptions.cursor(new SubscriptionKey(number, ""));
        while (filters.hasNext()) {
            SubscriptionKey key = filters.next();
            if (key.session() != number) {
                break;
            }
            subscriptions.remove(key);
        }
        Cursor<ItemKey, byte[]> owed = deliveries.cursor(new ItemKey(number, 0));
        while (owed.hasNext()) {
            ItemKey key = owed.next();
            if (key.session() != number) {
                break;
            }
            dequeue(key);
        }
        Cursor<ItemKey, byte[]> packets = awaitingRelease.cursor(new ItemKey(number, 0));
        while (packets.hasNext()) {
            ItemKey key = packets.next();
            if (key.session() != number) {
                break;
            }
            awaitingRelease.remove(key);
        }
    }

    private void write(PendingSession changes, Runnable commit) {
        long number = changes.number;
        StoredSession session = changes.session;
        if (session != null) {
            writer.clear();
            SessionCodec.write(writer, session);
            sessions.put(number, encoded());
        }
        changes.subscriptions.forEach((filter, options) -> {
            SubscriptionKey key = new SubscriptionKey(number, filter.text());
            if (options.isPresent()) {
                writer.clear();
                SessionCodec.write(writer, options.get());
                subscriptions.put(key, encoded());
            } else {
                subscriptions.remove(key);
            }
        });
        for (long sequence : changes.deliveries.sortedKeys()) {
            write(new ItemKey(number, sequence), Objects.requireNonNull(changes.deliveries.get(sequence)));
            saveIfMuch(commit);
        }
        changes.awaitingRelease.forEach((packetId, awaiting) -> {
            ItemKey key = new ItemKey(number, packetId);
            if (awaiting) {
                awaitingRelease.put(key, NOTHING);
            } else {
                awaitingRelease.remove(key);
            }
        });
    }

    private void write(ItemKey key, PendingDelivery delivery) {
        if (delivery.gone) {
            dequeue(key);
            return;
        }
        StoredDelivery added = delivery.current();
        PendingMessage message = delivery.message;
        if (added == null || message == null) {
            byte[] stored = deliveries.get(key);
            if (stored != null) {
                unsavedBytes += ENTRY_BYTES + stored.length;
                deliveries.put(key, DeliveryCodec.moved(stored, delivery.packetId(), delivery.state()));
            }
            return;
        }
        writer.clear();
        if (message.references == 1) {
            DeliveryCodec.writeInline(writer, added);
        } else {
            reference(message);
            writer.clear();
            DeliveryCodec.write(writer, added, message.number);
        }
        dereference(deliveries.put(key, encoded()));
    }

    private void reference(PendingMessage message) {
        if (refer(message.number) == 1) {
            writer.clear();
            MessageCodec.write(writer, message.message);
            messages.put(message.number, encoded());
        }
    }

    private void dequeue(ItemKey key) {
        unsavedBytes += ENTRY_BYTES;
        dereference(deliveries.remove(key));
    }

    private void dereference(byte @Nullable [] delivery) {
        if (delivery == null) {
            return;
        }
        long number = DeliveryCodec.messageNumber(delivery);
        if (number == 0) {
            return;
        }
        Integer count = references.remove(number);
        if (count == null || count == 1) {
            messages.remove(number);
        } else {
            references.put(number, count - 1);
        }
    }

    private int refer(long number) {
        Integer count = references.get(number);
        int more = count == null ? 1 : count + 1;
        references.put(number, more);
        return more;
    }

    private void writeRetained(String topic, Optional<StampedMessage> message) {
        if (message.isPresent()) {
            writer.clear();
            StampedCodec.write(writer, message.get());
            retained.put(topic, encoded());
        } else {
            retained.remove(topic);
        }
    }
}
