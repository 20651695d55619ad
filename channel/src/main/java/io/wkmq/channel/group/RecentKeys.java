package io.wkmq.channel.group;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The named messages that a channel knows again: the last ones, but none that is too old. Belongs to its channel's state. What it
 * knows depends on what was appended alone, not on when it is asked.
 */
final class RecentKeys {
    /**
     * Where a message is that was named.
     *
     * @param content the hash of what is in it
     */
    record Known(long seq, long timeMs, long content) {}

    private record Name(long high, long low) {}

    private final Map<Name, Known> known = new LinkedHashMap<>();

    /** What is known by that name at a time, null if nothing is. */
    @Nullable
    Known find(MessageKey key, long timeMs, ChannelRules rules) {
        Known found = known.get(new Name(key.high(), key.low()));
        return found == null || timeMs - found.timeMs >= rules.keysAgeMs() ? null : found;
    }

    void add(MessageKey key, long seq, long timeMs, ChannelRules rules) {
        Name name = new Name(key.high(), key.low());
        known.remove(name); // of an older one: this is the last now
        known.put(name, new Known(seq, timeMs, key.content()));
        forget(timeMs, rules);
    }

    /** Forgets what the rules do not want to be known. */
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

    /** Takes one that was stored; in the order that {@link #forEach} gives them. */
    void restore(MessageKey key, long seq, long timeMs) {
        known.put(new Name(key.high(), key.low()), new Known(seq, timeMs, key.content()));
    }

    /** Gives each to a visitor, the oldest first. */
    void forEach(Visitor visitor) {
        known.forEach((name, at) -> visitor.key(new MessageKey(name.high, name.low, at.content), at.seq, at.timeMs));
    }

    /** Takes named messages. */
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
