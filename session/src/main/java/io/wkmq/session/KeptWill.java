package io.wkmq.session;

/**
 * The will of a session that this node has kept over a restart, which waits to hear whether it is still this node's. Owned by session,
 * called by the cluster layer. Thread-safe, does not block.
 */
public interface KeptWill {
    /** No other node has published it, or will: this one does when it is due. */
    void ours();

    /**
     * Another node has published it, or it is void, for its client has connected elsewhere. May come after {@link #ours} too; is
     * ignored if the will has been published, or is void, by then.
     *
     * @param stored called on the shard's thread once a restart does not bring the will back; never if that cannot be stored
     */
    void settled(Runnable stored);
}
