package io.wkmq.channel.records;

import io.wkmq.channel.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file with records of a channel whose sequence numbers follow each other. One thread writes; any thread reads what was written
 * when it began. The file is open from its first use on until it is closed, and may be used again then.
 */
final class RecordFile {
    private static final Logger LOG = LoggerFactory.getLogger(RecordFile.class);

    /** The longest record that is read. */
    private static final int RECORD_BYTES_MAX = 512 << 20;

    private static final int WINDOW_BYTES = 64 << 10;

    private final Disk disk;
    private final Path path;
    private final RecordFormat format;
    private final OpenFiles files;
    private final long first;

    /** Held to read: then the file stays open. */
    private final ReadWriteLock open = new ReentrantReadWriteLock();

    private @Nullable FileChannel channel;
    private volatile boolean deleted;
    private SparseIndex index = new SparseIndex();

    /** Whether the index, the end and what comes next are as they should be. */
    private boolean known;

    /** Whether records are written to it: then it is known however often it is closed. */
    private volatile boolean active;

    private volatile boolean syncFailed;
    private volatile long next;
    private volatile int end;
    private volatile boolean synced = true;

    /** Up to where its records should go, and do not. */
    private volatile long incomplete;

    /** Whether that was said. */
    private final AtomicBoolean told = new AtomicBoolean();

    RecordFile(Disk disk, OpenFiles files, Path path, int channelNumber, long first) {
        this.disk = disk;
        this.files = files;
        this.path = path;
        this.format = new RecordFormat(channelNumber);
        this.first = first;
        this.next = first;
    }

    int bytes() {
        return end;
    }

    /**
     * Begins to write behind its records; removes what is behind the last one that counts. By the writer.
     *
     * @param until the sequence number behind that one
     * @return whether there is what there should be; if not, nothing may be written
     */
    boolean activate(long until) throws IOException {
        if (active) {
            return true;
        }
        active = open(until);
        if (active) {
            cut(until);
        }
        return active;
    }

    /** Ends writing. By the writer. */
    void passivate() {
        active = false;
    }

    /**
     * Opens the file, if it is not, and finds out what is in it.
     *
     * @param until the sequence number where its records end at the latest: what is behind it does not count
     * @return whether there is what there should be, up to {@code until}
     */
    private boolean open(long until) throws IOException {
        files.use(this); // before the lock is held: it may wait for who reads another one

        open.writeLock().lock();
        try {
            FileChannel file = channel;
            if (file == null) {
                if (deleted) {
                    return false;
                }
                file = disk.open(path);
                channel = file;
            }
            if (!known) {
                index = new SparseIndex();
                next = first;
                end = 0;
                known = true;
            }
            if (next < until) {
                scan(file, until);
            }
            return next >= until;
        } finally {
            open.writeLock().unlock();
        }
    }

    /** Goes on with what is behind the last record that is known. */
    private void scan(FileChannel from, long until) throws IOException {
        Window window = new Window(from, Math.min(from.size(), Integer.MAX_VALUE));
        int position = end;
        long seq = next;
        ByteBuffer at = window.at(position);
        while (seq < until && at != null && format.whole(at) && RecordFormat.seq(at) == seq) {
            index.add(seq++, RecordFormat.timeMs(at), position);
            position += RecordFormat.bytes(at);
            at = window.at(position);
        }
        end = position;
        next = seq;
    }

    /** Sees to it that the file is open, and stays so until {@link #leave}; null if it was deleted. */
    private @Nullable FileChannel enter(long until) throws IOException {
        files.use(this);
        while (true) {
            open.readLock().lock();
            if (deleted) {
                return null;
            }
            FileChannel file = channel;
            if (file != null && (next >= until || incomplete == until)) {
                return file;
            }
            leave();
            if (!open(until)) {
                incomplete = until;
                tellDamage(until);
            }
        }
    }

