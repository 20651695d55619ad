package io.wkmq.channel.group;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The message names that a channel remembers for deduplication: the last ones, within a maximum age. Part of its channel's state. Depends
 * only on what was appended, not on when it is queried.
 */
final class RecentKeys {
    /**
     * The record of a named message.
     *
     * @param content the hash of its content
     */
    record Known(long seq, long timeMs, long content) {}

    private record Name(long high, long low) {}

    private final Map<Name, Known> known = new LinkedHashMap<>();

    /** Returns the record with this name, as of the given time; null if there is none. */
    @Nullable
    Known find(MessageKey key, long timeMs, ChannelRules rules) {
        Known found = known.get(new Name(key.high(), key.low()));
        return found == null || timeMs - found.timeMs >= rules.keysAgeMs() ? null : found;
    }

    void add(MessageKey key, long seq, long timeMs, ChannelRules rules) {
        Name name = new Name(key.high(), key.low());
        known.remove(name); // an older record: this is the latest now
        known.put(name, new Known(seq, timeMs, key.content()));
        forget(timeMs, rules);
    }

    /** Forgets the names that exceed the limits of the rules. */
    void forget(long timeMs, ChannelRules rules) {
        Iterator<Known> oldest = known.values().iterator();
        while (oldest.hasNext()) {
            boolean old = timeMs - oldest.next().timeMs >= rules.keysAgeMs();
            if (!old && known.size() <= rules.keysMax()) {
                return;
            }
            oldest.remove();
        }
    }

    void clear() {
        known.clear();
    }

    int size() {
        return known.size();
    }

    /** Restores a stored name; to be called in the order of {@link #forEach}. */
    void restore(MessageKey key, long seq, long timeMs) {
        known.put(new Name(key.high(), key.low()), new Known(seq, timeMs, key.content()));
    }

    /** Passes each name to a visitor, the oldest first. */
    void forEach(Visitor visitor) {
        known.forEach((name, at) -> visitor.key(new MessageKey(name.high, name.low, at.content), at.seq, at.timeMs));
    }

    /** Visits named messages. */
    interface Visitor {
        void key(MessageKey key, long seq, long timeMs);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RecentKeys keys
                && known.equals(keys.known)
                && List.copyOf(known.keySet()).equals(List.copyOf(keys.known.keySet()));
    }

    @Override
    public int hashCode() {
        return known.hashCode();
    }
}
