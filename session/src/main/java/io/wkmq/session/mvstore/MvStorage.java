package io.wkmq.session.mvstore;

import io.wkmq.session.RetainedStore;
import io.wkmq.session.SessionStore;
import io.wkmq.session.SessionStore.Completion;
import io.wkmq.session.mvstore.ChangeQueue.Change;
import io.wkmq.session.mvstore.ChangeQueue.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable storage of a node's sessions and retained messages: one MVStore file with one thread that writes it. Changes
 * come from any thread and never wait; the storage thread takes all that has gathered, writes it with one commit and one
 * sync, and then completes the flushes among it.
 */
public final class MvStorage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MvStorage.class);

    private static final long CHANGE_BYTES = 64;

    private final MVStore store;
    private final Tables tables;
    private final Changes changes;
    private final ChangeQueue queue = new ChangeQueue();
    private final Thread thread;
    private final StorageOptions options;
    private final List<Completion> flushes = new ArrayList<>();
    private volatile @Nullable String fence;
    private volatile boolean closing;
    private volatile boolean changed;

    private MvStorage(MVStore store, StorageOptions options) {
        this.store = store;
        this.options = options;
        this.tables = new Tables(store);
        this.changes = new Changes(tables.counter("nextSession", 1), tables.counter("nextMessage", 1));
        tables.forEachSession(changes::known);
        this.thread = new Thread(this::run, "wkmq-storage");
    }

    /** Opens the storage in a directory, which is made if it is not there. Blocks. */
    public static MvStorage open(Path directory, StorageOptions options) throws IOException {
        Files.createDirectories(directory);
        MVStore store = new MVStore.Builder()
                .fileName(directory.resolve("state.mv").toString())
                .autoCommitDisabled()
                .autoCommitBufferSize(0)
                .open();
        store.setRetentionTime(0);
        store.setVersionsToKeep(0);
        MvStorage storage = new MvStorage(store, options);
        storage.thread.start();
        return storage;
    }

    /** The sessions. */
    public SessionStore sessions() {
        return new MvSessionStore(this);
    }

    /** The retained messages. */
    public RetainedStore retained() {
        return new MvRetainedStore(this);
    }

    /** Whether durable writes are taken. */
    public boolean writable() {
        return fence == null && !closing && queue.bytes() < options.queueBytesMax();
    }

    void change(Change change) {
        submit(Item.change(change, CHANGE_BYTES));
    }

    void add(Change change, long bytes) {
        submit(Item.change(change, CHANGE_BYTES + bytes));
    }

    void flush(Completion completion) {
        submit(Item.flush(completion));
    }

    void restore(Consumer<Tables> reader) {
        if (changed) {
            throw new IllegalStateException("A restore was asked for after the first change; it must come before");
        }
        reader.accept(tables);
    }

    private void submit(Item item) {
        changed = true;
        if (queue.add(item)) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!closing || !queue.isEmpty()) {
            Item item = queue.takeAll();
            if (item == null) {
                LockSupport.park(queue);
                continue;
            }
            long bytes = 0;
            for (; item != null; item = item.next()) {
                bytes += item.bytes;
                if (item.change != null) {
                    item.change.applyTo(changes);
                }
                if (item.completion != null) {
                    flushes.add(item.completion);
                }
            }
            commit();
            queue.done(bytes);
        }
    }

    private void commit() {
        if (fence == null) {
            try {
                if (!changes.isEmpty()) {
                    tables.write(changes.take());
                    tables.putCounter("nextSession", changes.nextSession());
                    tables.putCounter("nextMessage", changes.nextMessage());
                    store.commit();
                    store.sync();
                }
            } catch (MVStoreException e) {
                fence = "The store could not be written: " + e.getMessage();
                LOG.error("The store is fenced: nothing is durable until it is opened again", e);
            }
        }
        String reason = fence;
        for (Completion completion : flushes) {
            if (reason == null) {
                completion.durable();
            } else {
                completion.failed(reason);
            }
        }
        flushes.clear();
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        store.close();
    }
}