    /** Once of each file: who reads passes over what is lost, or is told that it is damaged. */
    private void tellDamage(long until) {
        if (!deleted && told.compareAndSet(false, true)) {
            LOG.error(
                    "Records of a channel are lost or damaged. Restore the file from a backup, or trim the channel behind them"
                            + " file={} intact={} expected={}",
                    path,
                    next,
                    until);
        }
    }

    private DamagedRecordException damaged(long position, long until) {
        tellDamage(until);
        return new DamagedRecordException(path, position, until);
    }

    private void leave() {
        open.readLock().unlock();
    }

    private void cut(long until) throws IOException {
        FileChannel file = enter(until);
        try {
            if (file != null && file.size() > end) {
                file.truncate(end);
                synced = false;
            }
        } finally {
            leave();
        }
    }

    /**
     * Writes encoded records behind the last one. If that fails none of them is there, and it may be tried again. By the writer, while
     * the file is active.
     *
     * @param records their bytes
     */
    void append(ByteBuffer records) throws IOException {
        FileChannel file = enter(next);
        try {
            if (file == null) {
                throw new IllegalStateException("The file " + path + " is written but was deleted");
            }
            append(file, records);
        } finally {
            leave();
        }
    }

    private void append(FileChannel file, ByteBuffer records) throws IOException {
        ByteBuffer parsed = records.duplicate();
        int position = end;
        while (records.hasRemaining()) {
            position += file.write(records, position);
        }
        synced = false; // behind the write: a sync that begins in between has it too
        int at = end;
        long seq = next;
        while (parsed.hasRemaining()) {
            index.add(seq++, RecordFormat.timeMs(parsed), at);
            int bytes = RecordFormat.bytes(parsed);
            at += bytes;
            parsed.position(parsed.position() + bytes);
        }
        end = at;
        next = seq;
    }

    /** Makes durable what was written. By any thread; what is written meanwhile may not be. */
    void sync() throws IOException {
        open.readLock().lock();
        try {
            sync(channel);
        } finally {
            open.readLock().unlock();
        }
    }

    /** One at a time, and to be told of a failure for ever: who finds that somebody else has synced has to wait until he is done. */
    private synchronized void sync(@Nullable FileChannel file) throws IOException {
        if (syncFailed) {
            throw new IOException("The file " + path + " could not be synced before: nobody knows what is on disk");
        }
        if (file != null && !synced) {
            synced = true; // before, so that what is written meanwhile is synced the next time
            syncFailed = true;
            file.force(false);
            syncFailed = false;
        }
    }

    /**
     * Reads records in their order.
     *
     * @param from the first one that is wanted
     * @param until the sequence number behind the last one that is
     * @param into takes them
     * @param limit how many, and how many bytes of them at most; the first is read however large it is
     */
    void read(long from, long until, List<ChannelRecord> into, ReadLimit limit) throws IOException {
        FileChannel file = enter(until);
        try {
            if (file == null) {
                return;
            }
            int position = index.positionOf(from);
            Window window = new Window(file, end);
            while (limit.more()) {
                ByteBuffer at = window.at(position);
                if (at == null) {
                    return;
                }
                if (!format.whole(at)) {
                    throw damaged(position, until);
                }
                if (RecordFormat.seq(at) >= until) {
                    return;
                }
                int bytes = RecordFormat.bytes(at);
                if (RecordFormat.seq(at) >= from) {
                    into.add(RecordFormat.read(at));
                    limit.read(bytes);
                }
                position += bytes;
            }
        } finally {
            leave();
        }
    }

    /** The sequence number of the first record that is not older than that; {@code until} if all in front of it are. */
    long seqAt(long timeMs, long until) throws IOException {
        FileChannel file = enter(until);
        try {
            if (file == null) {
                return until;
            }
            int position = index.positionAt(timeMs);
            Window window = new Window(file, end);
            for (ByteBuffer at = window.at(position); at != null; at = window.at(position)) {
                if (!format.whole(at)) {
                    throw damaged(position, until);
                }
                if (RecordFormat.timeMs(at) >= timeMs) {
                    return Math.min(until, RecordFormat.seq(at));
                }
                position += RecordFormat.bytes(at);
            }
            return until;
        } finally {
            leave();
        }
    }

