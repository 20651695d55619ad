package io.wkmq.channel.mvstore;

import java.util.Objects;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/**
 * What a table knows besides its rows: what it is of, what of it is missing, and how far others are with what they do with it. Numbers by
 * names, those of {@link TableCheck} among them. Used under the table's lock.
 */
final class TableCounters {
    private static final String FOLDED = "folded";
    private static final String SALT = "salt";
    private static final String GROUPS = "groups";

    /** Is there in a table that was made in the place of one that was lost. */
    private static final String ANEW = "anew";

    /** Of groups whose rows are not whole, each with its number. */
    private static final String WANTED = "wanted:";

    /** Of those that are not whole for one channel, each with its number: that of the channel. */
    private static final String REFETCHED = "refetched:";

    private static final String SCRUBBED = "scrubbed";
    private static final String SCRUB_GROUP = "scrub:group";
    private static final String SCRUB_CHANNEL = "scrub:channel";

    private final MVMap<String, Long> counters;

    TableCounters(MVMap<String, Long> counters) {
        this.counters = counters;
    }

    private long get(String name) {
        return Objects.requireNonNullElse(counters.get(name), 0L);
    }

    /** Takes all that others are. */
    void take(TableCounters others) {
        counters.putAll(others.counters);
    }

    /** Begins those of a new table. */
    void begin(long salt, int groups, boolean anew) {
        counters.put(SALT, salt);
        counters.put(GROUPS, (long) groups);
        if (anew) {
            counters.put(ANEW, 1L);
        }
    }

    /** Whether there is what every table has. */
    boolean begun() {
        return counters.get(SALT) != null && counters.get(GROUPS) != null;
    }

    /** What tells the log of the node from others. */
    long salt() {
        return get(SALT);
    }

    /** How many groups there are. */
    int groups() {
        return Math.toIntExact(get(GROUPS));
    }

    /** Whether the table was made in the place of one that was lost, and what that had is not here again. */
    boolean anew() {
        return counters.containsKey(ANEW);
    }

    /** Notes that it is here again. */
    void settle() {
        counters.remove(ANEW);
    }

    /** The number of the last record of the node's log of which all is in the rows; 0 if none is. */
    long folded() {
        return get(FOLDED);
    }

    void folded(long number) {
        counters.put(FOLDED, number);
    }

    /** The entry of a group's log up to which its rows are wanted; 0 if they are whole. */
    long wanted(int group) {
        return get(WANTED + group);
    }

    /** Notes that its rows are wanted up to that entry, and not for one channel only. */
    void want(int group, long index) {
        wantMore(group, index);
        counters.remove(REFETCHED + group);
    }

    /** Notes up to where they are wanted, and nothing of what for. */
    void wantMore(int group, long index) {
        counters.put(WANTED + group, index);
    }

    /** Notes up to where they are wanted, for one channel only: the rows of the others are right. */
    void refetch(int group, long index, int channel) {
        wantMore(group, index);
        counters.put(REFETCHED + group, (long) channel);
    }

    /** The channel for which a group's rows are not whole; null if that is for more than one, or they are. */
    @Nullable
    Integer refetched(int group) {
        Long channel = counters.get(REFETCHED + group);
        return channel == null ? null : (Integer) Math.toIntExact(channel);
    }

    /** Notes that a group's rows are whole. */
    void whole(int group) {
        counters.remove(WANTED + group);
        counters.remove(REFETCHED + group);
    }

    /** When all records had been looked through, ms since the epoch; 0 if that is not known. */
    long scrubbedMs() {
        return get(SCRUBBED);
    }

    /** The group with which looking through the records goes on. */
    int scrubGroup() {
        return Math.toIntExact(get(SCRUB_GROUP));
    }

    /** The channel of that group with which it goes on. */
    int scrubChannel() {
        return Math.toIntExact(get(SCRUB_CHANNEL));
    }

    /** Notes when all records had been looked through, and where that goes on. */
    void scrubbed(long atMs, int group, int channel) {
        counters.put(SCRUBBED, atMs);
        counters.put(SCRUB_GROUP, (long) group);
        counters.put(SCRUB_CHANNEL, (long) channel);
    }
}
