package io.wkmq.channel.records;

import io.wkmq.channel.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * One file with consecutive records of a channel. One thread writes; any thread reads what was written before it began. The file is opened
 * on first use, and reopened after it was closed.
 */
final class RecordFile {
    private final Disk disk;
    private final Path path;
    private final OpenFiles files;

    /** The read lock keeps the file open. */
    private final ReadWriteLock open = new ReentrantReadWriteLock();

    private @Nullable FileChannel channel;
    private final FileRecords records;
    private final FileSync sync;
    private volatile boolean deleted;

    /** Whether records are being written to it: then its state is retained when it is closed. */
    private volatile boolean active;

    /** Whether no more may be written to it. */
    private boolean over;

    RecordFile(Disk disk, OpenFiles files, Path path, int channelNumber, long first) {
        this.disk = disk;
        this.files = files;
        this.path = path;
        this.records = new FileRecords(path, channelNumber, first);
        this.sync = new FileSync(path);
    }

    int bytes() {
        return records.end();
    }

    /** Returns the sequence number of the first record that it has, or should have. */
    long first() {
        return records.first();
    }

    /**
     * Prepares for appending; truncates what follows the last record that counts. Call from the writer.
     *
     * @param until the sequence number after that record
     * @param keeping whether what follows is kept until it is overwritten
     * @return whether all records up to {@code until} are there; if not, nothing may be written
     */
    boolean activate(long until, boolean keeping) throws IOException {
        if (over) {
            return false;
        }
        if (active) {
            return true;
        }
        active = open(until);
        if (active && !keeping) {
            cut(until);
        }
        return active;
    }

    /** Stops writing. Call from the writer. */
    void passivate() {
        active = false;
    }

    /** Stops writing permanently. Call from the writer. */
    void seal() {
        over = true;
        passivate();
    }

    /** Fails if records are being written to the file: they would be lost with it. */
    void requireNotWritten() throws IOException {
        if (active) {
            throw new IOException(
                    "The file " + path + " is written; expected one that was sealed before it is replaced");
        }
    }

    /** Opens the file if necessary, and locates its records. Returns whether all records up to a number are there. */
    private boolean open(long until) throws IOException {
        files.use(this); // before locking: it may wait for readers of another file

        open.writeLock().lock();
        try {
            FileChannel file = opened();
            return file != null && records.find(file, until);
        } finally {
            open.writeLock().unlock();
        }
    }

    private @Nullable FileChannel opened() throws IOException {
        if (channel == null && !deleted) {
            channel = disk.open(path);
        }
        return channel;
    }

    /** Opens the file and keeps it open until {@link #leave}; returns null if it was deleted. */
    private @Nullable FileChannel enter(long until) throws IOException {
        files.use(this);
        while (true) {
            open.readLock().lock();
            if (deleted) {
                return null;
            }
            FileChannel file = channel;
            if (file != null && records.sought(until)) {
                return file;
            }
            leave();
            if (!open(until) && !deleted) {
                records.lack(until);
            }
        }
    }

    /** Opens the file whatever it contains, and keeps it open until {@link #leave}; returns null if it was deleted. */
    private @Nullable FileChannel hold() throws IOException {
        files.use(this);
        while (true) {
            open.readLock().lock();
            if (deleted || channel != null) {
                return channel;
            }
            leave();
            open.writeLock().lock();
            try {
                opened();
            } finally {
                open.writeLock().unlock();
            }
        }
    }

    private void leave() {
        open.readLock().unlock();
    }

    private void cut(long until) throws IOException {
        FileChannel file = enter(until);
        try {
            if (file != null && file.size() > records.end()) {
                file.truncate(records.end());
                sync.changed();
            }
        } finally {
            leave();
        }
    }

    /**
     * Writes encoded records after the last one. If that fails none of them counts, and the call may be repeated. Call from the writer,
     * while the file is active.
     *
     * @param encoded their bytes
     */
    void append(ByteBuffer encoded) throws IOException {
        FileChannel file = enter(records.next());
        try {
            if (file == null) {
                throw new IllegalStateException("The file " + path + " is written but was deleted");
            }
            ByteBuffer written = encoded.duplicate();
            records.write(file, encoded);
            sync.changed();
            records.take(written);
        } finally {
            leave();
        }
    }