    /** When its first record was appended, by its own account; reads no other one. {@code none} if that cannot be said. */
    long firstTimeMs(long none) throws IOException {
        open.readLock().lock();
        try {
            if (channel != null) {
                return firstTimeMs(channel, none);
            }
            if (deleted || !disk.exists(path)) {
                return none;
            }
            try (FileChannel file = disk.open(path)) {
                return firstTimeMs(file, none);
            }
        } finally {
            open.readLock().unlock();
        }
    }

    private long firstTimeMs(FileChannel file, long none) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(RecordFormat.HEAD_BYTES);
        while (head.hasRemaining()) {
            if (file.read(head, head.position()) < 0) {
                return none;
            }
        }
        head.flip();
        return RecordFormat.seq(head) == first ? RecordFormat.timeMs(head) : none;
    }

    /** How many bytes the file has, be it open or not; 0 if it was deleted. */
    long size() throws IOException {
        open.readLock().lock();
        try {
            if (known) {
                return end;
            }
            if (deleted || !disk.exists(path)) {
                return 0;
            }
            try (FileChannel file = disk.open(path)) {
                return file.size();
            }
        } finally {
            open.readLock().unlock();
        }
    }

    /** The sequence number from which on the records take that many bytes, or a step of the index more. */
    long lastBytes(long bytes, long until) throws IOException {
        FileChannel file = enter(until);
        try {
            return file == null ? until : index.seqAround(end - bytes, until);
        } finally {
            leave();
        }
    }

    /** Closes the file; it may be opened again. What was written is durable. Waits for who reads. Any thread. */
    void close() throws IOException {
        try {
            sync();
        } finally {
            open.writeLock().lock();
            try {
                syncAndClose();
            } finally {
                open.writeLock().unlock();
            }
        }
    }

    private void syncAndClose() throws IOException {
        try {
            sync(channel); // what was written meanwhile
        } finally {
            closeNow();
        }
    }

    private void closeNow() throws IOException {
        FileChannel file = channel;
        channel = null;
        known = known && active; // else its index would take memory for nothing
        if (file != null) {
            file.close();
        }
    }

    /** Closes and deletes the file. Who reads it finds nothing. */
    void delete() throws IOException {
        files.forget(this);
        open.writeLock().lock();
        try {
            deleted = true;
            closeNow();
            disk.delete(path);
        } finally {
            open.writeLock().unlock();
        }
    }

    /** A part of a file that moves on. One thread. */
    private static final class Window {
        private final FileChannel file;
        private final long size;
        private ByteBuffer bytes = ByteBuffer.allocate(0);
        private long start;

        Window(FileChannel file, long size) {
            this.file = file;
            this.size = size;
        }

        /** The bytes from a position on, a whole record if there is one; null at the end. */
        @Nullable
        ByteBuffer at(long position) throws IOException {
            if (position >= size) {
                return null;
            }
            int wanted = RecordFormat.HEAD_BYTES;
            if (!has(position, wanted)) {
                load(position, WINDOW_BYTES);
            }
            bytes.position((int) (position - start));
            if (bytes.remaining() >= Integer.BYTES) {
                wanted = RecordFormat.bytes(bytes);
                if (wanted > 0 && wanted <= RECORD_BYTES_MAX && !has(position, wanted)) {
                    load(position, Math.max(wanted, WINDOW_BYTES));
                }
            }
            return bytes.position((int) (position - start));
        }

        private boolean has(long position, int count) {
            return position >= start && position + count <= start + bytes.limit();
        }

        private void load(long position, int count) throws IOException {
            bytes = ByteBuffer.allocate((int) Math.min(count, size - position));
            start = position;
            while (bytes.hasRemaining() && file.read(bytes, position + bytes.position()) >= 0) {
                // until there are as many
            }
            bytes.flip();
        }
    }
}
