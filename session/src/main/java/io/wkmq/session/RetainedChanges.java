package io.wkmq.session;

/** Learns what this node's clients have changed, to tell other nodes. */
@FunctionalInterface
public interface RetainedChanges {
    /** There is nobody to tell. */
    RetainedChanges UNTOLD = change -> {};

    /** A message was retained, or a topic's was removed. Called on the publisher's thread, which it must not block. */
    void changed(StampedMessage change);
}
