package io.wkmq.session;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What packets wait for: shut until the store has what they rest on, or is known not to get it. Belongs to one shard's
 * thread, but comes to it as mail from another one.
 */
abstract class Gate extends Mail {
    private static final Logger log = LoggerFactory.getLogger(Gate.class);

    private @Nullable List<Waiter> waiting;
    private @Nullable String failure;
    private boolean open;

    /** Somebody who waits at a gate. */
    @FunctionalInterface
    interface Waiter {
        /** Called on the shard's thread; {@code failure} says why what waited is not durable, or is null. */
        void opened(@Nullable String failure);
    }

    boolean isOpen() {
        return open;
    }

    /** Calls back when the gate opens, which must not have happened yet. */
    void await(Waiter waiter) {
        if (waiting == null) {
            waiting = new ArrayList<>();
        }
        waiting.add(waiter);
    }

    int waiters() {
        return waiting == null ? 0 : waiting.size();
    }

    /** Says, before the gate is posted, why it opens although what was to be stored is not durable. */
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
        waiting = null; // who waited here may hold on to the gate
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
            // A bug of one of them must not keep the acknowledgements of the others back.
            log.error("What waited for the store failed, waiter={}", waiter, e);
        }
    }
}
