package io.wkmq.channel.mvstore;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.RootReference;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of all groups of a node, as of their last checkpoints: the state of each group, and that of each of its channels. Thread-safe:
 * one call at a time, and who reads waits while a checkpoint is written.
 *
 * <p>After an error nobody knows what is on disk; the table is to be closed then, and opened again. If it was a sync that failed, opening
 * writes all of it anew.
 */
public final class NodeTable implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeTable.class);

    /** The form in which tables are written. */
    static final int FORMAT = 2;

    /** The one before, without checksums. */
    static final int UNCHECKED_FORMAT = 1;

    private static final int COPIED_ROWS = 10_000;
    private static final int CACHE_MB = 8;
    private static final int COMPACT_BYTES = 4 << 20;
    private static final long COMPACT_PAUSE_MS = 2_000;
    private static final long NEVER = Long.MIN_VALUE;

    private static final String FOLDED = "folded";
    private static final String SALT = "salt";
    private static final String GROUPS = "groups";

    /** Is there in a table that was made in the place of one that was lost. */
    private static final String ANEW = "anew";

    /** Of groups whose rows are not whole, each with its number. */
    private static final String WANTED = "wanted:";

    private static final String SCRUBBED = "scrubbed";
    private static final String SCRUB_GROUP = "scrub:group";
    private static final String SCRUB_CHANNEL = "scrub:channel";

    private final Disk disk;
    private final Path directory;
    private final Path path;

    @GuardedBy("this")
    private final MvFile file;

    /** When somebody was told last to {@link #compact}. */
    private final AtomicLong compactedMs = new AtomicLong(NEVER);

    /** How many rows are {@link #pin pinned}: meanwhile what is written takes space of its own, and none is given back. */
    private final AtomicInteger pinned = new AtomicInteger();

    @GuardedBy("this")
    private final MVMap<Long, byte[]> groups;

    @GuardedBy("this")
    private final MVMap<Long, byte[]> channels;

    @GuardedBy("this")
    private final MVMap<String, Long> counters;

    @GuardedBy("this")
    private final TableCheck check;

    /** Takes rows of channels. */
    @FunctionalInterface
    public interface Rows {
        /** One of them; {@link GroupRows#DROPPED} if the channel is gone. */
        void channel(int channel, byte[] row);
    }

    private NodeTable(Disk disk, Path directory, Path path, MvFile file) {
        this.disk = disk;
        this.directory = directory;
        this.path = path;
        this.file = file;
        groups = open(file, "groups");
        channels = open(file, "channels");
        counters = file.store()
                .openMap(
                        "counters",
                        new MVMap.Builder<String, Long>()
                                .keyType(StringDataType.INSTANCE)
                                .valueType(LongDataType.INSTANCE));
        check = new TableCheck(groups, channels, counters);
    }

    private static MVMap<Long, byte[]> open(MvFile file, String name) {
        return file.store()
                .openMap(
                        name,
                        new MVMap.Builder<Long, byte[]>()
                                .keyType(LongDataType.INSTANCE)
                                .valueType(ByteArrayDataType.INSTANCE));
    }

    /** Writes all that another one has into this one, which is new. */
    synchronized void take(NodeTable old) {
        synchronized (old) {
            file.store().setStoreVersion(FORMAT);
            boolean checked = old.format() == FORMAT;
            copy(old.groups, groups, checked);
            copy(old.channels, channels, checked);
            counters.putAll(old.counters);
            save();
        }
    }

    private synchronized void copy(MVMap<Long, byte[]> from, MVMap<Long, byte[]> to, boolean checked) {
        int copied = 0;
        for (Map.Entry<Long, byte[]> row : from.entrySet()) {
            long key = row.getKey();
            to.put(key, checked ? row.getValue() : RowChecksum.seal(key, row.getValue()));
            if (++copied % COPIED_ROWS == 0) {
                file.save(); // else all of it would be in memory
            }
        }
    }

    /**
     * Reads all that there is, and looks whether it is what was written.
     *
     * @throws RuntimeException of whatever kind, if it is not
     */
    synchronized void verify() {
        if (counters.get(SALT) == null || counters.get(GROUPS) == null) {
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
        counters.put(SALT, new SecureRandom().nextLong());
        counters.put(GROUPS, (long) count);
        if (anew) {
            counters.put(ANEW, 1L);
        }
        save();
    }

    /** Whether it was made in the place of one that was lost, and that is not {@link #settled} yet. */
    public synchronized boolean begunAnew() {
        return counters.containsKey(ANEW);
    }

    /** Notes that what the one before had is here again; it is on disk when this returns. */
    public synchronized void settled() throws IOException {
        try {
            counters.remove(ANEW);
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
        return Objects.requireNonNullElse(counters.get(SALT), 0L);
    }

    /** How many groups there are: that never changes. */
    public synchronized int groups() {
        return Math.toIntExact(Objects.requireNonNullElse(counters.get(GROUPS), 0L));
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
        return Objects.requireNonNullElse(counters.get(FOLDED), 0L);
    }

    /** The state of a group; null if it has no rows yet. */
    public synchronized byte @Nullable [] group(int group) throws IOException {
        try {
            byte[] sealed = groups.get((long) group);
            return sealed == null ? null : RowChecksum.open(group, sealed);
        } catch (MVStoreException | CorruptDataException e) {
            throw unreadable(e);
        }
    }

    /** The row of a channel; null if there is none, {@link GroupRows#DROPPED} if it is gone. */
    public synchronized byte @Nullable [] channel(int group, int channel) throws IOException {
        try {
            long key = key(group, channel);
            byte[] sealed = channels.get(key);
            return sealed == null ? null : RowChecksum.open(key, sealed);
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
    public synchronized void channels(int group, int from, int most, Rows rows) throws IOException {
        try {
            give(channels.cursor(key(group, from), key(group, Integer.MAX_VALUE), false), most, rows);
        } catch (MVStoreException | CorruptDataException e) {
            throw unreadable(e);
        }
    }

    private static void give(Cursor<Long, byte[]> cursor, int most, Rows rows) {
        for (int i = 0; i < most && cursor.hasNext(); i++) {
            long key = cursor.next();
            rows.channel((int) key, RowChecksum.open(key, cursor.getValue()));
        }
    }

    /**
     * Writes checkpoints of groups, all of it or nothing; it is on disk when this returns.
     *
     * @param folded the number of the last record of the node's log of which all is in the rows then
     */
    public synchronized void write(List<GroupRows> rows, long folded) throws IOException {
        try {
            for (GroupRows of : rows) {
                putGroup(of.group(), of.state());
                put(of.group(), of.channels());
            }
            counters.put(FOLDED, folded);
            save();
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    private synchronized void putGroup(int group, byte[] state) {
        groups.put((long) group, RowChecksum.seal(group, state));
    }

    private synchronized void put(int group, Map<Integer, byte[]> rows) {
        for (Map.Entry<Integer, byte[]> row : rows.entrySet()) {
            long key = key(group, row.getKey());
            channels.put(key, RowChecksum.seal(key, row.getValue()));
        }
    }

    /** The entry of a group's log up to which its rows are wanted from another node; 0 if they are whole. */
    public synchronized long wanted(int group) throws IOException {
        try {
            return Objects.requireNonNullElse(counters.get(WANTED + group), 0L);
        } catch (MVStoreException e) {
            throw unreadable(e);
        }
    }

    /**
     * Notes that a group's rows are not whole until they have all up to that entry of its log, or up to a later one that was wanted before;
     * it is on disk when this returns.
     */
    public synchronized void want(int group, long index) throws IOException {
        try {
            if (index > wanted(group)) {
                counters.put(WANTED + group, index);
                save();
            }
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    /**
     * The same, and that the row of a channel is not what it should be: it counts as gone; all of it or nothing. It is on disk when this
     * returns.
     */
    public synchronized void wantWithout(int group, long index, int channel) throws IOException {
        try {
            counters.put(WANTED + group, Math.max(index, wanted(group)));
            put(group, Map.of(channel, GroupRows.DROPPED));
            save();
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    /** Writes some rows of a group that is not whole; they are on disk when this returns. */
    public synchronized void writeSome(int group, Map<Integer, byte[]> rows) throws IOException {
        try {
            put(group, rows);
            save();
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    /** Writes the state of a group that is not whole, behind all rows of its channels; it is on disk when this returns. */
    public synchronized void writeState(int group, byte[] state) throws IOException {
        try {
            putGroup(group, state);
            save();
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    /** Writes the last rows of a group that was not whole, and that it is; all of it or nothing. It is on disk when this returns. */
    public synchronized void complete(GroupRows rows) throws IOException {
        try {
            putGroup(rows.group(), rows.state());
            put(rows.group(), rows.channels());
            counters.remove(WANTED + rows.group());
            save();
        } catch (MVStoreException e) {
            throw unwritable(e);
        }
    }

    /** When all records had been looked through, ms since the epoch; 0 if that is not known. */
    public synchronized long scrubbedMs() {
        return Objects.requireNonNullElse(counters.get(SCRUBBED), 0L);
    }

    /** The group with which looking through the records goes on. */
    public synchronized int scrubGroup() {
        return Math.toIntExact(Objects.requireNonNullElse(counters.get(SCRUB_GROUP), 0L));
    }

    /** The channel of that group with which it goes on. */
    public synchronized int scrubChannel() {
        return Math.toIntExact(Objects.requireNonNullElse(counters.get(SCRUB_CHANNEL), 0L));
    }

    /**
     * Notes how far the records were looked through; it is on disk when this returns.
     *
     * @param atMs when all had been
     * @param group where it goes on, with which channel
     */
    public synchronized void scrubbed(long atMs, int group, int channel) throws IOException {
        try {
            counters.put(SCRUBBED, atMs);
            counters.put(SCRUB_GROUP, (long) group);
            counters.put(SCRUB_CHANNEL, (long) channel);
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
            PinnedRows rows = new PinnedRows(this, group, group(group), usage, channels.flushAndGetRoot());
            pinned.incrementAndGet();
            done = true;
            return rows;
        } catch (MVStoreException e) {
            throw unreadable(e);
        } finally {
            if (!done) {
                file.store().deregisterVersionUsage(usage);
            }
        }
    }

    synchronized void channels(RootReference<Long, byte[]> root, int group, int from, int most, Rows rows)
            throws IOException {
        try {
            give(channels.cursor(root, key(group, from), key(group, Integer.MAX_VALUE), false), most, rows);
        } catch (MVStoreException | CorruptDataException e) {
            throw unreadable(e);
        }
    }

    synchronized void unpin(MVStore.TxCounter usage) {
        pinned.decrementAndGet();
        file.store().deregisterVersionUsage(usage);
    }

    /**
     * Whether it is of use to {@link #compact}, and nobody was told so for some seconds: who is told so is to do that. Does not block.
     *
     * @param nowMs since some moment, the same one each time; never goes back
     */
    public boolean mayCompact(long nowMs) {
        long last = compactedMs.get();
        return pinned.get() == 0
                && (last == NEVER || nowMs - last >= COMPACT_PAUSE_MS)
                && compactedMs.compareAndSet(last, nowMs);
    }

    /** Gives some unused space back, a bounded amount of work; none while rows are pinned. Returns whether there may be more to do. */
    public synchronized boolean compact() throws IOException {
        if (pinned.get() > 0) {
            return false;
        }
        try {
            return file.compact(COMPACT_BYTES);
        } catch (MVStoreException e) {
            markIfUnsure();
            throw new IOException("The table of channels in " + path + " cannot be compacted: " + e.getMessage(), e);
        }
    }

    /** After a failed sync the system may have in memory, and give to who reads, what will never be on disk: the next start has to know. */
    private synchronized void markIfUnsure() {
        if (!file.syncFailed()) {
            return;
        }
        try (FileChannel mark = disk.open(directory.resolve(path.getFileName() + TableFiles.UNSURE))) {
            mark.force(true);
            disk.syncDirectory(directory);
        } catch (IOException e) {
            LOG.error(
                    "The table of channels could not be synced, nor that be noted. Restart the machine, not the node alone path={}",
                    path,
                    e);
        }
    }

    /** What the table takes on disk. */
    public synchronized long bytes() {
        return file.bytes();
    }

    private synchronized IOException unwritable(MVStoreException e) {
        markIfUnsure();
        return new IOException("The table of channels in " + path + " cannot be written: " + e.getMessage(), e);
    }

    private IOException unreadable(RuntimeException e) {
        return new IOException("The table of channels in " + path + " cannot be read: " + e.getMessage(), e);
    }

    private static long key(int group, int channel) {
        return (long) group << 32 | channel;
    }

    /** Closes the file. What was written is on disk already. */
    @Override
    public synchronized void close() {
        file.closeImmediately();
    }
}
