package io.wkmq.channel.engine;

import io.wkmq.channel.group.ChannelHead;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Digests;
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

    /** The channel that is fetched anew: what others have here is not taken for damaged; null if what was missed is fetched. */
    private final @Nullable Integer refetched;

    /** How far channels that are used have come here, with the digest that they have by their own account. */
    private final Map<Integer, Reached> reached = new HashMap<>();

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
    private long rowDigest;
    private long first;
    private long next;
    private long end;

    /** The digest of the records in front of the next one, of a channel that keeps those that it has; null if that is not known. */
    private @Nullable Long digest;

    /**
     * Where a channel is.
     *
     * @param next the sequence number behind its last record
     * @param digest of all that it was given
     */
    private record Reached(long next, long digest) {}

    /**
     * The rows and records of a group.
     *
     * @param records null if it has none
     * @param used the channels whose records are begun
     * @param refetched the only channel whose records do not count here; null if there is none
     */
    FillTarget(
            int group, NodeTable table, @Nullable RecordStore records, Set<Integer> used, @Nullable Integer refetched) {
        this.group = group;
        this.table = table;
        this.records = records;
        this.used = used;
        this.refetched = refetched;
    }

    /** The entry of the group's log up to which all is wanted, at least: some of the rows may be of that. */
    long wanted() throws IOException {
        return table.wanted(group);
    }

    /** What comes is of that entry of the group's log. */
    void begin(long index) throws IOException {
        table.wantMore(group, index);
    }

    /** Begins with a channel that is to have that row; empty if it is gone. */
    void begin(int number, byte[] fetched) throws IOException {
        RecordStore store = store();
        channel = number;
        row = fetched;
        digest = null;
        byte[] local = table.channel(group, number);
        if (fetched.length == 0) {
            beginGone(store.hasUnused(number) || (local != null && local.length > 0));
            return;
        }
        ChannelHead here = local == null || local.length == 0 ? null : StateCodec.decodeHead(local);
        Position from = here == null ? null : here.position();
        boolean others = refetched != null && number != refetched;
        Position to = StateCodec.decodeHead(fetched).position();
        if (local != null && here != null && from != null && others && !here.importing() && from.next() > to.next()) {
            row = local; // nobody has said that it is not what it should be
            to = from;
        }
        rowDigest = to.digest();
        boolean keeps = others || used.contains(number);
        if (from != null && !keeps && from.next() == to.next() && from.digest() != to.digest()) {
            from = null; // it was given something else: none of its records is taken for one of the other node's
        }
        if (!used.contains(number)) {
            store.begin(number, from == null ? to.first() : from.first(), from == null ? to.first() : from.next());
            begun.add(number);
        }
        next = store.next(number);
        if (here != null && keeps && !here.importing()) { // the digest of one that is imported is no sum of its records
            digest = digest(number, here.position());
        }
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

    private void beginGone(boolean kept) {
        next = NOTHING;
        end = NOTHING;
        if (kept && !used.contains(channel)) {
            gone.add(channel); // of one that is read the records go when its readers were told
        }
    }

    /** What a channel was given in front of its next record, as this node knows; null if it does not. */
    private @Nullable Long digest(int number, Position from) {
        Reached known = reached.get(number);
        if (known != null && known.next() == next) {
            return known.digest();
        }
        return from.next() == next ? (Long) from.digest() : null;
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
        digest = null; // it was given what it has not seen
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
        long began = next;
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
            Long before = digest;
            if (before != null) {
                digest = Digests.next(before, next, record.entry().body());
            }
            next++;
        }
        if (next == began) {
            throw new CorruptDataException("Record " + next + " of channel " + channel + " did not come");
        }
        store().flush();
        Long now = digest;
        if (now != null && used.contains(channel)) {
            reached.put(channel, new Reached(next, now));
        }
    }

    /** The channel has all that it needs. */
    void endChannel() {
        if (row.length == 0) {
            rows.put(channel, row);
            return;
        }
        byte[] ended = StateCodec.trimmed(row, first);
        Long own = digest;
        if (own != null && own != rowDigest) {
            ended = StateCodec.withDigest(ended, own); // or it would be told to have what it has not
        }
        rows.put(channel, ended);
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
