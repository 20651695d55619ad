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
 * The records of one channel, in files one behind the other. One thread writes, trims and closes; any thread reads, and puts files together
 * anew. What is read is what was appended and not trimmed: a part that is lost is left out.
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

    /** In front of it nothing is needed any more, not even after a crash. */
    @GuardedBy("this")
    private long trimmed;

    /**
     * The records of a channel.
     *
     * @param firsts the first sequence numbers of the files that are there
     * @param first the sequence number of the first record that counts
     * @param next the one behind the last record that counts
     * @param named is told when files have come or gone: the directory is to be synced. Any thread
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

    /** The first sequence numbers of the files. */
    List<Long> firsts() {
        return List.copyOf(files.keySet());
    }

    long first() {
        return first;
    }

    long next() {
        return next;
    }

    /** What is behind the last record that counts is overwritten from now on, but not cut off. By the writer. */
    void keepBehind() {
        keeping = true;
    }

    /** The sequence number behind the last intact record that is there, whether it counts or not; those are on disk then. By the writer. */
    long there() throws IOException {
        long there = next;
        Long from = files.floorKey(next);
        for (RecordFile file : files.tailMap(from == null ? next : from, true).values()) {
            there = Math.max(there, file.there());
        }
        return there;
    }

    /** Writes encoded records behind the last one. By the writer. */
    void append(ByteBuffer records, int count) throws IOException {
        long behind = next + count;
        last(records.remaining()).append(records);
        next = behind;
    }

    /** The file for so many bytes more. */
    private RecordFile last(int bytes) throws IOException {
        Map.Entry<Long, RecordFile> entry = keeping ? files.floorEntry(Math.max(first, next - 1)) : files.lastEntry();
        while (!keeping && entry != null && entry.getKey() >= next && entry.getKey() > first) {
            entry.getValue().delete(); // from before a crash, of records that were not there for sure
            files.remove(entry.getKey());
            named.run();
            entry = files.lastEntry();
        }
        if (entry != null) {
            RecordFile file = entry.getValue();
            boolean whole = file.activate(next, keeping);
            if (whole && file.bytes() == 0) {
                named.run(); // it may have been made just now
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

    /** Goes on with a number behind the last one, in another file. The files in front stay until they are trimmed. By the writer. */
    void skip(long to) {
        if (to <= next) {
            throw new IllegalArgumentException(
                    "Channel " + channel + " is to go on with record " + to + "; expected one behind " + next);
        }
        Map.Entry<Long, RecordFile> last = files.lastEntry();
        if (last != null) {
            last.getValue().passivate(); // else what comes was written to it
        }
        first = to;
        next = to;
    }

    /** Nothing is appended any more to the file that has the record in front of that one. By the writer. */
    void seal(long end) {
        Map.Entry<Long, RecordFile> having = files.lowerEntry(end); // behind it may be one from before a crash
        if (having != null) {
            having.getValue().seal();
        }
    }

    /** The file that should have a record: its first sequence number and itself; null if it is not there. */
    Map.@Nullable Entry<Long, RecordFile> fileOf(long seq) {
        return files.floorEntry(seq);
    }

    /** The sequence number behind the last record that the file with that one should have, of those in front of a number. */
    long endOf(long seq, long end) {
        Long higher = files.higherKey(seq);
        return higher == null ? end : Math.min(end, higher);
    }

    /** Where the file with the records from that one on would be. */
    Path path(long firstOf) {
        return directory.resolve(RecordFiles.name(channel, firstOf));
    }

    /** Puts the file with a record together anew. Nothing may be written to it any more. Any thread. */
    RecordRebuild rebuild(long seq) {
        long end = next; // before the files are looked at: what is written now goes to another one
        Map.Entry<Long, RecordFile> entry = files.floorEntry(seq);
        long from = entry == null ? first : Math.max(first, entry.getKey());
        return new RecordRebuild(this, entry == null ? null : entry.getValue(), from, endOf(seq, end));
    }

    /** Begins to write a file, which is not there until it is {@link #install installed}. */
    FileChannel unfinished(long firstOf) throws IOException {
        FileChannel file = disk.open(unfinishedPath(firstOf));
        file.truncate(0);
        return file;
    }

    private Path unfinishedPath(long firstOf) {
        return directory.resolve(RecordFiles.unfinished(channel, firstOf));
    }

    /** Deletes files that were begun and not installed. */
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
     * Takes files that were written anew, and are durable, in the place of one. The last one first: what is in front of it stays readable, also
     * after a crash. Any thread.
     *
     * @param replaced the file; null if it was lost
     */
    void install(@Nullable RecordFile replaced, List<Long> unfinished) throws IOException {
        boolean done = false;
        try {
            if (take(replaced, unfinished)) {
                disk.syncDirectory(directory); // the writer need not wait for it
            }
            done = true;
        } finally {
            if (!done) {
                named.run(); // some may have come all the same
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
        deleteTrimmed(trimmed); // while they were written anew; not what the writer may have begun since
        return true;
    }

    /** Forgets the records in front of a number; deletes the files that have no others. By the writer. */
    synchronized void trim(long newFirst) throws IOException {
        first = newFirst;
        trimmed = newFirst;
        deleteTrimmed(Long.MAX_VALUE);
    }

    /** Deletes files that begin in front of a number and have no records that count. */
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
     * Reads records in their order.
     *
     * @param from the first one that is wanted; if it is not there any more, the first one that is
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

    /** Where the records of a file end that has that one behind it. What is there from before a crash does not count. */
    private long until(Map.@Nullable Entry<Long, RecordFile> higher) {
        return higher == null ? next : Math.min(next, higher.getKey());
    }

    /** The sequence number of the first record that is not older than that, or may be so and is lost; {@link #next} if all are older. */
    long seqAt(long timeMs) throws IOException {
        for (Map.Entry<Long, RecordFile> entry = files.lastEntry();
                entry != null;
                entry = files.lowerEntry(entry.getKey())) {
            if (entry.getValue().firstTimeMs(Long.MIN_VALUE) >= timeMs) {
                continue; // it begins with one that is not older: it need not be looked through
            }
            long until = until(files.higherEntry(entry.getKey()));
            long seq = entry.getValue().seqAt(timeMs, until);
            if (seq > entry.getKey()) {
                return Math.max(first, seq);
            }
        }
        return files.isEmpty() ? next : first;
    }

    /** As {@link #seqAt}, but sought from the first file on: cheap if there are few that are older. */
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

    /** A time that no record is older than; reads no more than the head of the first file's first record. */
    long notBeforeMs() throws IOException {
        Map.Entry<Long, RecordFile> entry = files.firstEntry();
        return entry == null ? Long.MIN_VALUE : entry.getValue().firstTimeMs(Long.MIN_VALUE);
    }

    /** The sequence number from which on the records take no more than so many bytes, give or take a step of the index. */
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

    /** How many bytes its files have. */
    long bytes() throws IOException {
        long bytes = 0;
        for (RecordFile file : files.values()) {
            bytes += file.size();
        }
        return bytes;
    }

    /** Makes durable what was written. By any thread. */
    void sync() throws IOException {
        for (RecordFile file : files.values()) {
            file.sync();
        }
    }

    /** Closes all files; they are opened again when they are used. */
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
