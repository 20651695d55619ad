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
 * The durable storage of a node's sessions and retained messages: a log that makes changes durable, and an MVStore file with
 * the state as of the last checkpoint. Thread-safe.
 *
 * <p>Changes come from any thread and never wait. The storage thread takes all that has gathered, writes it to the log as one
 * record, syncs once, and then completes the flushes among it; while it syncs the next batch gathers. A second thread writes
 * checkpoints and compacts the file.
 *
 * <p>What happens at the limits is said at {@link StorageOptions} and docs/adr/0002-storage.md. In short: a message that
 * cannot be taken lets the calling thread's next flush at that store fail; while the disk is full flushes fail, and the storage goes
 * on by itself once there is space; after an I/O error no flush succeeds any more until the storage is opened again.
 */
public final class MvStorage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MvStorage.class);

    /** What a change takes while it waits, beside the message it may refer to. */
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
     * Opens the storage in a directory, which is made if it is not there. Blocks while the log is read.
     *
     * @throws io.wkmq.channel.storage.StorageException if another process uses the directory, or the storage is damaged and
     *     {@link StorageOptions#failOnCorruption} says so
     * @throws IOException if the disk does not work
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

    /** The sessions. */
    public SessionStore sessions() {
        return sessions;
    }

    /** The retained messages. */
    public RetainedStore retained() {
        return retained;
    }

    /** Whether durable writes are taken. */
    public boolean writable() {
        return trouble() == null;
    }

    /** Why durable writes are not taken now, for an operator; null if they are. */
    public @Nullable String trouble() {
        if (closing) {
            return "The storage is closed";
        }
        return refusal(options.queueBytesMax() / 2);
    }

    /** Why nothing may be added now, or null. */
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

    /** Figures for metrics. */
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

    /** Takes a change that adds nothing of size. */
    void change(Change change) {
        if (queue.bytes() > 2 * options.queueBytesMax()) {
            status.fence("The disk does not keep up: " + queue.bytes() + " bytes wait", null);
        }
        submit(Item.change(change, CHANGE_BYTES));
    }

    /** Takes a change that adds a message; returns null, or why it was not taken. */
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

    /** Reads the state as of the last checkpoint: as it was at the opening, if there was no change since. Blocks. */
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

    /** Nobody takes from the queue any more. */
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

    /** Writes what has gathered and closes the files. Blocks. Changes that come later are lost, their flushes fail. */
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
