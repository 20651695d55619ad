package io.wkmq.session.mvstore;

import io.wkmq.session.SessionStore.Completion;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The way of changes and flushes from any thread to the storage thread, without a lock. Keeps the order of each thread. */
final class ChangeQueue {
    private static final long FLUSH_BYTES = 64;

    /** A change of what is stored; runs on the storage thread. */
    @FunctionalInterface
    interface Change {
        /** Applies itself. */
        void applyTo(Changes changes);
    }

    /** A change or a flush on its way. */
    static final class Item {
        final @Nullable Change change;
        final @Nullable Completion completion;

        /** Why the flush is to fail whatever happens, or null. */
        final @Nullable String refusal;

        final long bytes;
        private @Nullable Item next;

        private Item(@Nullable Change change, @Nullable Completion completion, @Nullable String refusal, long bytes) {
            this.change = change;
            this.completion = completion;
            this.refusal = refusal;
            this.bytes = bytes;
        }

        static Item change(Change change, long bytes) {
            return new Item(change, null, null, bytes);
        }

        static Item flush(Completion completion, @Nullable String refusal) {
            return new Item(null, completion, refusal, FLUSH_BYTES);
        }

        @Nullable
        Item next() {
            return next;
        }
    }

    /** The youngest item; each refers to the one before it. */
    private final AtomicReference<@Nullable Item> youngest = new AtomicReference<>();

    private final AtomicLong bytes = new AtomicLong();

    /** Adds an item; true if the queue was empty, so that the storage thread must be woken. */
    boolean add(Item item) {
        bytes.addAndGet(item.bytes);
        Item before = youngest.get();
        while (true) {
            item.next = before;
            Item witness = youngest.compareAndExchange(before, item);
            if (witness == before) {
                return before == null;
            }
            before = witness;
        }
    }

    boolean isEmpty() {
        return youngest.get() == null;
    }

    /** Takes everything, as a list that begins with the oldest item. */
    @Nullable
    Item takeAll() {
        Item item = youngest.getAndSet(null);
        Item oldest = null;
        while (item != null) {
            Item before = item.next;
            item.next = oldest;
            oldest = item;
            item = before;
        }
        return oldest;
    }

    /** The bytes of what was added and not yet reported {@link #done}. */
    long bytes() {
        return bytes.get();
    }

    void done(long doneBytes) {
        bytes.addAndGet(-doneBytes);
    }
}
