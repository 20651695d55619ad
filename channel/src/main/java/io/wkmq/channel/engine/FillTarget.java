package io.wkmq.channel.engine;

import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.StateCodec;
import io.wkmq.channel.mvstore.GroupRows;
import io.wkmq.channel.mvstore.NodeTable;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.RecordStore;
import io.wkmq.channel.storage.CorruptDataException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where what is fetched for a replica goes: records, then the rows that say that they are there, at last the state of the group. Blocks. One
 * thread at a time, while the replica is paused.
 *
 * <p>A crash at any moment does no harm. Records behind what the rows say are cut when the channel is begun again. Files are deleted only
 * when the rows say that they do not count. Rows of a part of the channels may be ahead of the others and of the state: the table knows
 * that the group is not whole, and that it wants at least what those rows have. So what is fetched never goes back.
 */
final class FillTarget {
    private static final long NOTHING = 0;

    private final int group;
    private final NodeTable table;
    private final @Nullable RecordStore records;

    /** Channels that somebody reads: their records are begun, and stay so. */
    private final Set<Integer> used;

    /** Rows that are not written yet. */
    private final Map<Integer, byte[]> rows = new HashMap<>();

    /** Channels that were begun for the rows that are not written yet. */
    private final List<Integer> begun = new ArrayList<>();

    /** From where on records of channels count, as soon as the rows say so. */
    private final Map<Integer, Long> firsts = new HashMap<>();

    /** Channels that are gone, as soon as the rows say so. */
    private final List<Integer> gone = new ArrayList<>();

    private int channel;
    private byte[] row = GroupRows.DROPPED;
    private long first;
    private long next;
    private long end;

    /**
     * The rows and records of a group.
     *
     * @param records null if it has none
     * @param used the channels whose records are begun
     */
    FillTarget(int group, NodeTable table, @Nullable RecordStore records, Set<Integer> used) {
        this.group = group;
        this.table = table;
        this.records = records;
        this.used = used;
    }

    /** The entry of the group's log up to which all is wanted, at least: some of the rows may be of that. */
    long wanted() throws IOException {
        return table.wanted(group);
    }

    /** What comes is of that entry of the group's log. */
    void begin(long index) throws IOException {
        table.want(group, index);
    }

    /** Begins with a channel that is to have that row; empty if it is gone. */
    void begin(int number, byte[] fetched) throws IOException {
        RecordStore store = store();
        channel = number;
        row = fetched;
        byte[] local = table.channel(group, number);
        if (fetched.length == 0) {
            next = NOTHING;
            end = NOTHING;
            boolean kept = local == null ? store.hasUnused(number) : local.length > 0;
            if (kept && !used.contains(number)) {
                gone.add(number); // of one that is read the records go when its readers were told
            }
            return;
        }
        Position to = StateCodec.decodeChannel(fetched).position();
        Position from = local == null || local.length == 0
                ? null
                : StateCodec.decodeChannel(local).position();
        if (from != null && from.next() == to.next() && from.digest() != to.digest()) {
            from = null; // it was given something else: none of its records is taken for one of the other node's
        }
        if (!used.contains(number)) {
            store.begin(number, from == null ? to.first() : from.first(), from == null ? to.first() : from.next());
            begun.add(number);
        }
        next = store.next(number);
        end = to.next();
        if (next > end) {
            throw new CorruptDataException("Channel " + number + " ends with record " + (next - 1)
                    + " here, which was committed, but the other node has " + (end - 1) + " as the last one");
        }
        first = Math.max(to.first(), store.first(number));
        if (first > next) {
            skipTo(first);
        }
    }

    private RecordStore store() {
        if (records == null) {
            throw new CorruptDataException("Group " + group + " has no channels, but the other node says so");
        }
        return records;
    }

    /** The trimmed ones between are nowhere any more. */
    private void skipTo(long to) throws IOException {
        store().skip(channel, to);
        first = to;
        next = to;
    }

    /** The channel that was begun. */
    int channel() {
        return channel;
    }

    /** The sequence number of the record that it needs next. */
    long next() {
        return next;
    }

    /** Whether it needs one. */
    boolean wants() {
        return next < end;
    }

    /**
     * Takes records of the channel.
     *
     * @param firstThere the first record that the other node has
     * @param found those from {@link #next} on, or from the first one on if that is behind it; may be more than is wanted
     */
    void append(long firstThere, List<ChannelRecord> found) throws IOException {
        long before = next;
        if (firstThere > next) {
            skipTo(Math.min(firstThere, end));
        }
        for (ChannelRecord record : found) {
            if (next == end) {
                break;
            }
            if (record.seq() != next) {
                throw new CorruptDataException("Record " + record.seq() + " of channel " + channel
                        + " came from another node; expected " + next);
            }
            store().append(channel, record);
            next++;
        }
        if (next == before) {
            throw new CorruptDataException("Record " + next + " of channel " + channel + " did not come");
        }
        store().flush();
    }

    /** The channel has all that it needs. */
    void endChannel() {
        if (row.length == 0) {
            rows.put(channel, row);
            return;
        }
        rows.put(channel, StateCodec.trimmed(row, first));
        firsts.put(channel, first);
    }

    /** Makes durable what has come of the channels that were ended. */
    void save() throws IOException {
        if (rows.isEmpty()) {
            return;
        }
        RecordStore store = store();
        store.sync();
        table.writeSome(group, rows);
        for (Map.Entry<Integer, Long> each : firsts.entrySet()) {
            store.trim(each.getKey(), each.getValue());
        }
        for (int number : gone) {
            store.begin(number, 1, 1);
            store.drop(number);
        }
        forget();
    }

    /** The state of the group as of that entry: the last to come. */
    void save(byte[] state) throws IOException {
        table.writeState(group, state);
    }

    /** What has come of this page does not matter any more. */
    void abandon() throws IOException {
        forget();
    }

    private void forget() throws IOException {
        rows.clear();
        firsts.clear();
        gone.clear();
        for (int number : begun) {
            store().end(number);
        }
        begun.clear();
    }
}
