package io.wkmq.session;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of tasks that other threads post to a shard; one wake-up of the shard's thread serves everything posted. Any thread
 * posts, the shard's thread runs the tasks; those posted by one thread run in order. Posting pushes the mail onto a lock-free
 * stack with a single compare-and-set; whoever finds the stack empty wakes the shard, which takes the whole stack and reverses
 * it.
 *
 * <p>The bound is not enforced here: those who post messages check {@link #full}.
 */
final class Mailbox implements Runnable {
    /** The maximum number of mails opened before the thread returns to its sockets. */
    private static final int PER_TURN = 1024;

    private static final Logger log = LoggerFactory.getLogger(Mailbox.class);

    private final ShardExecutor executor;
    private final int max;
    private final AtomicReference<@Nullable Mail> posted = new AtomicReference<>();
    private final LongAdder dropped = new LongAdder();
    private @Nullable Mail current; // shard's thread only: taken from the stack, oldest first
    private long opened; // shard's thread only

    Mailbox(ShardExecutor executor, int max) {
        this.executor = executor;
        this.max = max;
    }

    /** Returns whether the mailbox has reached its bound. Approximate: other threads post concurrently. */
    boolean full() {
        Mail newest = posted.get();
        return newest != null && newest.depth >= max;
    }

    void post(Mail mail) {
        Mail newest;
        do {
            newest = posted.get();
            mail.next = newest;
            mail.depth = newest == null ? 1 : newest.depth + 1;
        } while (!posted.compareAndSet(newest, mail));
        if (newest == null) {
            wake();
        }
    }

    void post(Runnable task) {
        post(new Mail() {
            @Override
            void open() {
                task.run();
            }
        });
    }

    /** Counts a message that was not posted because the mailbox is full. Any thread. */
    void dropped() {
        dropped.increment();
    }

    long droppedCount() {
        return dropped.sum();
    }

    /** Returns the number of mails opened so far, including the current one. */
    long opened() {
        return opened;
    }

    @Override
    public void run() {
        if (current == null) {
            current = oldestFirst(posted.getAndSet(null));
        }
        for (int inThisTurn = 0; current != null && inThisTurn < PER_TURN; inThisTurn++) {
            Mail mail = current;
            current = mail.next;
            mail.next = null;
            opened++;
            open(mail);
        }
        if (current != null) {
            wake();
        }
    }

    private static void open(Mail mail) {
        try {
            mail.open();
        } catch (RuntimeException | Error e) {
            // A bug in the handling of one mail, or an out of memory error, must not lose those behind it.
            log.error("A shard could not do what it was asked to, mail={}", mail, e);
        }
    }

    private void wake() {
        try {
            executor.execute(this);
        } catch (RejectedExecutionException e) {
            log.debug("Mail for a shard that has stopped is lost", e);
        }
    }

    private static @Nullable Mail oldestFirst(@Nullable Mail newestFirst) {
        Mail turned = null;
        Mail rest = newestFirst;
        while (rest != null) {
            Mail older = rest.next;
            rest.next = turned;
            turned = rest;
            rest = older;
        }
        return turned;
    }
}