    /** Makes everything written before the call durable. Callable from any thread. */
    void sync() throws IOException {
        open.readLock().lock();
        try {
            sync.sync(channel);
        } finally {
            open.readLock().unlock();
        }
    }

    /**
     * Returns the sequence number after the last intact record in the file, whether or not it counts; all of the file is on disk on return.
     */
    long there() throws IOException {
        files.use(this);
        open.writeLock().lock();
        try {
            FileChannel file = opened();
            if (file == null) {
                return records.first();
            }
            file.force(false);
            return records.there(file);
        } finally {
            open.writeLock().unlock();
        }
    }

    /** Reads records in order: see {@link FileRecords#read}. */
    void read(long from, long until, List<ChannelRecord> into, ReadLimit limit) throws IOException {
        FileChannel file = enter(until);
        try {
            if (file != null) {
                records.read(file, from, until, into, limit);
            }
        } finally {
            leave();
        }
    }

    /**
     * Returns the sequence number of the first record that is not older than this time; {@code until} if all before it are older. The time
     * of damaged records is unknown: if one of them may be the first, its number is returned.
     */
    long seqAt(long timeMs, long until) throws IOException {
        FileChannel file = enter(until);
        try {
            return file == null ? until : records.seqAt(file, timeMs, until);
        } finally {
            leave();
        }
    }

    /** Returns the sequence number from which on the records take this many bytes, or up to one index step more. */
    long lastBytes(long bytes, long until) throws IOException {
        FileChannel file = enter(until);
        try {
            return file == null ? until : records.lastBytes(bytes, until);
        } finally {
            leave();
        }
    }

    /** Returns when the first record was appended, according to its unverified header; reads nothing else. {@code none} if unknown. */
    long firstTimeMs(long none) throws IOException {
        open.readLock().lock();
        try {
            if (channel != null) {
                return records.firstTimeMs(channel, none);
            }
            if (deleted || !disk.exists(path)) {
                return none;
            }
            try (FileChannel file = disk.open(path)) {
                return records.firstTimeMs(file, none);
            }
        } finally {
            open.readLock().unlock();
        }
    }

    /** Returns the size of the file, whether or not it is open; 0 if it was deleted. */
    long size() throws IOException {
        open.readLock().lock();
        try {
            if (records.known()) {
                return records.end();
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

    /** Checks that records on disk are undamaged, up to a limit: see {@link FileRecords#check}. Callable from any thread; blocks. */
    SparseIndex.Step check(SparseIndex.Step from, long until, long bytesMax, LostRecords lost) throws IOException {
        if (vanished()) {
            lost.add(path, from.seq(), until);
            return new SparseIndex.Step(until, from.position());
        }
        FileChannel file = hold();
        try {
            return file == null
                    ? new SparseIndex.Step(until, from.position())
                    : records.check(file, from, until, bytesMax, lost);
        } finally {
            leave();
        }
    }

    /** Returns whether the file was deleted from outside: it may be open nevertheless. */
    private boolean vanished() {
        open.readLock().lock();
        try {
            return !deleted && !disk.exists(path);
        } finally {
            leave();
        }
    }

    /** Forgets what is known of a file that is not being written, because all its records were found intact. Callable from any thread. */
    void lookAnew() {
        open.writeLock().lock();
        try {
            if (!active) {
                records.lookAnew();
            }
        } finally {
            open.writeLock().unlock();
        }
    }

    /** Closes the file; it may be reopened. What was written is durable. Waits for readers. Callable from any thread. */
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
            sync.sync(channel); // what was written meanwhile
        } finally {
            closeNow();
        }
    }

    private void closeNow() throws IOException {
        FileChannel file = channel;
        channel = null;
        if (!active) {
            records.forget();
        }
        if (file != null) {
            file.close();
        }
    }

    /**
     * Replaces this file by another one, which must be durable and have all its records. Fails if records are being written to it. Callable
     * from any thread; waits for readers.
     */
    void replace(Path with) throws IOException {
        requireNotWritten();
        files.forget(this);
        open.writeLock().lock();
        try {
            if (deleted) {
                disk.delete(with);
                return;
            }
            sync.replaced();
            closeNow();
            disk.rename(with, path);
            records.replaced();
        } finally {
            open.writeLock().unlock();
        }
    }

    /** Closes and deletes the file. Readers find nothing. */
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
}
