package io.wkmq.channel.records;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.storage.Closing;
import io.wkmq.channel.storage.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of one channel, in consecutive files. One thread writes, trims and closes; any thread reads and rebuilds files. Reads return
 * what was appended and not trimmed, except that lost records are left out.
 */
final class ChannelRecords {
    private final Disk disk;
    private final OpenFiles open;
    private final Path directory;
    private final int channel;
    private final int fileBytesMax;
    private final Runnable named;
    private final NavigableMap<Long, RecordFile> files = new ConcurrentSkipListMap<>();
    private volatile long first;
    private volatile long next;
    private volatile boolean deleted;
    private boolean keeping;

    /** Records before this number are no longer needed, not even after a crash. */
    @GuardedBy("this")
    private long trimmed;

    /**
     * Creates the records of a channel.
     *
     * @param firsts the first sequence numbers of the existing files
     * @param first the sequence number of the first record that counts
     * @param next the sequence number after the last record that counts
     * @param named called when files were created or deleted, so that the directory must be synced; on any thread
     */
    ChannelRecords(
            Disk disk,
            OpenFiles open,
            Path directory,
            int channel,
            int fileBytesMax,
            List<Long> firsts,
            long first,
            long next,
            Runnable named) {
        this.disk = disk;
        this.open = open;
        this.directory = directory;
        this.channel = channel;
        this.fileBytesMax = fileBytesMax;
        this.first = first;
        this.next = next;
        this.named = named;
        firsts.forEach(this::file);
    }

    private RecordFile file(long firstOf) {
        RecordFile file = new RecordFile(disk, open, path(firstOf), channel, firstOf);
        files.put(firstOf, file);
        return file;
    }

    /** Returns the first sequence numbers of the files. */
    List<Long> firsts() {
        return List.copyOf(files.keySet());
    }

    long first() {
        return first;
    }

    long next() {
        return next;
    }

    /** From now on, data after the last record that counts is overwritten, but not truncated. Call from the writer. */
    void keepBehind() {
        keeping = true;
    }

    /**
     * Returns the sequence number after the last intact record that exists, whether or not it counts; all of them are on disk on return.
     * Call from the writer.
     */
    long there() throws IOException {
        long there = next;
        Long from = files.floorKey(next);
        for (RecordFile file : files.tailMap(from == null ? next : from, true).values()) {
            there = Math.max(there, file.there());
        }
        return there;
    }

    /** Writes encoded records after the last one. Call from the writer. */
    void append(ByteBuffer records, int count) throws IOException {
        long behind = next + count;
        last(records.remaining()).append(records);
        next = behind;
    }

    /** Returns the file for this many more bytes. */
    private RecordFile last(int bytes) throws IOException {
        Map.Entry<Long, RecordFile> entry = keeping ? files.floorEntry(Math.max(first, next - 1)) : files.lastEntry();
        while (!keeping && entry != null && entry.getKey() >= next && entry.getKey() > first) {
            entry.getValue().delete(); // from before a crash: its records do not count
            files.remove(entry.getKey());
            named.run();
            entry = files.lastEntry();
        }
        if (entry != null) {
            RecordFile file = entry.getValue();
            boolean whole = file.activate(next, keeping);
            if (whole && file.bytes() == 0) {
                named.run(); // it may have been created just now
                return file;
            }
            if (whole && (long) file.bytes() + bytes <= fileBytesMax) {
                return file;
            }
            file.passivate();
        }
        RecordFile file = file(next);
        if (!file.activate(next, keeping)) {
            throw new IOException("The file for the records of channel " + channel + " from " + next
                    + " on is not as it should be: it was deleted");
        }
        named.run();
        return file;
    }

    /** Continues with a higher number, in another file. Earlier files stay until they are trimmed. Call from the writer. */
    void skip(long to) {
        if (to <= next) {
            throw new IllegalArgumentException(
                    "Channel " + channel + " is to go on with record " + to + "; expected one behind " + next);
        }
        Map.Entry<Long, RecordFile> last = files.lastEntry();
        if (last != null) {
            last.getValue().passivate(); // else new records would be written to it
        }
        first = to;
        next = to;
    }

