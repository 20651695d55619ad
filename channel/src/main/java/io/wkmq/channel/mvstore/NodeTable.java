package io.wkmq.channel.mvstore;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.RootReference;
import org.jspecify.annotations.Nullable;

/**
 * The rows of all groups of a node, as of their last checkpoints: the state of each group, and that of each of its channels. Thread-safe:
 * one call at a time, and who reads waits while a checkpoint is written.
 *
 * <p>After an error nobody knows what is on disk; the table is to be closed then, and opened again. If it was a sync that failed, opening
 * writes all of it anew.
 */
public final class NodeTable implements AutoCloseable {
    /** The form in which tables are written. */
    static final int FORMAT = 2;

    /** The one before, without checksums. */
    static final int UNCHECKED_FORMAT = 1;

    private static final int CACHE_MB = 8;

    private final Path directory;
    private final Path path;
    private final UnsureMark unsure;

    @GuardedBy("this")
    private final MvFile file;

    @GuardedBy("this")
    private final TableRows rows;

    @GuardedBy("this")
    private final TableCounters counters;

    @GuardedBy("this")
    private final TableCheck check;

    private final TableCompaction compaction;

    /** Takes rows of channels. */
    @FunctionalInterface
    public interface Rows {
        /** One of them; {@link GroupRows#DROPPED} if the channel is gone. */
        void channel(int channel, byte[] row);
    }

    private NodeTable(Disk disk, Path directory, Path path, MvFile file) {
        this.directory = directory;
        this.path = path;
        this.unsure = new UnsureMark(disk, directory, String.valueOf(path.getFileName()));
        this.file = file;
        TableMaps maps = TableMaps.open(file.store());
        rows = new TableRows(maps.groups(), maps.channels());
        counters = new TableCounters(maps.counters());
        check = new TableCheck(maps);
        compaction = new TableCompaction(file);
    }

    /** Writes all that another one has into this one, which is new. */
    synchronized void take(NodeTable old) {
        synchronized (old) {
            file.store().setStoreVersion(FORMAT);
            MvFile into = file;
            rows.take(old.rows, old.format() == FORMAT, into::save);
            counters.take(old.counters);
            save();
        }
    }

    /**
     * Reads all that there is, and looks whether it is what was written.
     *
     * @throws RuntimeException of whatever kind, if it is not
     */
    synchronized void verify() {
        if (!counters.begun()) {
            throw new CorruptDataException("The table has no salt, or no number of groups");
        }
        check.verify(format() == FORMAT);
    }

    private synchronized void save() {
        check.note();
        file.save();
    }

    static NodeTable openFile(Disk disk, Path directory, Path path) throws IOException {
        MvFile file = MvFile.open(disk, path, CACHE_MB);
        boolean done = false;
        try {
            NodeTable table = new NodeTable(disk, directory, path, file);
            done = true;
            return table;
        } finally {
            if (!done) {
                file.closeImmediately();
            }
        }
    }

    synchronized void initialize(int count, boolean anew) {
        file.store().setStoreVersion(FORMAT);
        counters.begin(new SecureRandom().nextLong(), count, anew);
        save();
    }

    /** Whether it was made in the place of one that was lost, and that is not {@link #settled} yet. */
    public synchronized boolean begunAnew() {
        return counters.anew();
    }

