package io.wkmq.session;

import org.jspecify.annotations.Nullable;

/** Something another thread asks a shard to do. Linked into the {@link Mailbox} itself: posted at most once at a time. */
abstract class Mail {
    @Nullable
    Mail next;

    int depth;

    /** Does it, on the shard's thread. */
    abstract void open();
}