    /** Prevents further appends to the file that contains the record before {@code end}. Call from the writer. */
    void seal(long end) {
        Map.Entry<Long, RecordFile> having = files.lowerEntry(end); // a later file may be from before a crash
        if (having != null) {
            having.getValue().seal();
        }
    }

    /** Returns the file that should contain a record, with its first sequence number; null if there is none. */
    Map.@Nullable Entry<Long, RecordFile> fileOf(long seq) {
        return files.floorEntry(seq);
    }

    /** Returns the sequence number after the last record before {@code end} that the file with this one should contain. */
    long endOf(long seq, long end) {
        Long higher = files.higherKey(seq);
        return higher == null ? end : Math.min(end, higher);
    }

    /** Returns the path of the file with the records from this one on. */
    Path path(long firstOf) {
        return directory.resolve(RecordFiles.name(channel, firstOf));
    }

    /** Rebuilds the file that contains a record. Nothing may be written to it any more. Callable from any thread. */
    RecordRebuild rebuild(long seq) {
        long end = next; // before the files are examined: new records go to another one
        Map.Entry<Long, RecordFile> entry = files.floorEntry(seq);
        long from = entry == null ? first : Math.max(first, entry.getKey());
        return new RecordRebuild(this, entry == null ? null : entry.getValue(), from, endOf(seq, end));
    }

    /** Creates a file that does not count until it is {@link #install installed}. */
    FileChannel unfinished(long firstOf) throws IOException {
        FileChannel file = disk.open(unfinishedPath(firstOf));
        file.truncate(0);
        return file;
    }

    private Path unfinishedPath(long firstOf) {
        return directory.resolve(RecordFiles.unfinished(channel, firstOf));
    }

    /** Deletes files that were created and not installed. */
    void discard(List<Long> unfinished) throws IOException {
        for (long each : unfinished) {
            disk.delete(unfinishedPath(each));
        }
    }

    RecordFormat format() {
        return new RecordFormat(channel);
    }

    int fileBytesMax() {
        return fileBytesMax;
    }

    /**
     * Replaces a file by rebuilt ones, which must be durable. The last one is installed first, so that earlier records stay readable, also
     * after a crash. Callable from any thread.
     *
     * @param replaced the file; null if it was lost
     */
    void install(@Nullable RecordFile replaced, List<Long> unfinished) throws IOException {
        boolean done = false;
        try {
            if (take(replaced, unfinished)) {
                disk.syncDirectory(directory); // so that the writer need not do it
            }
            done = true;
        } finally {
            if (!done) {
                named.run(); // some may have been renamed nevertheless
            }
        }
    }

    private synchronized boolean take(@Nullable RecordFile replaced, List<Long> unfinished) throws IOException {
        if (deleted) {
            discard(unfinished);
            return false;
        }
        if (replaced != null) {
            replaced.requireNotWritten();
        }
        for (int i = unfinished.size() - 1; i >= 0; i--) {
            long firstOf = unfinished.get(i);
            if (replaced != null && replaced.first() == firstOf) {
                replaced.replace(unfinishedPath(firstOf));
            } else {
                disk.rename(unfinishedPath(firstOf), path(firstOf));
                file(firstOf);
            }
        }
        if (replaced != null && !unfinished.contains(replaced.first())) { // its records do not count any more
            files.remove(replaced.first());
            replaced.delete();
        }
        deleteTrimmed(trimmed); // trimmed during the rebuild; not what the writer may have created since
        return true;
    }

    /** Removes the records before a number; deletes files that contain no others. Call from the writer. */
    synchronized void trim(long newFirst) throws IOException {
        first = newFirst;
        trimmed = newFirst;
        deleteTrimmed(Long.MAX_VALUE);
    }

    /** Deletes files that start before a number and contain no records that count. */
    @GuardedBy("this")
    private void deleteTrimmed(long bound) throws IOException {
        Map.Entry<Long, RecordFile> oldest = files.firstEntry();
        while (oldest != null && oldest.getKey() < bound && until(files.higherEntry(oldest.getKey())) <= trimmed) {
            files.remove(oldest.getKey());
            open.forget(oldest.getValue());
            oldest.getValue().delete();
            named.run();
            oldest = files.firstEntry();
        }
    }

