package io.wkmq.broker.auth;

import io.wkmq.broker.auth.AccessDecision.Decided;
import io.wkmq.broker.plugin.Hooks;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client's decisions about publishing, the least recently used topic dropped first. Belongs to the client's event loop. The
 * topic of the last look-up is compared before anything is hashed, because most clients publish to one.
 */
final class PublishCache {
    /** Longer topics are not kept: a client must not make the broker hold megabytes. */
    private static final int TOPIC_CHARS_MAX = 512;

    private final int topicsMax;
    private final long ttlTicks;
    private @Nullable Map<TopicName, Entry> entries; // from the first one on
    private Hooks hooks;
    private @Nullable Entry last;

    PublishCache(int topicsMax, long ttlTicks, Hooks hooks) {
        this.topicsMax = topicsMax;
        this.ttlTicks = ttlTicks;
        this.hooks = hooks;
    }

    /** What was decided by these hooks not too long ago, or null. */
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

    /** Keeps what these hooks decided. */
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

    /** One bit per combination of QoS and RETAIN: an authorizer may treat each differently. */
    private static int kind(Qos qos, boolean retain) {
        return 1 << (qos.code() * 2 + (retain ? 1 : 0));
    }

    /** The decisions about one topic; all end when the first one does. */
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
