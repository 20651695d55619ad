package io.wkmq.session.mvstore;

import io.wkmq.session.SessionStore.Completion;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A lock-free queue of changes and flushes from any thread to the storage thread. Preserves the order of each thread. */
final class ChangeQueue {
    private static final long FLUSH_BYTES = 64;

    /** A change to the stored state; runs on the storage thread. */
    @FunctionalInterface
    interface Change {
        /** Applies this change. */
        void applyTo(Changes changes);
    }

    /** A queued change or flush. */
    static final class Item {
        final @Nullable Change change;
        final @Nullable Completion completion;

        /** Why the flush is to fail regardless of the write, or null. */
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

    /** The newest item; each refers to its predecessor. */
    private final AtomicReference<@Nullable Item> youngest = new AtomicReference<>();

    private final AtomicLong bytes = new AtomicLong();

    /** Adds an item; returns true if the queue was empty, so that the storage thread must be woken. */
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

    /** Takes all items, as a linked list starting with the oldest. */
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

    /** Returns the bytes of the items added and not yet reported {@link #done}. */
    long bytes() {
        return bytes.get();
    }

    void done(long doneBytes) {
        bytes.addAndGet(-doneBytes);
    }
}
