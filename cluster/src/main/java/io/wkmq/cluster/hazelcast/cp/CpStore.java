package io.wkmq.cluster.hazelcast.cp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.engine.Histogram;
import io.wkmq.channel.engine.LogFigures;
import io.wkmq.channel.storage.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable state of all CP groups on this node: one write-ahead log with group commit. Thread-safe. A dedicated thread does all writing,
 * so that no interrupt can close a file.
 *
 * <p>After the first failure, whatever its cause, the store accepts nothing more: what is on disk is unknown then, and a group member must
 * have what it acknowledged. The node has to end.
 */
public final class CpStore implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(CpStore.class);

    private static final int RECORD_BYTES = 4 << 20;

    /**
     * The limits of a store.
     *
     * @param segmentBytes the length of a segment file of the log
     * @param queueBytesMax how many bytes may wait to be written before {@link #append} blocks
     */
    public record Limits(long segmentBytes, long queueBytesMax) {
        /** Limits that suit most nodes. */
        public static final Limits DEFAULTS = new Limits(16 << 20, 32 << 20);

        /** Checks each limit. */
        public Limits {
            if (segmentBytes < 4_096 || queueBytesMax < 4_096) {
                throw new IllegalArgumentException("The limits of the CP log are " + segmentBytes + " and "
                        + queueBytesMax + " bytes; expected at least 4096 each");
            }
        }
    }

    private final Path directory;
    private final Limits limits;
    private final CpLog log;
    private final Consumer<IOException> onBroken;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();

    /** Signals a change of any of the fields below. */
    private final Condition changed = lock.newCondition();

    private @Nullable CpSlots<CpChange> kept;

    @GuardedBy("lock")
    private final Deque<CpChange> queue = new ArrayDeque<>();

    @GuardedBy("lock")
    private long queuedBytes;

    /** How many changes were ever appended to the queue. */
    @GuardedBy("lock")
    private long appended;

    /** How many of them have been requested to be on disk. */
    @GuardedBy("lock")
    private long wanted;

    /** How many of them are on disk. */
    @GuardedBy("lock")
    private long durable;

    @GuardedBy("lock")
    private @Nullable IOException failure;

    @GuardedBy("lock")
    private boolean closed;

    private final AtomicBoolean failing = new AtomicBoolean();
    private final Histogram writes = Histogram.ofTimes();

    private CpStore(Path directory, Limits limits, CpOpener.Opened opened, Consumer<IOException> onBroken) {
        this.directory = directory;
        this.limits = limits;
        this.log = opened.log();
        this.kept = opened.kept();
        this.onBroken = onBroken;
        thread = new Thread(this::run, "wkmq-cp-log");
        thread.setDaemon(true);
    }

    /**
     * Opens the store of a directory, creating it if it does not exist.
     *
     * @param onBroken called once, by the store's thread or a reading one, when nothing more can be made durable; whoever waits for
     *     durability keeps waiting until it returns
     * @throws io.wkmq.channel.storage.StorageException if it is in use, damaged, or of another version
     */
    public static CpStore open(Disk disk, Path directory, Limits limits, Consumer<IOException> onBroken)
            throws IOException {
        CpOpener.Opened opened = new CpOpener(disk, directory, limits.segmentBytes()).open();
        CpStore store = new CpStore(directory, limits, opened, onBroken);
        store.thread.start();
        return store;
    }

    /** Returns the content found when the store was opened. Called once, before anything is appended. */
    CpSlots<CpChange> takeKept() {
        CpSlots<CpChange> taken = kept;
        if (taken == null) {
            throw new IllegalStateException("What the CP log in " + directory + " had was taken before");
        }
        kept = null;
        return taken;
    }

    /**
     * Appends a change behind all earlier ones; it is on disk after the next {@link #flush}. Blocks uninterruptibly while too much is
     * queued.
     */
    void append(CpChange change) throws IOException {
        lock.lock();
        try {
            check();
            while (queuedBytes >= limits.queueBytesMax()) {
                wanted = appended;
                changed.signalAll();
                changed.awaitUninterruptibly();
                check();
            }
            queue.add(change);
            queuedBytes += change.bytes();
            appended++;
        } finally {
            lock.unlock();
        }
    }

    /** Blocks uninterruptibly until everything appended before, by any group, is on disk. */
    void flush() throws IOException {
        lock.lock();
        try {
            long upTo = appended;
            wanted = Math.max(wanted, upTo);
            changed.signalAll();
            while (durable < upTo) {
                if (failure != null) {
                    throw broken(failure);
                }
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns whether an entry was written to disk since this store was opened, and so can be {@link #read} until a snapshot supersedes it.
     */
    boolean holds(CpGroup group, long index) {
        return log.holds(group, index);
    }

    /**
     * Reads the payload of an operation back from disk. Blocks for the disk.
     *
     * @throws IOException if it is not there as it was written, which breaks the store, since the node has lost what it acknowledged; also,
     *     without breaking the store, if the group was removed or the file cannot be opened at the moment
     */
    byte[] read(KeptOperation operation) throws IOException {
        lock.lock();
        try {
            check();
        } finally {
            lock.unlock();
        }
        byte @Nullable [] bytes;
        try {
            bytes = log.read(operation.group(), operation.index(), operation.length());
            if (bytes != null) {
                operation.check(bytes);
            }
        } catch (FileSystemException e) {
            if (!(e instanceof NoSuchFileException)) {
                throw e; // such as too many open files: the data is there and will be read next time
            }
            fail(e);
            throw broken(e);
        } catch (IOException e) {
            fail(e);
            throw broken(e);
        }
        if (bytes == null) {
            throw new IOException("The CP log in " + directory + " has nothing any more of " + operation.group());
        }
        return bytes;
    }

    /** Returns figures about what was written since the store was opened. */
    LogFigures figures() {
        lock.lock();
        try {
            return new LogFigures(writes.read(), durable, queue.size());
        } finally {
            lock.unlock();
        }
    }

    /** Appends a change, which is on disk on return. */
    void appendAndFlush(CpChange change) throws IOException {
        append(change);
        flush();
    }

    @GuardedBy("lock")
    private void check() throws IOException {
        if (failure != null) {
            throw broken(failure);
        }
        if (closed) {
            throw new IOException("The CP log in " + directory + " is closed");
        }
    }

    private IOException broken(IOException cause) {
        return new IOException("The CP log in " + directory + " takes nothing any more: " + cause.getMessage(), cause);
    }

    // a bug here must not look like a slow disk: it breaks the store
    @SuppressWarnings("IllegalCatch")
    private void run() {
        try {
            log.clean();
            for (List<CpChange> batch = next(); !batch.isEmpty(); batch = next()) {
                long since = System.nanoTime();
                log.append(batch);
                writes.record(System.nanoTime() - since);
                done(batch);
                log.clean();
            }
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            fail(new IOException("The thread of the CP log failed: " + e, e));
        }
    }

    /** Waits until a flush is requested and returns what to write; returns an empty list at the end. */
    private List<CpChange> next() {
        lock.lock();
        try {
            while (!closed && (queue.isEmpty() || wanted <= durable)) {
                changed.awaitUninterruptibly();
            }
            List<CpChange> batch = new ArrayList<>();
            long bytes = 0;
            while (!queue.isEmpty() && bytes < Math.min(RECORD_BYTES, limits.segmentBytes() / 2)) {
                CpChange change = queue.remove();
                bytes += change.bytes();
                batch.add(change);
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void done(List<CpChange> batch) {
        lock.lock();
        try {
            durable += batch.size();
            for (CpChange change : batch) {
                queuedBytes -= change.bytes();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The waiting threads are told last: whatever Hazelcast does about a failure is useless, and the node ends meanwhile. */
    private void fail(IOException cause) {
        if (!failing.compareAndSet(false, true)) {
            return;
        }
        LOG.error("The CP log in {} failed, this node must stop", directory, cause);
        try {
            onBroken.accept(cause);
        } finally {
            lock.lock();
            try {
                failure = cause;
                queue.clear();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Writes what was appended, if possible, and releases the directory. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        log.close();
    }
}
