package io.wkmq.routing;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A cache of the matches of recently published topics. Thread-safe and lock-free; if two threads write to the same slot, one wins.
 * A match is found only while the route table has the version from which it was computed.
 *
 * <p>Bounded: the number of slots is fixed, and neither long topics nor matches with many targets are cached (visiting the targets
 * costs more than finding them). Each put also clears one outdated match elsewhere, so that removed routes become garbage.
 */
final class MatchCache<L extends LocalSubscribers> {
    private static final int TOPIC_BYTES_MAX = 256;
    private static final int TARGETS_MAX = 256;
    private static final int COUNT_MAX = 1 << 24;

    private final AtomicReferenceArray<@Nullable Entry<L>> entries;
    private final AtomicInteger hand = new AtomicInteger();

    private record Entry<L extends LocalSubscribers>(TopicName topic, Match<L> match) {}

    /** Creates a cache for that many topics, rounded up to a power of two. */
    MatchCache(int topicsMax) {
        if (topicsMax < 1 || topicsMax > COUNT_MAX) {
            throw new IllegalArgumentException(
                    "A match cache of " + topicsMax + " topics was asked for; expected 1 to " + COUNT_MAX);
        }
        entries = new AtomicReferenceArray<>(Math.max(2, Integer.highestOneBit(topicsMax * 2 - 1)));
    }

    /** Returns the cached match of a topic if it was computed from that version, or null. */
    @Nullable
    Match<L> find(TopicName topic, long version) {
        int place = place(topic);
        Match<L> match = current(entries.get(place), topic, version);
        return match != null ? match : current(entries.get(place ^ 1), topic, version);
    }

    /** Caches a match. The entry in the topic's first slot moves to the second one, so that two topics can coexist. */
    void put(TopicName topic, Match<L> match) {
        if (topic.utf8().length > TOPIC_BYTES_MAX
                || match.locals().size() + match.nodes().size() + match.groups().size() > TARGETS_MAX) {
            return;
        }
        sweep(match.version());
        int place = place(topic);
        Entry<L> before = entries.get(place);
        if (before != null && before.match.version() == match.version() && !before.topic.equals(topic)) {
            entries.set(place ^ 1, before);
        }
        entries.set(place, new Entry<>(topic, match));
    }

    private void sweep(long version) {
        int place = hand.getAndIncrement() & (entries.length() - 1);
        Entry<L> entry = entries.get(place);
        if (entry != null && entry.match.version() < version) {
            entries.compareAndSet(place, entry, null);
        }
    }

    private static <L extends LocalSubscribers> @Nullable Match<L> current(
            @Nullable Entry<L> entry, TopicName topic, long version) {
        return entry != null && entry.match.version() == version && entry.topic.equals(topic) ? entry.match : null;
    }

    private int place(TopicName topic) {
        int hash = topic.hashCode() * 0x9E3779B9;
        return hash >>> Integer.numberOfLeadingZeros(entries.length() - 1);
    }
}
