package io.wkmq.session;

import org.jspecify.annotations.Nullable;

/** A task posted to a shard by another thread. An intrusive node of the {@link Mailbox}: it can be in a mailbox only once at a time. */
abstract class Mail {
    @Nullable
    Mail next;

    int depth;

    /** Runs the task on the shard's thread. */
    abstract void open();
}
