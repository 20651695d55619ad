package io.wkmq.cluster.sessions;

/** The sessions of this node, as far as claims of other nodes concern them. Thread-safe, does not block. */
@FunctionalInterface
public interface LocalSessions {
    /** See {@link io.wkmq.session.Sessions#giveUp}. */
    void giveUp(String clientId, long epoch, Runnable done);
}
