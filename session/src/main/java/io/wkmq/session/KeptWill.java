package io.wkmq.session;

/**
 * The will of a session restored after a restart, waiting to learn whether this node is still to publish it (ADR 18). Port
 * owned by the session module, called by the cluster layer. Thread-safe; does not block.
 */
public interface KeptWill {
    /** No other node has published the will or is going to: this node publishes it when it is due. */
    void ours();

    /**
     * Another node has published the will, or it is void because its client has connected elsewhere. May also follow
     * {@link #ours}; ignored if the will has been published or is void by then.
     *
     * @param stored called on the shard's thread once a restart can no longer bring the will back; never called if storing that
     *     fails
     */
    void settled(Runnable stored);
}
