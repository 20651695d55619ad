package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.TopicCursor;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicIndex;
import io.wkmq.routing.TopicName;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The retained entries, messages and removals, indexed by topic and filter, by bucket, and by expiry. Any thread may read,
 * without a lock except for buckets; whoever changes a topic holds its {@link #lock}.
 */
final class RetainedTable {
    private final TopicIndex<StampedMessage> index;
    private final RetainedBuckets buckets = new RetainedBuckets();

    /** The messages with an expiry, earliest first; a subset of the index. */
    private final ConcurrentSkipListSet<StampedMessage> expiring = byExpiry();

    /** The removals, the next to be forgotten first. */
    private final ConcurrentSkipListSet<StampedMessage> removals = byExpiry();

    private final AtomicInteger removalCount = new AtomicInteger();

    RetainedTable(long seed) {
        index = new TopicIndex<>(Message::topic, seed);
    }

    private static ConcurrentSkipListSet<StampedMessage> byExpiry() {
        return new ConcurrentSkipListSet<>(Comparator.comparingLong(StampedMessage::expiresAtMs)
                .thenComparing(message -> message.topic().text()));
    }

    Object lock(long topicHash) {
        return buckets.lock(topicHash);
    }

    @Nullable
    StampedMessage get(TopicName topic) {
        return index.get(topic);
    }

    /** Sets the entry of a topic; {@code old} is the one it replaces. Requires the topic's lock. */
    void put(long topicHash, @Nullable StampedMessage old, StampedMessage message) {
        index.put(message);
        buckets.replace(topicHash, old, message);
        if (old != null) {
            unlist(old);
        }
        if (message.removal()) {
            removals.add(message);
            removalCount.incrementAndGet();
        } else if (message.expiresAtMs() != Message.NEVER) {
            expiring.add(message);
        }
    }

    /** Deletes the entry of a topic. Requires the topic's lock. */
    void remove(long topicHash, StampedMessage old) {
        index.remove(old.topic());
        buckets.replace(topicHash, old, null);
        unlist(old);
    }

    private void unlist(StampedMessage old) {
        if (old.removal()) {
            removals.remove(old);
            removalCount.decrementAndGet();
        } else if (old.expiresAtMs() != Message.NEVER) {
            expiring.remove(old);
        }
    }

    TopicCursor<StampedMessage> cursor(TopicFilter filter) {
        return index.cursor(filter);
    }

    /** Returns the messages with an expiry, earliest first. The iterator tolerates concurrent changes. */
    Iterator<StampedMessage> expiring() {
        return expiring.iterator();
    }

    /** Returns the removals, the next to be forgotten first. The iterator tolerates concurrent changes. */
    Iterator<StampedMessage> removals() {
        return removals.iterator();
    }

    int removalCount() {
        return removalCount.get();
    }

    List<StampedMessage> bucket(int bucket) {
        return buckets.list(bucket);
    }

    /**
     * Returns the hash of each bucket, excluding removals that have expired at the given time: nodes forget them at about that
     * time, but not simultaneously.
     */
    long[] hashes(long atMs) {
        long[] hashes = buckets.hashes();
        for (StampedMessage removal : removals) {
            if (!removal.expired(atMs)) {
                break;
            }
            long topicHash = RetainedHash.of(removal.topic());
            hashes[RetainedBuckets.bucket(topicHash)] ^= RetainedHash.of(topicHash, removal);
        }
        return hashes;
    }
}
