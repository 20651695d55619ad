package io.wkmq.channel.records;

import io.wkmq.channel.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
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

    private final Disk disk;
    private final Path path;
    private final RecordFormat format;
    private final OpenFiles files;
    private final SparseIndex.Step begin;

    /** Held to read: then the file stays open. */
    private final ReadWriteLock open = new ReentrantReadWriteLock();

    private @Nullable FileChannel channel;
    private volatile boolean deleted;
    private SparseIndex index = new SparseIndex();

    /** Whether the index, the end and what comes next are as they should be. */
    private boolean known;

    /** Whether records are written to it: then it is known however often it is closed. */
    private volatile boolean active;

    /** Whether no more is to be written to it. */
    private boolean over;

    private volatile boolean syncFailed;
    private volatile long next;
    private volatile int end;
    private volatile boolean synced = true;

    /** Up to where its records should go, and do not. */
    private volatile long incomplete;

    /** Whether that was said. */
    private final AtomicBoolean told = new AtomicBoolean();

    /** Whether it was said that the disk cannot read a part. */
    private final AtomicBoolean unreadableTold = new AtomicBoolean();

    RecordFile(Disk disk, OpenFiles files, Path path, int channelNumber, long first) {
        this.disk = disk;
        this.files = files;
        this.path = path;
        this.format = new RecordFormat(channelNumber);
        this.begin = new SparseIndex.Step(first, 0);
        this.next = first;
    }

    int bytes() {
        return end;
    }

    /** The sequence number of the first record that it has, or should have. */
    long first() {
        return begin.seq();
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
            FileChannel file = opened();
            if (file == null) {
                return false;
            }
            if (!known) {
                index = new SparseIndex();
                next = begin.seq();
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

    private @Nullable FileChannel opened() throws IOException {
        if (channel == null && !deleted) {
            channel = disk.open(path);
        }
        return channel;
    }

    /** Goes on with what is behind the last record that is known. */
    private void scan(FileChannel from, long until) throws IOException {
        FileWalk walk = new FileWalk(from, from.size(), format, index, new SparseIndex.Step(next, end), until);
        for (ByteBuffer at = walk.next(); at != null; at = walk.next()) {
            if (RecordFormat.seq(at) != walk.expected()) {
                tellDamage(until);
            }
            index.add(RecordFormat.seq(at), RecordFormat.timeMs(at), walk.start());
        }
        tellUnreadable(walk);
        end = walk.position();
        next = walk.seq();
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
            if (file != null && known && (next >= until || incomplete == until)) {
                return file;
            }
            leave();
            if (!open(until)) {
                incomplete = until;
                tellDamage(until);
            }
        }
    }

    /** Once of each file: who reads passes over what is lost. */
    private void tellDamage(long until) {
        if (!deleted && told.compareAndSet(false, true)) {
            LOG.error(
                    "Records of a channel are lost or damaged file={} records={} to={}", path, begin.seq(), until - 1);
        }
    }

    /** Once of each file. */
    private void tellUnreadable(FileWalk walk) {
        IOException failure = walk.failure();
        if (failure != null && unreadableTold.compareAndSet(false, true)) {
            LOG.error("The disk cannot read a part of a file with records of a channel file={}", path, failure);
        }
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

    /** The sequence number behind the last intact record that the file has, whether it counts or not; all of it is on disk then. */
    long there() throws IOException {
        files.use(this);
        open.writeLock().lock();
        try {
            FileChannel file = opened();
            if (file == null) {
                return begin.seq();
            }
            file.force(false);
            FileWalk walk = new FileWalk(file, file.size(), format, new SparseIndex(), begin, Long.MAX_VALUE);
            long behind = begin.seq();
            while (walk.next() != null) {
                behind = walk.seq();
            }
            return behind;
        } finally {
            open.writeLock().unlock();
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
            FileWalk walk = new FileWalk(file, end, format, index, index.before(from, begin), until);
            while (limit.more()) {
                ByteBuffer at = walk.next();
                if (at == null) {
                    break;
                }
                if (RecordFormat.seq(at) >= from) {
                    into.add(RecordFormat.read(at));
                    limit.read(walk.position() - walk.start());
                }
            }
            tellUnreadable(walk);
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
            if (file == null) {
                return until;
            }
            FileWalk walk = new FileWalk(file, end, format, index, index.beforeTime(timeMs, begin), until);
            for (ByteBuffer at = walk.next(); at != null; at = walk.next()) {
                if (RecordFormat.timeMs(at) >= timeMs) {
                    return walk.expected();
                }
            }
            return walk.expected();
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
        try {
            while (head.hasRemaining()) {
                if (file.read(head, head.position()) < 0) {
                    return none;
                }
            }
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) { // damaged as any other
            return none;
        }
        head.flip();
        return RecordFormat.seq(head) == begin.seq() ? RecordFormat.timeMs(head) : none;
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

    /**
     * Looks whether records are on the disk as they were written, up to a bound. Any thread; blocks.
     *
     * @param from the first one to be looked at
     * @param until the one behind the last
     * @param bytesMax behind so many bytes it ends
     * @param lost takes those that are not
     * @return the one to go on with; {@code until} if there is none
     */
    SparseIndex.Step check(SparseIndex.Step from, long until, long bytesMax, LostRecords lost) throws IOException {
        SparseIndex.Step end = new SparseIndex.Step(until, from.position());
        if (vanished()) {
            lost.add(path, from.seq(), until);
            return end;
        }
        FileChannel file = hold();
        try {
            return file == null ? end : check(file, from, end, bytesMax, lost);
        } finally {
            leave();
        }
    }

    private SparseIndex.Step check(
            FileChannel file, SparseIndex.Step from, SparseIndex.Step end, long bytesMax, LostRecords lost)
            throws IOException {
        FileWalk walk = new FileWalk(file, file.size(), format, index, from, end.seq());
        SparseIndex.Step behind = check(walk, from, end, bytesMax, lost);
        tellUnreadable(walk);
        return behind;
    }

    private SparseIndex.Step check(
            FileWalk walk, SparseIndex.Step from, SparseIndex.Step end, long bytesMax, LostRecords lost)
            throws IOException {
        while (walk.position() - from.position() < bytesMax) {
            ByteBuffer at = walk.next();
            long found = at == null ? end.seq() : RecordFormat.seq(at);
            if (found > walk.expected()) {
                lost.add(path, walk.expected(), found);
            }
            if (at == null) {
                return new SparseIndex.Step(end.seq(), walk.position());
            }
        }
        return new SparseIndex.Step(walk.seq(), walk.position());
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

    /** Forgets what it knows of a file that is not written: all records are there, whatever could be read before. Any thread. */
    void lookAnew() {
        open.writeLock().lock();
        try {
            if (!active) {
                known = false;
                incomplete = 0;
            }
        } finally {
            open.writeLock().unlock();
        }
    }

    /** Fails if records are written to it: they would be lost with it. */
    void requireNotWritten() throws IOException {
        if (active) {
            throw new IOException(
                    "The file " + path + " is written; expected one that was sealed before it is replaced");
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
            synced = true; // what was written before is in the other file
            closeNow();
            disk.rename(with, path);
            known = false;
            index = new SparseIndex();
            incomplete = 0;
            told.set(false);
            unreadableTold.set(false);
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
