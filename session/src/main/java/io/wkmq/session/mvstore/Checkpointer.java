package io.wkmq.session.mvstore;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.DiskFull;
import io.wkmq.channel.storage.LogFiles;
import io.wkmq.channel.storage.LogSegment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes checkpoints into the state file, recycles log segments, monitors free space, and compacts the file when idle. Has its
 * own thread, so that the storage thread never waits for its I/O.
 */
final class Checkpointer implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);

    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Disk disk;
    private final Path directory;
    private final StorageOptions options;
    private final LogFiles files;
    private final StorageStatus status;
    private final StorageCounters counters;
    private final Thread thread;

    /** Called when a checkpoint is complete. */
    private final Runnable progress;

    /** Guards the state file, which a restore reads from another thread. */
    private final Object stateLock = new Object();

    @GuardedBy("stateLock")
    private @Nullable StateFile state;

    private volatile @Nullable Checkpoint due;
    private volatile boolean stopping;
    private volatile long stateBytes;
    private boolean compacting;

    /** Why the due checkpoint does not fit on the disk. */
    private @Nullable String checkpointTrouble;

    Checkpointer(
            OpenedStorage opened,
            StorageOptions options,
            StorageStatus status,
            StorageCounters counters,
            Runnable progress) {
        this.disk = opened.disk();
        this.directory = opened.directory();
        this.options = options;
        this.files = opened.files();
        this.status = status;
        this.counters = counters;
        this.state = opened.state();
        this.progress = progress;
        this.stateBytes = opened.state().bytes();
        this.thread = new Thread(this, "wkmq-checkpoint");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Returns whether no checkpoint is due, so that the next may be submitted. */
    boolean idle() {
        return due == null;
    }

    /** Submits a checkpoint. Only while idle; called by the storage thread. */
    void submit(Checkpoint checkpoint) {
        due = checkpoint;
        LockSupport.unpark(thread);
    }

    long stateBytes() {
        return stateBytes;
    }

    /** Reads the state as of the last checkpoint. Blocks checkpoints meanwhile. */
    void read(Consumer<Tables> reader) {
        synchronized (stateLock) {
            StateFile open = state;
            if (open == null) {
                throw new IllegalStateException("The state file is closed");
            }
            reader.accept(open.tables());
        }
    }

    // a bug here must not end the thread silently: it fences the storage
    @SuppressWarnings("IllegalCatch")
    @Override
    public void run() {
        while (!stopping) {
            try {
                turn();
            } catch (RuntimeException | Error e) {
                status.fence("The checkpoint thread failed: " + e, e);
            }
        }
    }

    private void turn() {
        if (status.fenced() != null) {
            LockSupport.parkNanos(this, TICK_NANOS);
            return;
        }
        watchSpace();
        // first, so that the storage thread need not create one during a checkpoint
        prepareSegment();
        Checkpoint checkpoint = due;
        if (checkpoint != null) {
            if (perform(checkpoint)) {
                due = null;
                progress.run();
            } else {
                LockSupport.parkNanos(this, TICK_NANOS);
            }
            return;
        }
        if (!compact() && due == null && !stopping) {
            LockSupport.parkNanos(this, TICK_NANOS);
        }
    }

    private void watchSpace() {
        try {
            long usable = disk.usableBytes(directory);
            status.low(
                    checkpointTrouble != null || usable >= options.reserveBytes()
                            ? checkpointTrouble
                            : lowText(usable));
        } catch (IOException e) {
            LOG.warn("Cannot determine the free space of {}", directory, e);
        }
    }

    private String lowText(long usable) {
        return "The disk of " + directory + " has " + usable + " bytes left; expected at least "
                + options.reserveBytes();
    }

    private void prepareSegment() {
        if (status.refusal() != null) {
            return; // remaining space is reserved for what is already stored
        }
        try {
            files.prepare();
        } catch (IOException e) {
            if (!DiskFull.isCauseOf(e, disk, directory)) {
                status.fence("No segment of the log could be made: " + e.getMessage(), e);
            }
        }
    }

    /** Writes a checkpoint; returns false if it must be retried. */
    private boolean perform(Checkpoint checkpoint) {
        synchronized (stateLock) {
            try {
                if (state == null) {
                    state = StateFile.open(disk, directory, options);
                }
                state.write(checkpoint);
                stateBytes = state.bytes();
            } catch (MVStoreException | IOException e) {
                if (onlyFull(e)) {
                    checkpointTrouble = "A checkpoint does not fit on the disk: " + text(e);
                    status.low(checkpointTrouble);
                }
                return false;
            }
        }
        checkpointTrouble = null;
        counters.checkpointed();
        compacting = true;
        for (LogSegment segment : checkpoint.segments()) {
            try {
                files.recycle(segment);
            } catch (IOException e) {
                if (!DiskFull.isCauseOf(e, disk, directory)) {
                    status.fence("A segment of the log could not be taken back: " + e.getMessage(), e);
                }
            }
        }
        return true;
    }

    /** Returns whether the only cause was lack of space; any other cause fences the storage. */
    @GuardedBy("stateLock")
    private boolean onlyFull(Exception e) {
        StateFile open = state;
        boolean syncFailed = open != null && open.syncFailed();
        if (open != null) {
            // its state is undefined; the file holds the last checkpoint
            open.closeImmediately();
        }
        state = null;
        if (!syncFailed && DiskFull.isCauseOf(e, disk, directory)) {
            return true;
        }
        status.fence("The state file could not be written: " + text(e), e);
        return false;
    }

    /** Returns the text of the exception, including that of an underlying I/O error. */
    private static String text(Exception e) {
        return e.getCause() instanceof IOException cause ? e + ": " + cause.getMessage() : e.toString();
    }

    /** Compacts for a while; returns false if there is nothing to compact. */
    private boolean compact() {
        if (!compacting || status.refusal() != null) {
            return false;
        }
        synchronized (stateLock) {
            try {
                compacting = state != null && state.compact();
                stateBytes = state == null ? stateBytes : state.bytes();
            } catch (MVStoreException e) {
                compacting = false; // until the next checkpoint; lack of space for it is no reason to refuse messages
                if (onlyFull(e)) {
                    LOG.info("Did not compact the state file for lack of disk space: {}", text(e));
                }
            }
        }
        return compacting;
    }

    /** Ends the thread, after which {@link #finish} may be called. Blocks until its current work is done. */
    void stop() {
        stopping = true;
        LockSupport.unpark(thread);
        Threads.join(thread);
    }

    /** Writes what is left, if possible, and closes the file. */
    void finish(Checkpoint last) {
        Checkpoint waiting = due;
        boolean written = status.fenced() == null && (waiting == null || perform(waiting)) && perform(last);
        if (!written) {
            close(last.segments());
            close(waiting == null ? List.of() : waiting.segments());
        }
        synchronized (stateLock) {
            if (state != null) {
                close(state, written);
                state = null;
            }
        }
    }

    private static void close(List<LogSegment> segments) {
        for (LogSegment segment : segments) {
            try {
                segment.close();
            } catch (IOException e) {
                LOG.warn("Cannot close a log file", e);
            }
        }
    }

    private static void close(StateFile state, boolean inOrder) {
        try {
            if (inOrder) {
                state.close();
            } else {
                state.closeImmediately();
            }
        } catch (MVStoreException e) {
            LOG.warn("Cannot close the state file cleanly; nothing is lost, the log has everything", e);
        }
    }
}