    /** Notes that what the one before had is here again; it is on disk when this returns. */
    public synchronized void settled() throws IOException {
        try {
            counters.settle();
            save();
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    synchronized int format() {
        return file.store().getStoreVersion();
    }

    /** What tells the log of this node from others. */
    public synchronized long salt() {
        return counters.salt();
    }

    /** How many groups there are: that never changes. */
    public synchronized int groups() {
        return counters.groups();
    }

    /**
     * Refuses what was made with another number of groups: each channel is in the group that its number and theirs say.
     *
     * @throws StorageException if there are not as many
     */
    public void requireGroups(int expected) throws StorageException {
        if (groups() != expected) {
            throw new StorageException("The channels in " + directory + " are in " + groups()
                    + " groups, but cluster.channels.groups is " + expected + "; expected " + groups()
                    + ", which cannot be changed any more, or no such directory");
        }
    }

    /** The number of the last record of the node's log of which all is in the rows; 0 if none is. */
    public synchronized long folded() {
        return counters.folded();
    }

    /** The state of a group; null if it has no rows yet. */
    public synchronized byte @Nullable [] group(int group) throws IOException {
        try {
            return rows.group(group);
        } catch (MVStoreException | CorruptDataException e) {
            throw unreadable(e);
        }
    }

    /** The row of a channel; null if there is none, {@link GroupRows#DROPPED} if it is gone. */
    public synchronized byte @Nullable [] channel(int group, int channel) throws IOException {
        try {
            return rows.channel(group, channel);
        } catch (MVStoreException | CorruptDataException e) {
            throw unreadable(e);
        }
    }

    /**
     * Gives the rows of some of a group's channels, in the order of their numbers.
     *
     * @param from the first number that is wanted
     * @param most how many rows
     */
    public synchronized void channels(int group, int from, int most, Rows into) throws IOException {
        try {
            rows.channels(group, from, most, into);
        } catch (MVStoreException | CorruptDataException e) {
            throw unreadable(e);
        }
    }

    /**
     * Writes checkpoints of groups, all of it or nothing; it is on disk when this returns.
     *
     * @param folded the number of the last record of the node's log of which all is in the rows then
     */
    public synchronized void write(List<GroupRows> checkpoints, long folded) throws IOException {
        try {
            checkpoints.forEach(this::put);
            counters.folded(folded);
            save();
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    private synchronized void put(GroupRows of) {
        rows.put(of.group(), of.state());
        rows.put(of.group(), of.channels());
    }

    /** The entry of a group's log up to which its rows are wanted from another node; 0 if they are whole. */
    public synchronized long wanted(int group) throws IOException {
        try {
            return counters.wanted(group);
        } catch (MVStoreException e) {
            throw unreadable(e);
        }
    }

    /**
     * Notes that a group's rows are not whole until they have all up to that entry of its log, or up to a later one that was wanted before,
     * and that this is not for a channel that is {@link #refetched}: it is on disk when this returns.
     */
    public synchronized void want(int group, long index) throws IOException {
        try {
            long before = counters.wanted(group);
            if (index > before || counters.refetched(group) != null) {
                counters.want(group, Math.max(index, before));
                save();
            }
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    /**
     * Notes of a group that is not whole that some of what has come is of that entry of its log: it is not whole until all is, at least. What
     * is {@link #refetched} stays so. It is on disk when this returns.
     */
    public synchronized void wantMore(int group, long index) throws IOException {
        try {
            if (index > counters.wanted(group)) {
                counters.wantMore(group, index);
                save();
            }
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    /**
     * The same, and that the row of a channel is not what it should be: it counts as gone, and is {@link #refetched}; all of it or nothing. It
     * is on disk when this returns.
     */
    public synchronized void wantWithout(int group, long index, int channel) throws IOException {
        try {
            counters.refetch(group, Math.max(index, counters.wanted(group)), channel);
            rows.put(group, Map.of(channel, GroupRows.DROPPED));
            save();
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    /** The channel {@link #wantWithout without} which a group is that is not whole: the rows of its others are right; null if there is none. */
    public synchronized @Nullable Integer refetched(int group) throws IOException {
        try {
            return counters.refetched(group);
        } catch (MVStoreException e) {
            throw unreadable(e);
        }
    }

    /** Writes some rows of a group that is not whole; they are on disk when this returns. */
    public synchronized void writeSome(int group, Map<Integer, byte[]> some) throws IOException {
        try {
            rows.put(group, some);
            save();
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    /** Writes the state of a group that is not whole, behind all rows of its channels; it is on disk when this returns. */
    public synchronized void writeState(int group, byte[] state) throws IOException {
        try {
            rows.put(group, state);
            save();
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    /** Writes the last rows of a group that was not whole, and that it is; all of it or nothing. It is on disk when this returns. */
    public synchronized void complete(GroupRows last) throws IOException {
        try {
            put(last);
            counters.whole(last.group());
            save();
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    /** When all records had been looked through, ms since the epoch; 0 if that is not known. */
    public synchronized long scrubbedMs() {
        return counters.scrubbedMs();
    }

    /** The group with which looking through the records goes on. */
    public synchronized int scrubGroup() {
        return counters.scrubGroup();
    }

    /** The channel of that group with which it goes on. */
    public synchronized int scrubChannel() {
        return counters.scrubChannel();
    }

    /**
     * Notes how far the records were looked through; it is on disk when this returns.
     *
     * @param atMs when all had been
     * @param group where it goes on, with which channel
     */
    public synchronized void scrubbed(long atMs, int group, int channel) throws IOException {
        try {
            counters.scrubbed(atMs, group, channel);
            save();
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    /** The rows of a group as they are now, however they change. They take space on disk until they are closed. */
    public synchronized PinnedRows pin(int group) throws IOException {
        MVStore.TxCounter usage = file.store().registerVersionUsage();
        boolean done = false;
        try {
            PinnedRows pinned = new PinnedRows(this, group, group(group), usage, rows.version());
            compaction.pinned();
            done = true;
            return pinned;
        } catch (MVStoreException e) {
            throw unreadable(e);
        } finally {
            if (!done) {
                file.store().deregisterVersionUsage(usage);
            }
        }
    }

    synchronized void channels(RootReference<Long, byte[]> root, int group, int from, int most, Rows into)
            throws IOException {
        try {
            rows.channels(root, group, from, most, into);
        } catch (MVStoreException | CorruptDataException e) {
            throw unreadable(e);
        }
    }

    synchronized void unpin(MVStore.TxCounter usage) {
        compaction.unpinned();
        file.store().deregisterVersionUsage(usage);
    }

    /**
     * Whether it is of use to {@link #compact}, and nobody was told so for some seconds: who is told so is to do that. Does not block.
     *
     * @param nowMs since some moment, the same one each time; never goes back
     */
    public boolean mayCompact(long nowMs) {
        return compaction.due(nowMs);
    }

    /** Gives some unused space back, a bounded amount of work; none while rows are pinned. Returns whether there may be more to do. */
    public synchronized boolean compact() throws IOException {
        try {
            return compaction.step();
        } catch (MVStoreException e) {
            markIfUnsure();
            throw new IOException("The table of channels in " + path + " cannot be compacted: " + e.getMessage(), e);
        }
    }

    private synchronized void markIfUnsure() {
        if (file.syncFailed()) {
            unsure.make();
        }
    }

    private synchronized IOException unwritable(MVStoreException e) {
        markIfUnsure();
        return new IOException("The table of channels in " + path + " cannot be written: " + e.getMessage(), e);
    }

    private IOException unreadable(RuntimeException e) {
        return new IOException("The table of channels in " + path + " cannot be read: " + e.getMessage(), e);
    }

    /** Closes the file. What was written is on disk already. */
    @Override
    public synchronized void close() {
        file.closeImmediately();
    }
}
