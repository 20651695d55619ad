package io.wkmq.routing;

/** What one shard of this node keeps for one filter. The content belongs to the shard's thread; see {@link Route}. */
public interface LocalSubscribers {
    /** Returns whether a subscriber in here stores messages on disk, so that an acknowledgement has to wait. Any thread. */
    boolean durable();
}
