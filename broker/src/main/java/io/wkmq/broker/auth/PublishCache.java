package io.wkmq.broker.auth;

import io.wkmq.broker.auth.AccessDecision.Decided;
import io.wkmq.broker.plugin.Hooks;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cache of one client's publish decisions, LRU by topic. Confined to the client's event loop. Compares the topic with that of
 * the last look-up before hashing it, because most clients publish to a single topic.
 */
final class PublishCache {
    /** Longer topics are not cached: a client must not make the broker hold megabytes. */
    private static final int TOPIC_CHARS_MAX = 512;

    private final int topicsMax;
    private final long ttlTicks;
    private @Nullable Map<TopicName, Entry> entries; // allocated with the first entry
    private Hooks hooks;
    private @Nullable Entry last;

    PublishCache(int topicsMax, long ttlTicks, Hooks hooks) {
        this.topicsMax = topicsMax;
        this.ttlTicks = ttlTicks;
        this.hooks = hooks;
    }

    /** Returns the unexpired decision made by these hooks, or null. */
    @Nullable
    Decided find(Hooks now, long tick, TopicName topic, Qos qos, boolean retain) {
        if (hooks != now) {
            clear(now);
            return null;
        }
        Entry entry = last;
        if (entry == null || !entry.topic.equals(topic)) {
            entry = entries == null ? null : entries.get(topic);
            if (entry == null) {
                return null;
            }
            last = entry;
        }
        if (tick - entry.tick > ttlTicks) {
            forget(entry);
            return null;
        }
        return entry.find(kind(qos, retain));
    }

    /** Caches a decision made by these hooks. */
    void put(Hooks by, long tick, TopicName topic, Qos qos, boolean retain, Decided decision) {
        if (hooks != by || topic.text().length() > TOPIC_CHARS_MAX) {
            return;
        }
        Map<TopicName, Entry> known = entries;
        if (known == null) {
            known = new LinkedHashMap<>(4, 0.75f, true);
            entries = known;
        }
        Entry entry = known.computeIfAbsent(topic, key -> new Entry(key, tick));
        entry.put(kind(qos, retain), decision);
        last = entry;
        if (known.size() > topicsMax) {
            known.remove(known.keySet().iterator().next());
        }
    }

    private void forget(Entry entry) {
        if (entries != null) {
            entries.remove(entry.topic);
        }
        last = null;
    }

    int size() {
        return entries == null ? 0 : entries.size();
    }

    private void clear(Hooks now) {
        entries = null;
        last = null;
        hooks = now;
    }

    /** Returns one bit per combination of QoS and RETAIN, which an authorizer may treat differently. */
    private static int kind(Qos qos, boolean retain) {
        return 1 << (qos.code() * 2 + (retain ? 1 : 0));
    }

    /** The decisions about one topic. All of them expire together with the first. */
    private static final class Entry {
        final TopicName topic;
        final long tick;
        private int allowed;
        private int denied;

        Entry(TopicName topic, long tick) {
            this.topic = topic;
            this.tick = tick;
        }

        @Nullable
        Decided find(int kind) {
            if ((allowed & kind) != 0) {
                return Decided.ALLOWED;
            }
            return (denied & kind) != 0 ? Decided.DENIED : null;
        }

        void put(int kind, Decided decision) {
            allowed &= ~kind;
            denied &= ~kind;
            switch (decision) {
                case ALLOWED -> allowed |= kind;
                case DENIED -> denied |= kind;
            }
        }
    }
}
