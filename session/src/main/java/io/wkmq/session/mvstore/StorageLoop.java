package io.wkmq.session.mvstore;

import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.DiskFull;
import io.wkmq.channel.storage.Log;
import io.wkmq.channel.storage.LogFiles;
import io.wkmq.session.SessionStore.Completion;
import io.wkmq.session.mvstore.ChangeQueue.Item;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The storage thread: takes the queued changes, writes them to the log as one record with one sync, completes the flushes among
 * them, and submits checkpoints when due.
 */
final class StorageLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(StorageLoop.class);

    /** The size that ends a batch, so that its flushes need not wait for everything queued after them. */
    private static final long BATCH_BYTES = 2 << 20;

    /** How long, and up to which size, changes wait for a flush, so that an acknowledgement nobody waits for costs no sync of its own. */
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long LINGER_BYTES = 64 << 10;

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How often a waiting batch checks the reasons to wait for a checkpoint; the end of the checkpoint wakes it. */
    private static final long AWAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** The maximum time a batch waits for a checkpoint. */
    private static final long AWAIT_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

    /** A flush of the batch. */
    private record Flush(Completion completion, @Nullable String refusal) {}

    private final ChangeQueue queue;
    private final Changes changes;
    private final Log log;
    private final LogFiles files;
    private final Checkpointer checkpointer;
    private final StorageStatus status;
    private final StorageOptions options;
    private final Disk disk;
    private final Path directory;
    private final StorageCounters counters;
    private final List<Flush> flushes = new ArrayList<>();
    private volatile boolean closing;
    private boolean lingering;
    private long lingerUntil;
    private long syncDueAt;
    private long retryAt;
    private long checkpointDueAt;

    StorageLoop(
            OpenedStorage opened,
            ChangeQueue queue,
            Checkpointer checkpointer,
            StorageStatus status,
            StorageOptions options,
            StorageCounters counters) {
        this.queue = queue;
        this.changes = opened.changes();
        this.log = opened.log();
        this.files = opened.files();
        this.checkpointer = checkpointer;
        this.status = status;
        this.options = options;
        this.disk = opened.disk();
        this.directory = opened.directory();
        this.counters = counters;
    }

    /** Makes the thread end once the queue is empty. */
    void close() {
        closing = true;
    }

    // a bug here must not end the thread silently: it fences the storage
    @SuppressWarnings("IllegalCatch")
    @Override
    public void run() {
        long now = System.nanoTime();
        syncDueAt = now;
        retryAt = now;
        checkpointDueAt = now + options.checkpointInterval().toNanos();
        boolean more = true;
        while (more) {
            try {
                more = turn();
            } catch (RuntimeException | Error e) {
                status.fence("The storage thread failed: " + e, e);
                complete("The storage thread failed: " + e);
            }
        }
    }

    private boolean turn() {
        Item item = queue.takeAll();
        if (item == null) {
            if (closing) {
                commit();
                return !queue.isEmpty();
            }
            whenIdle();
            return true;
        }
        while (item != null) {
            long bytes = 0;
            while (item != null && bytes < BATCH_BYTES) {
                bytes += item.bytes;
                take(item);
                item = item.next();
            }
            try {
                if (!linger()) {
                    awaitCheckpoint();
                    commit();
                }
            } finally {
                queue.done(bytes);
            }
            checkpointIfDue();
        }
        return true;
    }

    private void take(Item item) {
        if (item.completion != null) {
            flushes.add(new Flush(item.completion, item.refusal));
        }
        if (item.change != null && status.fenced() == null) {
            item.change.applyTo(changes);
        }
    }

    /** Returns whether the batch may wait for more changes. */
    private boolean linger() {
        if (!flushes.isEmpty() || changes.unloggedBytes() > LINGER_BYTES) {
            return false;
        }
        long now = System.nanoTime();
        if (!lingering) {
            lingering = true;
            lingerUntil = now + LINGER_NANOS;
        }
        return now - lingerUntil < 0;
    }

    /**
     * Waits a bounded time while a checkpoint is in progress and the log is near its bound. Delayed acknowledgements slow down
     * the publishers, so that none has to be refused.
     */
    private void awaitCheckpoint() {
        if (!checkpointIsPressing()) {
            return;
        }
        counters.checkpointAwaited();
        long since = System.nanoTime();
        while (checkpointIsPressing()) {
            if (System.nanoTime() - since >= AWAIT_NANOS_MAX) {
                LOG.warn(
                        "Acknowledgements wait for a checkpoint of {} bytes of log that takes long",
                        files.totalBytes());
                return;
            }
            LockSupport.parkNanos(this, AWAIT_NANOS);
            if (options.durability() == Durability.INTERVAL) {
                syncIfDue();
            }
        }
    }

    /** Returns whether to wait; not if so much is queued that waiting does not help. */
    private boolean checkpointIsPressing() {
        return files.totalBytes() > options.logBytesMax() / 4 * 3
                && !checkpointer.idle()
                && queue.bytes() < options.queueBytesMax() / 4
                && status.refusal() == null
                && !closing;
    }

    private void commit() {
        lingering = false;
        String failure = status.fenced();
        if (failure == null) {
            failure = write();
        }
        complete(failure);
    }

    /** Writes the batch to the log; returns the reason for a failure, or null on success. */
    private @Nullable String write() {
        String full = status.full();
        if (full != null && System.nanoTime() - retryAt < 0) {
            return stillFull(full);
        }
        RecordWriter record = changes.seal();
        if (record.isEmpty()) {
            changes.logged();
            return null;
        }
        try {
            long start = System.nanoTime();
            log.append(record.view(), options.durability() == Durability.SYNC);
            counters.committed(record.size(), System.nanoTime() - start);
            changes.logged();
            status.full(null);
            return null;
        } catch (Log.SyncFailedException e) {
            return fence(e);
        } catch (IOException e) {
            if (!DiskFull.isCauseOf(e, disk, directory)) {
                return fence(e);
            }
            changes.unseal();
            retryAt = System.nanoTime() + RETRY_NANOS;
            String reason = "The log in " + directory + " cannot be written: " + e.getMessage();
            status.full(reason);
            return stillFull(reason);
        }
    }

    private String fence(IOException e) {
        String reason = "The log in " + directory + " cannot be written: " + e.getMessage();
        status.fence(reason, e);
        return reason;
    }

    /**
     * Keeps what cannot be written in memory, so that the store catches up with the sessions later, but fences the storage
     * beyond a bound.
     */
    private String stillFull(String reason) {
        // this much may come from the queue as it was, plus what was added since
        if (changes.unloggedBytes() > 2 * options.queueBytesMax()) {
            status.fence("The disk was full until " + changes.unloggedBytes() + " bytes waited for it", null);
        }
        return reason;
    }

    // a bug in a callback is its owner's; the others must still be called
    @SuppressWarnings("IllegalCatch")
    private void complete(@Nullable String failure) {
        for (Flush flush : flushes) {
            try {
                String reason = failure != null ? failure : flush.refusal();
                if (reason == null) {
                    flush.completion().durable();
                } else {
                    flush.completion().failed(reason);
                    counters.flushFailed();
                }
            } catch (RuntimeException e) {
                LOG.error("A flush callback failed", e);
            }
        }
        flushes.clear();
    }

    private void checkpointIfDue() {
        if (!checkpointer.idle() || status.fenced() != null || changes.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        if (log.hasFull() || status.full() != null || now - checkpointDueAt >= 0) {
            // what is safely in the log may be written piecemeal
            if (lingering) {
                commit();
            }
            sync();
            checkpointer.submit(checkpoint());
            checkpointDueAt = now + options.checkpointInterval().toNanos();
        }
    }

    /** Returns all changes since the last checkpoint. Called on the storage thread, or after it has ended. */
    Checkpoint checkpoint() {
        Pending pending = changes.take();
        return new Checkpoint(
                pending,
                changes.allLogged(),
                log.sequence(),
                changes.nextSession(),
                changes.nextMessage(),
                log.takeFull());
    }

    private void whenIdle() {
        long wait = RETRY_NANOS;
        if (status.fenced() == null) {
            if (status.full() != null) {
                commit();
            } else if (lingering) {
                wait = lingerUntil - System.nanoTime();
                if (wait <= 0) {
                    commit();
                    wait = RETRY_NANOS;
                }
            }
            if (options.durability() == Durability.INTERVAL) {
                wait = Math.min(wait, syncIfDue());
            }
            checkpointIfDue();
        }
        if (queue.isEmpty() && !closing) {
            LockSupport.parkNanos(this, wait);
        }
    }

    private long syncIfDue() {
        long now = System.nanoTime();
        if (now - syncDueAt >= 0) {
            sync();
            syncDueAt = now + options.syncInterval().toNanos();
        }
        return Math.max(syncDueAt - now, 1);
    }

    /** Makes the log durable. Called on the storage thread, or after it has ended. */
    void sync() {
        if (status.fenced() == null) {
            try {
                log.sync();
            } catch (IOException e) {
                fence(e);
            }
        }
    }
}
