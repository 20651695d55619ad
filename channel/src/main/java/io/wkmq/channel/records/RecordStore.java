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
 * The records of the channels of one group. One thread writes; any thread reads what was flushed. Keeps so many files open, those
 * that were used last.
 *
 * <p>A channel has to be {@link #begin begun} before it is used. What was written is durable after {@link #sync}.
 */
public final class RecordStore {
    /** When a channel gets another file. */
    public static final int FILE_BYTES_MAX = 64 << 20;

    private static final int BUFFER_BYTES = 256 << 10;

    private final Disk disk;
    private final Path directory;
    private final int fileBytesMax;
    private final OpenFiles open;
    private final Map<Integer, List<Long>> files = new HashMap<>(); // of channels that were not begun
    private final Map<Integer, ChannelRecords> channels = new ConcurrentHashMap<>();
    private final Map<Integer, ChannelRecords> unsynced = new ConcurrentSkipListMap<>();

    /** Held while that shrinks: who finds that somebody else syncs what he wrote has to wait until that is done. */
    private final Object syncing = new Object();

    /** Whether files may have come or gone since the directory was synced. Set behind that. */
    private volatile boolean named = true;

    private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private int buffered;
    private int bufferedOf;
    private boolean keeping;

    /**
     * Files that were put aside.
     *
     * @param files where they are
     * @param records how many records they have, about
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
     * @param fileBytesMax when a channel gets another file
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
     * Whether what the files of channels that are begun from now on have behind their last records is only overwritten by what is appended, and
     * else stays there. For who may have to find that: {@link #there}.
     */
    public void keepBehind(boolean keep) {
        keeping = keep;
    }

    /** Which channels have files, or were begun. */
    public Set<Integer> channels() {
        Set<Integer> all = new TreeSet<>(files.keySet());
        all.addAll(channels.keySet());
        return all;
    }

    /**
     * The sequence number behind the last intact record that the files of a channel have, be it one that does not count. What is there is on
     * disk then. By who writes, before he does; blocks.
     */
    public long there(int channel) throws IOException {
        flush();
        return begun(channel).there();
    }

    /** Whether a channel has files, but was not begun. */
    public boolean hasUnused(int channel) {
        return files.containsKey(channel);
    }

    /**
     * Puts the files of a channel aside that has some, but was not begun, and that nobody knows: they are kept for an operator, and do not
     * count. Durable after {@link #sync}. By who writes; blocks.
     *
     * @return where they are then, and how many records they had, without those that are damaged
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
     * Begins with a channel. What its files have besides these records is from before a crash, and does not count.
     *
     * @param first the sequence number of the first record
     * @param next the one behind the last record
     */
    public void begin(int channel, long first, long next) {
        List<Long> firsts = files.remove(channel);
        if (firsts == null) {
            ChannelRecords before = channels.get(channel); // it could not be ended
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
     * Ends with a channel, which may be begun again. What was flushed is durable. Nobody may read it meanwhile. If it fails the channel has
     * not ended.
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

    /** Takes a record behind the last one of its channel. It is written by {@link #flush} at the latest. */
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

    /** Writes what was appended: from now on it can be read. */
    public void flush() throws IOException {
        if (buffered == 0) {
            return;
        }
        ChannelRecords records = begun(bufferedOf);
        // a copy, so that nothing is lost if that fails and is tried again
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

    /** Goes on with that number, behind the last one of a channel: the records between are not there, and those in front do not count. */
    public void skip(int channel, long first) throws IOException {
        flush();
        begun(channel).skip(first);
    }

    /** The sequence number of the first record of a channel that counts. */
    public long first(int channel) {
        return begun(channel).first();
    }

    /** The sequence number behind the last record of a channel that was flushed. */
    public long next(int channel) {
        return begun(channel).next();
    }

    /** What is appended to a channel from now on is not written to the file that has the record in front of that one. */
    public void seal(int channel, long next) throws IOException {
        flush();
        begun(channel).seal(next);
    }

    /** Looks through the records of a channel that are there now. Any thread; does not block yet. */
    public RecordCheck check(int channel, LostRecords lost) {
        return new RecordCheck(begun(channel), lost);
    }

    /**
     * Puts the file with a record together anew: what is intact of it, and what comes from elsewhere. One at a time of each channel; nothing
     * may be written to the file any more. Any thread; does not block yet.
     */
    public RecordRebuild rebuild(int channel, long seq) {
        return begun(channel).rebuild(seq);
    }

    /** Forgets the records of a channel in front of a number. */
    public void trim(int channel, long first) throws IOException {
        flush();
        begun(channel).trim(first);
    }

    /** Forgets a channel with all its records. */
    public void drop(int channel) throws IOException {
        flush();
        ChannelRecords records = channels.remove(channel);
        if (records != null) {
            unsynced.remove(channel);
            records.delete();
        }
    }

    /**
     * Reads records of a channel in their order. Any thread; blocks.
     *
     * @param from the first one that is wanted; if it is not there any more, the first one that is
     */
    public List<ChannelRecord> read(int channel, long from, ReadLimit limit) throws IOException {
        return begun(channel).read(from, limit);
    }

    /** The sequence number of the first record that is not older than that, else the next one's. Any thread; blocks. */
    public long seqAt(int channel, long timeMs) throws IOException {
        return begun(channel).seqAt(timeMs);
    }

    /** The sequence number of the first record that is not older than that, sought from the first one on. Any thread; blocks. */
    public long notOlder(int channel, long timeMs) throws IOException {
        return begun(channel).notOlder(timeMs);
    }

    /** A time that no record of a channel is older than, found without looking through a file. Any thread; blocks. */
    public long notBeforeMs(int channel) throws IOException {
        return begun(channel).notBeforeMs();
    }

    /** The sequence number from which on the records take no more than so many bytes, roughly. Any thread; blocks. */
    public long lastBytes(int channel, long bytes) throws IOException {
        return begun(channel).lastBytes(bytes);
    }

    /** How many bytes the files of a channel have. Any thread; blocks. */
    public long bytes(int channel) throws IOException {
        return begun(channel).bytes();
    }

    /** Makes durable what was flushed when this began, or fails, as it does from then on. Any thread; blocks, also for another one's. */
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
        named = false; // before, so that what comes meanwhile is synced the next time
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
        unsynced.remove(channel, records); // before, so that what is written meanwhile is synced the next time
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

    /** Closes all files. What was flushed is durable then. */
    public void close() throws IOException {
        Closing.all(channels.values().stream()
                .map(records -> (Closeable) records::close)
                .toList());
    }
}
