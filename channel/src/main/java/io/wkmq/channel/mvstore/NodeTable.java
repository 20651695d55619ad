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
 * The rows of all groups of a node, as of their last checkpoints: the state of each group and of each of its channels. Thread-safe: calls
 * are serialized, so readers wait while a checkpoint is written.
 *
 * <p>After an error it is unknown what is on disk; the table must be closed and reopened. If a sync failed, reopening rewrites all of it.
 */
public final class NodeTable implements AutoCloseable {
    /** The current format. */
    static final int FORMAT = 2;

    /** The previous format, without checksums. */
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

    /** Receives rows of channels. */
    @FunctionalInterface
    public interface Rows {
        /** Receives a row; {@link GroupRows#DROPPED} if the channel was dropped. */
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

    /** Copies all content of another table into this one, which must be new. */
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
     * Reads and verifies the whole table.
     *
     * @throws RuntimeException of any kind, if it is damaged
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

    /** Returns whether the table was created in place of a lost one, and is not {@link #settled} yet. */
    public synchronized boolean begunAnew() {
        return counters.anew();
    }

    /** Records that the content of the lost table is restored, and returns once that is on disk. */
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

    /** Returns the value that distinguishes this node's log from others. */
    public synchronized long salt() {
        return counters.salt();
    }

    /** Returns the number of groups, which never changes. */
    public synchronized int groups() {
        return counters.groups();
    }

    /**
     * Rejects a table with another number of groups, which determines the group of each channel.
     *
     * @throws StorageException if the numbers differ
     */
    public void requireGroups(int expected) throws StorageException {
        if (groups() != expected) {
            throw new StorageException("The channels in " + directory + " are in " + groups()
                    + " groups, but cluster.channels.groups is " + expected + "; expected " + groups()
                    + ", which cannot be changed any more, or no such directory");
        }
    }

    /** Returns the number of the last record of the node's log whose effects are all in the rows; 0 if there is none. */
    public synchronized long folded() {
        return counters.folded();
    }

    /** Returns the state of a group; null if it has no rows yet. */
    public synchronized byte @Nullable [] group(int group) throws IOException {
        try {
            return rows.group(group);
        } catch (MVStoreException | CorruptDataException e) {
            throw unreadable(e);
        }
    }

    /** Returns the row of a channel; null if there is none, {@link GroupRows#DROPPED} if it was dropped. */
    public synchronized byte @Nullable [] channel(int group, int channel) throws IOException {
        try {
            return rows.channel(group, channel);
        } catch (MVStoreException | CorruptDataException e) {
            throw unreadable(e);
        }
    }

    /**
     * Reads rows of a group's channels, ordered by channel number.
     *
     * @param from the first channel number wanted
     * @param most the maximum number of rows
     */
    public synchronized void channels(int group, int from, int most, Rows into) throws IOException {
        try {
            rows.channels(group, from, most, into);
        } catch (MVStoreException | CorruptDataException e) {
            throw unreadable(e);
        }
    }

    /**
     * Writes checkpoints of groups atomically, and returns once they are on disk.
     *
     * @param folded the number of the last record of the node's log whose effects are all in the rows by then
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

    /** Returns the index up to which a group's rows have to be fetched from another node; 0 if they are complete. */
    public synchronized long wanted(int group) throws IOException {
        try {
            return counters.wanted(group);
        } catch (MVStoreException e) {
            throw unreadable(e);
        }
    }

    /**
     * Records that a group's rows are incomplete until they include this index, or a later one recorded before, and for all channels rather
     * than one that is {@link #refetched}. Returns once that is on disk.
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
     * Records that some of the data fetched for an incomplete group is as of this index, so that the group is incomplete until everything
     * is. A channel that is {@link #refetched} stays so. Returns once that is on disk.
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
     * Like {@link #wantMore}, and records that a channel's row is wrong: it counts as dropped, and is {@link #refetched}. Atomic; returns
     * once that is on disk.
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

    /**
     * Returns the channel {@link #wantWithout without} which a group is incomplete, while the rows of its others are right; null if there
     * is none.
     */
    public synchronized @Nullable Integer refetched(int group) throws IOException {
        try {
            return counters.refetched(group);
        } catch (MVStoreException e) {
            throw unreadable(e);
        }
    }

    /** Writes some rows of an incomplete group, and returns once they are on disk. */
    public synchronized void writeSome(int group, Map<Integer, byte[]> some) throws IOException {
        try {
            rows.put(group, some);
            save();
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    /** Writes the state of an incomplete group, after all rows of its channels; returns once it is on disk. */
    public synchronized void writeState(int group, byte[] state) throws IOException {
        try {
            rows.put(group, state);
            save();
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    /** Writes the last rows of an incomplete group and marks it complete. Atomic; returns once that is on disk. */
    public synchronized void complete(GroupRows last) throws IOException {
        try {
            put(last);
            counters.whole(last.group());
            save();
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    /** Returns when the last full scrub ended, in ms since the epoch; 0 if unknown. */
    public synchronized long scrubbedMs() {
        return counters.scrubbedMs();
    }

    /** Returns the group at which scrubbing continues. */
    public synchronized int scrubGroup() {
        return counters.scrubGroup();
    }

    /** Returns the channel of that group at which scrubbing continues. */
    public synchronized int scrubChannel() {
        return counters.scrubChannel();
    }

    /**
     * Records the progress of scrubbing, and returns once that is on disk.
     *
     * @param atMs when the last full scrub ended
     * @param group the group and channel at which scrubbing continues
     */
    public synchronized void scrubbed(long atMs, int group, int channel) throws IOException {
        try {
            counters.scrubbed(atMs, group, channel);
            save();
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    /** Returns a snapshot of a group's rows. It takes space on disk until it is closed. */
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
     * Returns whether {@link #compact} may be useful, at most once in some seconds: the caller should then call it. Does not block.
     *
     * @param nowMs on a monotonic clock with arbitrary origin
     */
    public boolean mayCompact(long nowMs) {
        return compaction.due(nowMs);
    }

    /** Reclaims some unused space, with a bounded amount of work; none while rows are pinned. Returns whether there may be more to do. */
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
