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
 * One file with records of a channel whose sequence numbers follow each other. One thread writes; any thread reads what was written
 * when it began. The file is open from its first use on until it is closed, and may be used again then.
 */
final class RecordFile {
    private final Disk disk;
    private final Path path;
    private final OpenFiles files;

    /** Held to read: then the file stays open. */
    private final ReadWriteLock open = new ReentrantReadWriteLock();

    private @Nullable FileChannel channel;
    private final FileRecords records;
    private final FileSync sync;
    private volatile boolean deleted;

    /** Whether records are written to it: then it is known however often it is closed. */
    private volatile boolean active;

    /** Whether no more is to be written to it. */
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

    /** The sequence number of the first record that it has, or should have. */
    long first() {
        return records.first();
    }

    /**
     * Begins to write behind its records; removes what is behind the last one that counts. By the writer.
     *
     * @param until the sequence number behind that one
     * @param keeping whether what is behind it is only overwritten
     * @return whether there is what there should be; if not, nothing may be written
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

    /** Ends writing. By the writer. */
    void passivate() {
        active = false;
    }

    /** Ends writing for ever. By the writer. */
    void seal() {
        over = true;
        passivate();
    }

    /** Fails if records are written to it: they would be lost with it. */
    void requireNotWritten() throws IOException {
        if (active) {
            throw new IOException(
                    "The file " + path + " is written; expected one that was sealed before it is replaced");
        }
    }

    /** Opens the file, if it is not, and finds out what is in it. Returns whether there is what there should be, up to a number. */
    private boolean open(long until) throws IOException {
        files.use(this); // before the lock is held: it may wait for who reads another one

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

    /** Sees to it that the file is open, and stays so until {@link #leave}; null if it was deleted. */
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

    /** Sees to it that the file is open, whatever is in it, and stays so until {@link #leave}; null if it was deleted. */
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
     * Writes encoded records behind the last one. If that fails none of them is there, and it may be tried again. By the writer, while
     * the file is active.
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

    /** Makes durable what was written. By any thread; what is written meanwhile may not be. */
    void sync() throws IOException {
        open.readLock().lock();
        try {
            sync.sync(channel);
        } finally {
            open.readLock().unlock();
        }
    }

    /** The sequence number behind the last intact record that the file has, whether it counts or not; all of it is on disk then. */
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

    /** Reads records in their order: see {@link FileRecords#read}. */
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
     * The sequence number of the first record that is not older than that; {@code until} if all in front of it are. Of what is damaged
     * nobody knows the time: if it may be the one, it is.
     */
    long seqAt(long timeMs, long until) throws IOException {
        FileChannel file = enter(until);
        try {
            return file == null ? until : records.seqAt(file, timeMs, until);
        } finally {
            leave();
        }
    }

    /** The sequence number from which on the records take that many bytes, or a step of the index more. */
    long lastBytes(long bytes, long until) throws IOException {
        FileChannel file = enter(until);
        try {
            return file == null ? until : records.lastBytes(bytes, until);
        } finally {
            leave();
        }
    }

    /** When its first record was appended, by its own account; reads no other one. {@code none} if that cannot be said. */
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

    /** How many bytes the file has, be it open or not; 0 if it was deleted. */
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

    /** Looks whether records are on the disk as they were written, up to a bound: see {@link FileRecords#check}. Any thread; blocks. */
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

    /** Whether somebody else has deleted the file: it may be open all the same. */
    private boolean vanished() {
        open.readLock().lock();
        try {
            return !deleted && !disk.exists(path);
        } finally {
            leave();
        }
    }

    /** Forgets what it knows of a file that is not written: all records are there, whatever could be read before. Any thread. */
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
     * Takes another file in its place, which is durable and has all its records. Nothing may be written to it any more, else it fails. Any
     * thread; waits for who reads.
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
}
