package io.wkmq.channel.group;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a group knows of one channel without its records. Belongs to the thread that applies the group's log; what others see of it
 * are {@link Position positions}.
 */
public final class ChannelState {
    private final int channel;
    private final RecentKeys keys = new RecentKeys();
    private final Cursors cursors = new Cursors();
    private ChannelRules rules;
    private long first = 1;
    private long next = 1;
    private long lastTimeMs;
    private long digest;
    private boolean importing;

    /**
     * What a channel has.
     *
     * @param first the sequence number of the first record that is kept
     * @param next the one that the next record gets; equal to {@code first} if there is none
     * @param lastTimeMs when the last one was appended, ms since the epoch; 0 if none ever was
     * @param digest of all records that ever were: replicas that have the same records have the same
     */
    public record Position(long first, long next, long lastTimeMs, long digest) {}

    ChannelState(int channel, ChannelRules rules) {
        this.channel = channel;
        this.rules = rules;
    }

    /** A channel that gets its records from elsewhere, and has none yet. */
    static ChannelState importing(int channel, ChannelRules rules, long first) {
        ChannelState state = new ChannelState(channel, rules);
        state.first = first;
        state.next = first;
        state.importing = true;
        return state;
    }

    /** The channel's number. */
    public int channel() {
        return channel;
    }

    /** What it has now. */
    public Position position() {
        return new Position(first, next, lastTimeMs, digest);
    }

    /** What its definition says. */
    public ChannelRules rules() {
        return rules;
    }

    void rules(ChannelRules newer) {
        rules = newer;
        keys.forget(lastTimeMs, newer);
    }

    RecentKeys keys() {
        return keys;
    }

    long first() {
        return first;
    }

    long next() {
        return next;
    }

    long lastTimeMs() {
        return lastTimeMs;
    }

    /** Counts a record; returns its sequence number. */
    long append(Entry entry, long timeMs) {
        long seq = next++;
        lastTimeMs = timeMs;
        digest = Digests.next(digest, seq, entry.body());
        if (entry.key() != null) {
            keys.add(entry.key(), seq, timeMs, rules);
        }
        return seq;
    }

    /** Whether it takes only what is imported. */
    public boolean importing() {
        return importing;
    }

    /** What was imported is not needed any more: it begins with that record. */
    void beginAgain(long newFirst) {
        first = newFirst;
        next = newFirst;
        lastTimeMs = 0;
        digest = 0;
        keys.clear();
        cursors.clear();
    }

    /** It takes what is appended from now on. */
    void endImport(long timeMs, long whole) {
        importing = false;
        lastTimeMs = Math.max(lastTimeMs, timeMs);
        digest = whole;
    }

    /** How the messages are called that it knows again, the oldest first. */
    public List<GroupOp.ImportedKey> known() {
        List<GroupOp.ImportedKey> known = new ArrayList<>(keys.size());
        keys.forEach((key, seq, timeMs) -> known.add(new GroupOp.ImportedKey(key, seq, timeMs)));
        return known;
    }

    /** Forgets the records in front of that number; false if there are none. */
    boolean trim(long newFirst) {
        if (newFirst <= first) {
            return false;
        }
        first = Math.min(newFirst, next);
        return true;
    }

    Cursors cursors() {
        return cursors;
    }

    /** The cursor of that name; null if there is none. */
    public @Nullable Cursor reader(String name) {
        return cursors.find(name);
    }

    /** How far its readers have come, by the names of their cursors. */
    public SortedMap<String, Cursor> readers() {
        return cursors.all();
    }

    void restore(Position position, boolean stillImporting) {
        importing = stillImporting;
        first = position.first();
        next = position.next();
        lastTimeMs = position.lastTimeMs();
        digest = position.digest();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ChannelState state
                && channel == state.channel
                && position().equals(state.position())
                && importing == state.importing
                && rules.equals(state.rules)
                && cursors.equals(state.cursors)
                && keys.equals(state.keys);
    }

    @Override
    public int hashCode() {
        return channel;
    }

    @Override
    public String toString() {
        return "ChannelState[channel=" + channel + ", " + position() + ", keys=" + keys.size() + ", cursors="
                + cursors.size() + ']';
    }
}