    /**
     * Reads records in order.
     *
     * @param from the first record wanted; if it is gone, reading starts at the first existing one
     */
    List<ChannelRecord> read(long from, ReadLimit limit) throws IOException {
        List<ChannelRecord> records = new ArrayList<>();
        long wanted = Math.max(from, first);
        Map.Entry<Long, RecordFile> entry = files.floorEntry(wanted);
        if (entry == null) {
            entry = files.firstEntry();
        }
        while (entry != null && limit.more()) {
            Map.Entry<Long, RecordFile> higher = files.higherEntry(entry.getKey());
            long until = until(higher);
            if (wanted < until) {
                entry.getValue().read(wanted, until, records, limit);
            }
            entry = higher;
        }
        return records;
    }

    /** Returns where the records end in a file, given the file after it. What remains there from before a crash does not count. */
    private long until(Map.@Nullable Entry<Long, RecordFile> higher) {
        return higher == null ? next : Math.min(next, higher.getKey());
    }

    /**
     * Returns the sequence number of the first record that is not older than this time, or that is lost and may be; {@link #next} if all
     * are older.
     */
    long seqAt(long timeMs) throws IOException {
        for (Map.Entry<Long, RecordFile> entry = files.lastEntry();
                entry != null;
                entry = files.lowerEntry(entry.getKey())) {
            if (entry.getValue().firstTimeMs(Long.MIN_VALUE) >= timeMs) {
                continue; // its first record is not older: no need to search it
            }
            long until = until(files.higherEntry(entry.getKey()));
            long seq = entry.getValue().seqAt(timeMs, until);
            if (seq > entry.getKey()) {
                return Math.max(first, seq);
            }
        }
        return files.isEmpty() ? next : first;
    }

    /** Like {@link #seqAt}, but searches from the first file on: cheap if few records are older. */
    long notOlder(long timeMs) throws IOException {
        for (Map.Entry<Long, RecordFile> entry = files.firstEntry();
                entry != null;
                entry = files.higherEntry(entry.getKey())) {
            long until = until(files.higherEntry(entry.getKey()));
            long seq = entry.getValue().seqAt(timeMs, until);
            if (seq < until) {
                boolean all = seq == entry.getKey() && files.lowerKey(seq) == null;
                return all ? first : Math.max(first, seq);
            }
        }
        return next;
    }

    /** Returns a time before which no record was appended; reads at most the header of the first file's first record. */
    long notBeforeMs() throws IOException {
        Map.Entry<Long, RecordFile> entry = files.firstEntry();
        return entry == null ? Long.MIN_VALUE : entry.getValue().firstTimeMs(Long.MIN_VALUE);
    }

    /** Returns the sequence number from which on the records take no more than this many bytes, to within one step of the index. */
    long lastBytes(long bytes) throws IOException {
        long left = bytes;
        for (Map.Entry<Long, RecordFile> entry = files.lastEntry();
                entry != null;
                entry = files.lowerEntry(entry.getKey())) {
            long until = until(files.higherEntry(entry.getKey()));
            long size = entry.getValue().size();
            if (size > left) {
                return Math.max(first, entry.getValue().lastBytes(left, until));
            }
            left -= size;
        }
        return first;
    }

    /** Returns the total size of the files. */
    long bytes() throws IOException {
        long bytes = 0;
        for (RecordFile file : files.values()) {
            bytes += file.size();
        }
        return bytes;
    }

    /** Makes everything written durable. Callable from any thread. */
    void sync() throws IOException {
        for (RecordFile file : files.values()) {
            file.sync();
        }
    }

    /** Closes all files; they are reopened when they are used. */
    void close() throws IOException {
        for (RecordFile file : files.values()) {
            open.forget(file);
            file.passivate();
        }
        Closing.all(files.values().stream().map(file -> (Closeable) file::close).toList());
    }

    /** Deletes all files. */
    synchronized void delete() throws IOException {
        deleted = true;
        try {
            for (RecordFile file : files.values()) {
                file.delete();
            }
            files.clear();
        } finally {
            named.run();
        }
    }
}
