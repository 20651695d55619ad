package io.wkmq.channel.mvstore;

import java.util.Objects;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a table besides its rows, as named numbers: its identity, what of it is missing, and the progress of scrubbing and log
 * replay. Includes those of {@link TableCheck}. Used under the table's lock.
 */
final class TableCounters {
    private static final String FOLDED = "folded";
    private static final String SALT = "salt";
    private static final String GROUPS = "groups";

    /** Present in a table that was created in place of a lost one. */
    private static final String ANEW = "anew";

    /** Prefix of the log indexes wanted by incomplete groups, followed by the group's number. */
    private static final String WANTED = "wanted:";

    /** Prefix of the channels for which alone a group is incomplete, followed by the group's number. */
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

    /** Copies all counters of another table. */
    void take(TableCounters others) {
        counters.putAll(others.counters);
    }

    /** Initializes the counters of a new table. */
    void begin(long salt, int groups, boolean anew) {
        counters.put(SALT, salt);
        counters.put(GROUPS, (long) groups);
        if (anew) {
            counters.put(ANEW, 1L);
        }
    }

    /** Returns whether the mandatory counters are there. */
    boolean begun() {
        return counters.get(SALT) != null && counters.get(GROUPS) != null;
    }

    /** Returns the value that distinguishes the node's log from others. */
    long salt() {
        return get(SALT);
    }

    /** Returns the number of groups. */
    int groups() {
        return Math.toIntExact(get(GROUPS));
    }

    /** Returns whether the table was created in place of a lost one whose content is not restored yet. */
    boolean anew() {
        return counters.containsKey(ANEW);
    }

    /** Records that the content is restored. */
    void settle() {
        counters.remove(ANEW);
    }

    /** Returns the number of the last record of the node's log whose effects are all in the rows; 0 if there is none. */
    long folded() {
        return get(FOLDED);
    }

    void folded(long number) {
        counters.put(FOLDED, number);
    }

    /** Returns the log index up to which a group's rows are wanted; 0 if they are complete. */
    long wanted(int group) {
        return get(WANTED + group);
    }

    /** Records that a group's rows are wanted up to this index, for all channels. */
    void want(int group, long index) {
        wantMore(group, index);
        counters.remove(REFETCHED + group);
    }

    /** Records the index up to which a group's rows are wanted, leaving unchanged for which channels. */
    void wantMore(int group, long index) {
        counters.put(WANTED + group, index);
    }

    /** Records that a group's rows are wanted up to this index for one channel only: those of the others are right. */
    void refetch(int group, long index, int channel) {
        wantMore(group, index);
        counters.put(REFETCHED + group, (long) channel);
    }

    /** Returns the only channel for which a group's rows are incomplete; null if there is more than one, or they are complete. */
    @Nullable
    Integer refetched(int group) {
        Long channel = counters.get(REFETCHED + group);
        return channel == null ? null : (Integer) Math.toIntExact(channel);
    }

    /** Records that a group's rows are complete. */
    void whole(int group) {
        counters.remove(WANTED + group);
        counters.remove(REFETCHED + group);
    }

    /** Returns when the last full scrub ended, in ms since the epoch; 0 if unknown. */
    long scrubbedMs() {
        return get(SCRUBBED);
    }

    /** Returns the group at which scrubbing continues. */
    int scrubGroup() {
        return Math.toIntExact(get(SCRUB_GROUP));
    }

    /** Returns the channel of that group at which scrubbing continues. */
    int scrubChannel() {
        return Math.toIntExact(get(SCRUB_CHANNEL));
    }

    /** Records when the last full scrub ended, and where scrubbing continues. */
    void scrubbed(long atMs, int group, int channel) {
        counters.put(SCRUBBED, atMs);
        counters.put(SCRUB_GROUP, (long) group);
        counters.put(SCRUB_CHANNEL, (long) channel);
    }
}
