package io.wkmq.session;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A barrier for packets that depend on the store: closed until the store has what they depend on or has failed to store it.
 * Confined to one shard's thread, but posted there as mail by another thread.
 */
abstract class Gate extends Mail {
    private static final Logger log = LoggerFactory.getLogger(Gate.class);

    private @Nullable List<Waiter> waiting;
    private @Nullable String failure;
    private boolean open;

    /** A party waiting at a gate. */
    @FunctionalInterface
    interface Waiter {
        /** Called on the shard's thread; {@code failure} is the reason why the awaited changes are not durable, or null. */
        void opened(@Nullable String failure);
    }

    boolean isOpen() {
        return open;
    }

    /** Registers a callback for the opening of the gate, which must still be closed. */
    void await(Waiter waiter) {
        if (waiting == null) {
            waiting = new ArrayList<>();
        }
        waiting.add(waiter);
    }

    int waiters() {
        return waiting == null ? 0 : waiting.size();
    }

    /** Sets, before the gate is posted, the reason why the awaited changes are not durable. */
    void failure(@Nullable String reason) {
        failure = reason;
    }

    @Nullable
    String failure() {
        return failure;
    }

    @Override
    void open() {
        open = true;
        List<Waiter> all = waiting;
        waiting = null; // waiters may hold on to the gate
        if (all != null) {
            for (Waiter waiter : all) {
                tell(waiter);
            }
        }
    }

    private void tell(Waiter waiter) {
        try {
            waiter.opened(failure);
        } catch (RuntimeException | Error e) {
            // A bug in one waiter must not keep the others from being told.
            log.error("What waited for the store failed, waiter={}", waiter, e);
        }
    }
}
