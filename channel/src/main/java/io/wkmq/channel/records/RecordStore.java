package io.wkmq.channel.records;

import io.wkmq.channel.storage.Closing;
import io.wkmq.channel.storage.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The records of the channels of one group. One thread writes; any thread reads what was flushed. Keeps a limited number of files open, the
 * most recently used ones.
 *
 * <p>A channel has to be {@link #begin begun} before it is used. What was written is durable after {@link #sync}.
 */
public final class RecordStore {
    /** The default size of a file above which a channel gets another one. */
    public static final int FILE_BYTES_MAX = 64 << 20;

    private static final int BUFFER_BYTES = 256 << 10;

    private final Disk disk;
    private final Path directory;
    private final int fileBytesMax;
    private final OpenFiles open;
    private final Map<Integer, List<Long>> files = new HashMap<>(); // of channels not begun
    private final Map<Integer, ChannelRecords> channels = new ConcurrentHashMap<>();
    private final Map<Integer, ChannelRecords> unsynced = new ConcurrentSkipListMap<>();

    /** Held during a sync: a caller whose data is being synced by another thread must wait for it. */
    private final Object syncing = new Object();

    /** Whether files may have been created or deleted since the directory was synced. Set after the fact. */
    private volatile boolean named = true;

    private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private int buffered;
    private int bufferedOf;
    private boolean keeping;

    /**
     * Files that were put aside.
     *
     * @param files their paths
     * @param records roughly how many records they have
     */
    public record PutAside(List<Path> files, long records) {
        /** Copies the list. */
        public PutAside {
            files = List.copyOf(files);
        }
    }

    /**
     * Opens the store.
     *
     * @param directory where the files are, and nothing else
     * @param fileBytesMax the size of a file above which a channel gets another one
     * @param openMax how many files are kept open
     */
    public RecordStore(Disk disk, Path directory, int fileBytesMax, int openMax) throws IOException {
        this.disk = disk;
        this.directory = directory;
        this.fileBytesMax = fileBytesMax;
        this.open = new OpenFiles(openMax);
        for (Path file : disk.list(directory)) {
            if (RecordFiles.unfinished(file)) {
                disk.delete(file);
            }
            RecordFiles.parse(
                    file,
                    (channel, first) -> files.computeIfAbsent(channel, c -> new ArrayList<>())
                            .add(first));
        }
    }

    /**
     * Sets whether, in channels begun from now on, data after the last record is kept until it is overwritten, so that it can be recovered:
     * see {@link #there}.
     */
    public void keepBehind(boolean keep) {
        keeping = keep;
    }

    /** Returns the channels that have files, or were begun. */
    public Set<Integer> channels() {
        Set<Integer> all = new TreeSet<>(files.keySet());
        all.addAll(channels.keySet());
        return all;
    }

    /**
     * Returns the sequence number after the last intact record in a channel's files, whether or not it counts. All of them are on disk on
     * return. Call from the writer, before it writes; blocks.
     */
    public long there(int channel) throws IOException {
        flush();
        return begun(channel).there();
    }

    /** Returns whether a channel has files, but was not begun. */
    public boolean hasUnused(int channel) {
        return files.containsKey(channel);
    }

    /**
     * Puts aside the files of an unknown channel, which was not begun: they no longer count, but are kept for an operator. Durable after
     * {@link #sync}. Call from the writer; blocks.
     *
     * @return their new paths, and how many records they had apart from damaged ones
     */
    public PutAside putAside(int channel) throws IOException {
        List<Long> firsts = files.get(channel);
        if (firsts == null) {
            return new PutAside(List.of(), 0);
        }
        long first = Collections.min(firsts);
        begin(channel, first, first);
        long there = there(channel);
        end(channel);
        List<Path> aside = new ArrayList<>();
        for (long each : firsts) {
            aside.add(RecordFiles.putAside(disk, directory.resolve(RecordFiles.name(channel, each))));
        }
        named = true;
        files.remove(channel);
        return new PutAside(aside, there - first);
    }

    /**
     * Opens a channel. What its files have besides these records is from before a crash, and does not count.
     *
     * @param first the sequence number of the first record
     * @param next the sequence number after the last record
     */
    public void begin(int channel, long first, long next) {
        List<Long> firsts = files.remove(channel);
        if (firsts == null) {
            ChannelRecords before = channels.get(channel); // a previous end failed
            firsts = before == null ? List.of() : before.firsts();
        }
        ChannelRecords records = new ChannelRecords(
                disk, open, directory, channel, fileBytesMax, firsts, first, next, () -> named = true);
        if (keeping) {
            records.keepBehind();
        }
        channels.put(channel, records);
    }

    /**
     * Closes a channel, which may be begun again. What was flushed is durable. There must be no readers. If this fails the channel stays
     * begun.
     */
    public void end(int channel) throws IOException {
        flush();
        ChannelRecords records = channels.get(channel);
        if (records != null) {
            records.close();
            channels.remove(channel);
            List<Long> firsts = records.firsts();
            if (!firsts.isEmpty()) {
                files.put(channel, new ArrayList<>(firsts));
            }
        }
    }

    /** Appends a record after the last one of its channel. It is written by the next {@link #flush} at the latest. */
    public void append(int channel, ChannelRecord record) throws IOException {
        int bytes = RecordFormat.bytes(record.entry());
        if (buffered > 0 && (channel != bufferedOf || buffer.remaining() < bytes)) {
            flush();
        }
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocate(bytes);
        }
        new RecordFormat(channel).write(buffer, record);
        bufferedOf = channel;
        buffered++;
    }

    /** Writes what was appended, and makes it readable. */
    public void flush() throws IOException {
        if (buffered == 0) {
            return;
        }
        ChannelRecords records = begun(bufferedOf);
        // a copy, so that nothing is lost if this fails and is retried
        records.append(buffer.duplicate().flip(), buffered);
        buffered = 0;
        buffer.clear();
        unsynced.put(bufferedOf, records);
        if (buffer.capacity() > BUFFER_BYTES) {
            buffer = ByteBuffer.allocate(BUFFER_BYTES);
        }
    }

    private ChannelRecords begun(int channel) {
        ChannelRecords records = channels.get(channel);
        if (records == null) {
            throw new IllegalStateException("Channel " + channel + " is used but was not begun");
        }
        return records;
    }

    /** Continues a channel with a higher number: the records in between do not exist, and earlier ones do not count. */
    public void skip(int channel, long first) throws IOException {
        flush();
        begun(channel).skip(first);
    }

    /** Returns the sequence number of the first record of a channel that counts. */
    public long first(int channel) {
        return begun(channel).first();
    }

    /** Returns the sequence number after the last flushed record of a channel. */
    public long next(int channel) {
        return begun(channel).next();
    }

    /** Prevents further appends to the file that contains the record before {@code next}. */
    public void seal(int channel, long next) throws IOException {
        flush();
        begun(channel).seal(next);
    }

    /** Starts a check of a channel's current records. Callable from any thread; does not block itself. */
    public RecordCheck check(int channel, LostRecords lost) {
        return new RecordCheck(begun(channel), lost);
    }

    /**
     * Starts to rebuild the file that contains a record. Only one per channel at a time; nothing may be written to the file any more.
     * Callable from any thread; does not block itself.
     */
    public RecordRebuild rebuild(int channel, long seq) {
        return begun(channel).rebuild(seq);
    }

    /** Removes the records of a channel before a number. */
    public void trim(int channel, long first) throws IOException {
        flush();
        begun(channel).trim(first);
    }

    /** Removes a channel with all its records. */
    public void drop(int channel) throws IOException {
        flush();
        ChannelRecords records = channels.remove(channel);
        if (records != null) {
            unsynced.remove(channel);
            records.delete();
        }
    }

    /**
     * Reads records of a channel in order. Callable from any thread; blocks.
     *
     * @param from the first record wanted; if it is gone, reading starts at the first existing one
     */
    public List<ChannelRecord> read(int channel, long from, ReadLimit limit) throws IOException {
        return begun(channel).read(from, limit);
    }

    /**
     * Returns the sequence number of the first record that is not older than this time, else that of the next record. Callable from any
     * thread; blocks.
     */
    public long seqAt(int channel, long timeMs) throws IOException {
        return begun(channel).seqAt(timeMs);
    }

    /**
     * Returns the sequence number of the first record that is not older than this time, searching from the first one on. Callable from any
     * thread; blocks.
     */
    public long notOlder(int channel, long timeMs) throws IOException {
        return begun(channel).notOlder(timeMs);
    }

    /** Returns a time before which no record of a channel was appended, without searching a file. Callable from any thread; blocks. */
    public long notBeforeMs(int channel) throws IOException {
        return begun(channel).notBeforeMs();
    }

    /**
     * Returns the sequence number from which on the records take approximately this many bytes at most. Callable from any thread; blocks.
     */
    public long lastBytes(int channel, long bytes) throws IOException {
        return begun(channel).lastBytes(bytes);
    }

    /** Returns the total size of a channel's files. Callable from any thread; blocks. */
    public long bytes(int channel) throws IOException {
        return begun(channel).bytes();
    }

    /**
     * Makes everything flushed before the call durable; once a sync has failed, it always fails. Callable from any thread; blocks, also
     * while another thread syncs.
     */
    public void sync() throws IOException {
        synchronized (syncing) {
            for (Map.Entry<Integer, ChannelRecords> entry : List.copyOf(unsynced.entrySet())) {
                sync(entry.getKey(), entry.getValue());
            }
            if (named) {
                syncNames();
            }
        }
    }

    private void syncNames() throws IOException {
        named = false; // cleared first, so that concurrent changes are synced next time
        boolean done = false;
        try {
            disk.syncDirectory(directory);
            done = true;
        } finally {
            if (!done) {
                named = true;
            }
        }
    }

    private void sync(int channel, ChannelRecords records) throws IOException {
        unsynced.remove(channel, records); // removed first, so that concurrent writes are synced next time
        boolean done = false;
        try {
            records.sync();
            done = true;
        } finally {
            if (!done) {
                unsynced.putIfAbsent(channel, records);
            }
        }
    }

    /** Closes all files. What was flushed is durable on return. */
    public void close() throws IOException {
        Closing.all(channels.values().stream()
                .map(records -> (Closeable) records::close)
                .toList());
    }
}
