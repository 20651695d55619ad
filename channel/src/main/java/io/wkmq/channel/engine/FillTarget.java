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
 * The destination of what is fetched for a replica: first records, then the rows that account for them, and finally the state of the group.
 * Blocks. One thread at a time, while the replica is paused.
 *
 * <p>Crash-safe at any point. Records beyond what the rows account for are cut off when the channel is opened again. Files are deleted only
 * once the rows say that they do not count. Rows of some channels may be ahead of others and of the state: the table records that the group
 * is not whole, and that it needs at least the entry which those rows reflect. So progress is never undone.
 */
final class FillTarget {
    private static final long NOTHING = 0;

    private final int group;
    private final NodeTable table;
    private final @Nullable RecordStore records;

    /** Channels in use by readers: their records are open, and stay so. */
    private final Set<Integer> used;

    /**
     * The only channel whose data is discarded and fetched anew, while the data of others is trusted; null if missed entries are fetched.
     */
    private final @Nullable Integer refetched;

    /** How far channels in use have been filled, with the digest computed from their own records. */
    private final Map<Integer, Reached> reached = new HashMap<>();

    /** Rows not written yet. */
    private final Map<Integer, byte[]> rows = new HashMap<>();

    /** Channels opened for the rows not written yet. */
    private final List<Integer> begun = new ArrayList<>();

    /** The first valid record of channels, in effect once the rows are written. */
    private final Map<Integer, Long> firsts = new HashMap<>();

    /** Channels that are gone, in effect once the rows are written. */
    private final List<Integer> gone = new ArrayList<>();

    private int channel;
    private byte[] row = GroupRows.DROPPED;
    private long rowDigest;
    private long first;
    private long next;
    private long end;

    /** The digest of the records before the next one, of a channel that keeps its records; null if it is unknown. */
    private @Nullable Long digest;

    /**
     * The progress of a channel.
     *
     * @param next the sequence number after its last record
     * @param digest digest of everything it was given
     */
    private record Reached(long next, long digest) {}

    /**
     * Creates the destination for a group's rows and records.
     *
     * @param records null if the group has none
     * @param used the channels whose records are open
     * @param refetched the only channel whose local records do not count; null if there is none
     */
    FillTarget(
            int group, NodeTable table, @Nullable RecordStore records, Set<Integer> used, @Nullable Integer refetched) {
        this.group = group;
        this.table = table;
        this.records = records;
        this.used = used;
        this.refetched = refetched;
    }

    /** Returns the log entry that the fill must at least reach: some of the rows may already reflect it. */
    long wanted() throws IOException {
        return table.wanted(group);
    }

    /** Notes the log entry that the following rows reflect. */
    void begin(long index) throws IOException {
        table.wantMore(group, index);
    }

    /** Begins a channel that is to get the given row; an empty one if the channel is gone. */
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
            row = local; // ahead of the donor, and nobody disputes it
            to = from;
        }
        rowDigest = to.digest();
        boolean keeps = others || used.contains(number);
        if (from != null && !keeps && from.next() == to.next() && from.digest() != to.digest()) {
            from = null; // it has diverged: none of its records passes for one of the donor's
        }
        if (!used.contains(number)) {
            store.begin(number, from == null ? to.first() : from.first(), from == null ? to.first() : from.next());
            begun.add(number);
        }
        next = store.next(number);
        if (here != null && keeps && !here.importing()) { // the digest of an import is not derived from its records
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
            gone.add(channel); // records of a channel in use are deleted once its readers were told
        }
    }

    /** Returns the digest of everything before the next record; null if it is unknown. */
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

    /** Skips records that were trimmed and exist nowhere any more. */
    private void skipTo(long to) throws IOException {
        store().skip(channel, to);
        first = to;
        next = to;
        digest = null; // unknown, as records were skipped
    }

    /** Returns the current channel. */
    int channel() {
        return channel;
    }

    /** Returns the sequence number of the next record needed. */
    long next() {
        return next;
    }

    /** Returns whether the channel needs more records. */
    boolean wants() {
        return next < end;
    }

    /**
     * Appends records to the channel.
     *
     * @param firstThere the first record that the donor has
     * @param found consecutive records starting with {@link #next}, or with the donor's first if that is later; may be more than needed
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

    /** Ends the channel, which has all that it needs. */
    void endChannel() {
        if (row.length == 0) {
            rows.put(channel, row);
            return;
        }
        byte[] ended = StateCodec.trimmed(row, first);
        Long own = digest;
        if (own != null && own != rowDigest) {
            ended = StateCodec.withDigest(ended, own); // or the row would claim data that this node does not have
        }
        rows.put(channel, ended);
        firsts.put(channel, first);
    }

    /** Makes durable what has been fetched of the channels that have ended. */
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

    /** Writes the group's state as of the round's log entry; the last step. */
    void save(byte[] state) throws IOException {
        table.writeState(group, state);
    }

    /** Discards the progress that was not saved. */
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
