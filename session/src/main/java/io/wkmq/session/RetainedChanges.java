package io.wkmq.session;

/** Receives the changes made by this node's clients, to replicate them to other nodes. */
@FunctionalInterface
public interface RetainedChanges {
    /** Ignores all changes. */
    RetainedChanges UNTOLD = change -> {};

    /** A topic's message was retained or removed. Called on the publisher's thread, which must not be blocked. */
    void changed(StampedMessage change);
}
