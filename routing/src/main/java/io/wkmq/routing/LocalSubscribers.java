package io.wkmq.routing;

/** What one shard of this node keeps for one filter. Its content belongs to the shard's thread; see {@link Route}. */
public interface LocalSubscribers {
    /** Whether a subscriber in here keeps messages on disk, so that an acknowledgement has to wait. Any thread. */
    boolean durable();
}
