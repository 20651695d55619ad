package io.wkmq.channel.group;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The state of one channel without its records. Confined to the thread that applies the group's log; others see its {@link Position}. */
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
     * The range of records of a channel.
     *
     * @param first the sequence number of the first retained record
     * @param next the sequence number of the next record; equal to {@code first} if the channel is empty
     * @param lastTimeMs when the last record was appended, in ms since the epoch; 0 if none ever was
     * @param digest of all records ever appended: equal for replicas with the same records
     */
    public record Position(long first, long next, long lastTimeMs, long digest) {}

    ChannelState(int channel, ChannelRules rules) {
        this.channel = channel;
        this.rules = rules;
    }

    /** Creates an empty channel whose records will be imported. */
    static ChannelState importing(int channel, ChannelRules rules, long first) {
        ChannelState state = new ChannelState(channel, rules);
        state.first = first;
        state.next = first;
        state.importing = true;
        return state;
    }

    /** Returns the channel's number. */
    public int channel() {
        return channel;
    }

    /** Returns the current range of records. */
    public Position position() {
        return new Position(first, next, lastTimeMs, digest);
    }

    /** Returns the rules from its definition. */
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

    /** Counts a record, and returns its sequence number. */
    long append(Entry entry, long timeMs) {
        long seq = next++;
        lastTimeMs = timeMs;
        digest = Digests.next(digest, seq, entry.body());
        if (entry.key() != null) {
            keys.add(entry.key(), seq, timeMs, rules);
        }
        return seq;
    }

    /** Returns whether the import is not complete: until then nothing can be appended. */
    public boolean importing() {
        return importing;
    }

    /** Discards what was imported, so that the import starts again with this record. */
    void beginAgain(long newFirst) {
        first = newFirst;
        next = newFirst;
        lastTimeMs = 0;
        digest = 0;
        keys.clear();
        cursors.clear();
    }

    /** Completes the import, so that records can be appended. */
    void endImport(long timeMs, long whole) {
        importing = false;
        lastTimeMs = Math.max(lastTimeMs, timeMs);
        digest = whole;
    }

    /** Returns the remembered message names, the oldest first. */
    public List<GroupOp.ImportedKey> known() {
        List<GroupOp.ImportedKey> known = new ArrayList<>(keys.size());
        keys.forEach((key, seq, timeMs) -> known.add(new GroupOp.ImportedKey(key, seq, timeMs)));
        return known;
    }

    /** Removes the records before this number; returns false if there are none. */
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

    /** Returns the cursor with this name; null if there is none. */
    public @Nullable Cursor reader(String name) {
        return cursors.find(name);
    }

    /** Returns all cursors, by name. */
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
