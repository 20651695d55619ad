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
 * What is retained of each topic, a message or its removal, and the ways to find it: by topic, by filter, by bucket, by when it
 * ends. Any thread reads without a lock but for buckets; who changes a topic holds its {@link #lock}.
 */
final class RetainedTable {
    private final TopicIndex<StampedMessage> index;
    private final RetainedBuckets buckets = new RetainedBuckets();

    /** The messages that expire, the next one first; never more than there are in the index. */
    private final ConcurrentSkipListSet<StampedMessage> expiring = byExpiry();

    /** The removals, the next one to be forgotten first. */
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

    /** Puts what is retained of a topic from now on; {@code old} is what was until now. The topic is locked. */
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

    /** Forgets what was retained of a topic. The topic is locked. */
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

    /** The messages that expire, the next one first. May be walked while it changes. */
    Iterator<StampedMessage> expiring() {
        return expiring.iterator();
    }

    /** The removals, the next one to be forgotten first. May be walked while it changes. */
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
     * The hash of each bucket without the removals whose time is over then: nodes forget them at about that time, but not all at
     * once.
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
