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
 * What the storage thread does: takes the changes that have gathered, writes them to the log as one record with one sync,
 * completes the flushes among them, and hands checkpoints over when they are due.
 */
final class StorageLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(StorageLoop.class);

    /** A batch ends when it has so many bytes, so that its flushes do not wait for all that comes after them. */
    private static final long BATCH_BYTES = 2 << 20;

    /**
     * So long, and up to so many bytes, changes wait for a flush: an acknowledgement that nobody waits for then costs no sync
     * of its own.
     */
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long LINGER_BYTES = 64 << 10;

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** So often is looked whether the reasons to wait for a checkpoint are still there; its end is told. */
    private static final long AWAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** So long a batch waits for a checkpoint at most. */
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

    /** Lets the thread end once the queue is empty. */
    void close() {
        closing = true;
    }

    // a bug here must not end the thread unseen: it fences the storage
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

    /** Whether the batch may wait for more. */
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
     * Waits while a checkpoint is being written and the log is near its bound, for a bounded time: those who wait for their
     * acknowledgements send less meanwhile, and nobody is refused.
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

    /** Not while so much has gathered that waiting does not help. */
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

    /** Writes the batch to the log; null if that worked, or why not. */
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

    /** What cannot be written waits in memory, so that what is stored follows the sessions again later: but not for ever. */
    private String stillFull(String reason) {
        // what was in the queue may all be there, and what came since
        if (changes.unloggedBytes() > 2 * options.queueBytesMax()) {
            status.fence("The disk was full until " + changes.unloggedBytes() + " bytes waited for it", null);
        }
        return reason;
    }

    // a bug in a callback is its owner's, the others are still to be called
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
            // what the log has for sure may be written bit by bit
            if (lingering) {
                commit();
            }
            sync();
            checkpointer.submit(checkpoint());
            checkpointDueAt = now + options.checkpointInterval().toNanos();
        }
    }

    /** All that has changed since the last checkpoint. On the storage thread, or after it has ended. */
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

    /** Makes the log durable. On the storage thread, or after it has ended. */
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
