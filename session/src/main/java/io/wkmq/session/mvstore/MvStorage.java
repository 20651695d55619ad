package io.wkmq.session.mvstore;

import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.LocalDisk;
import io.wkmq.channel.storage.Log;
import io.wkmq.channel.storage.LogFiles;
import io.wkmq.session.RetainedStore;
import io.wkmq.session.SessionStore;
import io.wkmq.session.SessionStore.Completion;
import io.wkmq.session.mvstore.ChangeQueue.Change;
import io.wkmq.session.mvstore.ChangeQueue.Item;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Durable storage for a node's sessions and retained messages: a write-ahead log that makes changes durable, and an MVStore
 * file with the state as of the last checkpoint. Thread-safe.
 *
 * <p>Changes come from any thread and never block. The storage thread takes all queued changes, writes them to the log as one
 * record, syncs once, and then completes the flushes among them; meanwhile the next batch accumulates. A second thread writes
 * checkpoints and compacts the file.
 *
 * <p>Behaviour at the limits is described in {@link StorageOptions} and docs/adr/0002-storage.md. In short: a message that is
 * not accepted makes the calling thread's next flush of that store fail; while the disk is full flushes fail, and the storage
 * recovers by itself once there is space; after an I/O error every flush fails until the storage is reopened.
 */
public final class MvStorage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MvStorage.class);

    /** The memory taken by a queued change, excluding the message it may refer to. */
    private static final long CHANGE_BYTES = 96;

    private final Closeable lock;
    private final StorageOptions options;
    private final StorageStatus status;
    private final ChangeQueue queue = new ChangeQueue();
    private final StorageCounters counters = new StorageCounters();
    private final LogFiles files;
    private final Log log;
    private final Checkpointer checkpointer;
    private final StorageLoop loop;
    private final Thread thread;
    private final MvSessionStore sessions = new MvSessionStore(this);
    private final MvRetainedStore retained = new MvRetainedStore(this);

    private volatile boolean closing;
    private volatile boolean ended;

    private MvStorage(OpenedStorage opened, StorageOptions options) {
        this.lock = opened.lock();
        this.options = options;
        this.status = new StorageStatus();
        this.files = opened.files();
        this.log = opened.log();
        this.checkpointer = new Checkpointer(opened, options, status, counters, this::wakeUp);
        this.loop = new StorageLoop(opened, queue, checkpointer, status, options, counters);
        this.thread = new Thread(loop, "wkmq-storage");
        this.thread.setDaemon(true);
    }

    /**
     * Opens the storage in a directory, which is created if missing. Blocks while the log is replayed.
     *
     * @throws io.wkmq.channel.storage.StorageException if another process uses the directory, or the storage is damaged and
     *     {@link StorageOptions#failOnCorruption} is set
     * @throws IOException on a disk error
     */
    public static MvStorage open(Path directory, StorageOptions options) throws IOException {
        return open(new LocalDisk(), directory, options);
    }

    static MvStorage open(Disk disk, Path directory, StorageOptions options) throws IOException {
        MvStorage storage = new MvStorage(new StorageOpener(disk, directory, options).open(), options);
        storage.thread.start();
        storage.checkpointer.start();
        return storage;
    }

    /** Returns the session store. */
    public SessionStore sessions() {
        return sessions;
    }

    /** Returns the store of retained messages. */
    public RetainedStore retained() {
        return retained;
    }

    /** Returns whether durable writes are accepted. */
    public boolean writable() {
        return trouble() == null;
    }

    /** Returns an operator-readable reason why durable writes are not accepted at present; null if they are. */
    public @Nullable String trouble() {
        if (closing) {
            return "The storage is closed";
        }
        return refusal(options.queueBytesMax() / 2);
    }

    /** Returns why nothing may be added at present, or null. */
    private @Nullable String refusal(long queueBytesMax) {
        String refusal = status.refusal();
        if (refusal != null) {
            return refusal;
        }
        long waiting = queue.bytes();
        if (waiting > queueBytesMax) {
            return "The disk is too slow: " + waiting + " bytes wait; expected at most " + queueBytesMax;
        }
        if (files.totalBytes() > options.logBytesMax()) {
            return "The disk is too slow: the log has " + files.totalBytes() + " bytes that wait for a checkpoint;"
                    + " expected at most " + options.logBytesMax();
        }
        return null;
    }

    /** Returns the figures for metrics. */
    public StorageStatistics statistics() {
        return new StorageStatistics(
                queue.bytes(),
                counters.commits(),
                counters.commitNanos(),
                counters.loggedBytes(),
                counters.checkpoints(),
                counters.checkpointsAwaited(),
                counters.failedFlushes(),
                counters.refusedAdditions(),
                files.totalBytes(),
                checkpointer.stateBytes());
    }

    /** Queues a change that adds no significant amount of data. */
    void change(Change change) {
        if (queue.bytes() > 2 * options.queueBytesMax()) {
            status.fence("The disk does not keep up: " + queue.bytes() + " bytes wait", null);
        }
        submit(Item.change(change, CHANGE_BYTES));
    }

    /** Queues a change that adds a message; returns null, or the reason why it was not accepted. */
    @Nullable
    String add(Change change, long bytes) {
        String refusal = refusal(options.queueBytesMax() - bytes);
        if (refusal == null) {
            submit(Item.change(change, CHANGE_BYTES + bytes));
        } else {
            counters.additionRefused();
        }
        return refusal;
    }

    void flush(Completion completion, RefusedAdditions refused) {
        submit(Item.flush(completion, refused.take()));
    }

    /** Reads the state as of the last checkpoint, which is the state at opening if nothing has changed since. Blocks. */
    void read(Consumer<Tables> reader) {
        checkpointer.read(reader);
    }

    private void submit(Item item) {
        if (queue.add(item)) {
            wakeUp();
        }
        if (ended) {
            failLeftovers();
        }
    }

    /** Fails flushes left in the queue after the storage thread has ended. */
    private void failLeftovers() {
        for (Item item = queue.takeAll(); item != null; item = item.next()) {
            if (item.completion != null) {
                item.completion.failed("The storage is closed");
            }
        }
    }

    private void wakeUp() {
        LockSupport.unpark(thread);
    }

    /** Writes everything queued and closes the files. Blocks. Later changes are lost and their flushes fail. */
    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        loop.close();
        wakeUp();
        Threads.join(thread);
        ended = true;
        failLeftovers();
        loop.sync();
        checkpointer.stop();
        checkpointer.finish(loop.checkpoint());
        try {
            log.close();
            files.close();
        } catch (IOException e) {
            LOG.warn("Cannot close the log", e);
        }
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("Cannot release the lock of the data directory", e);
        }
    }
}
