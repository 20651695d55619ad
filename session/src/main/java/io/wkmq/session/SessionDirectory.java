package io.wkmq.session;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Knows on which node a client's session lives. Owned by session, implemented by the cluster layer. Thread-safe. What is said of
 * one client comes from one thread.
 */
public interface SessionDirectory {
    /**
     * Makes this node the one that owns the client's session, wherever it was before. Asked at every CONNECT before the
     * session is opened. The stage completes normally once no other node within reach serves the
     * client or too long has been waited for one; with {@link TakenElsewhereException} if another node has a newer claim. It may
     * complete on any thread. Does not block.
     *
     * <p>A newer claim of another node may become known later: {@link Sessions#giveUp} is called then, or
     * {@link SessionMoves#freeze}.
     *
     * <p>The will is in another node's care when the stage completes, unless that one is late: as after {@link #guard}, which has
     * the last word on it.
     *
     * @param keep whether a session that another node has is to be kept for the client, and offered; else it ends
     * @param will the will of the connection, or null
     * @param willDelaySeconds how long after the connection's end it is due
     */
    CompletionStage<Claimed> claim(String clientId, boolean keep, @Nullable Will will, long willDelaySeconds);

    /** Says that this node keeps no session of the client any more. */
    void release(String clientId);

    /**
     * Says that this node kept a session over a restart.
     *
     * @param epoch of the claim that it was last opened under
     * @param mayBeElsewhere whether another node may have all of it, so that all of them are to be asked before it is used here
     */
    void restored(String clientId, long epoch, boolean mayBeElsewhere);

    /**
     * Says that this node goes on with the session that it had before its last claim, for the one that was offered has not come. Only
     * a directory that makes offers hears of it.
     *
     * @param epoch of the claim that the session was last opened under
     */
    default void stays(String clientId, long epoch) {}

    /**
     * Has a will published if this node dies; or not any more. If the session is stored the node asks about it when it is back, see
     * {@link #reclaim}.
     *
     * @param epoch of the claim that the session was opened under, or was to be: a will of another one stays as it is
     * @param will the will, or null: it is published, or void
     * @param delaySeconds how long after the connection's end it is due
     */
    void guard(String clientId, long epoch, @Nullable Will will, long delaySeconds);

    /**
     * Asks whether the will of a session that was kept over a restart is still this node's to publish: another one may have done so, or
     * the client may have connected elsewhere and left again, while this one was down. Waits a bounded time for nodes that are not
     * here. That the will is void {@link #guard} says.
     *
     * @param epoch of the claim that the session was last opened under
     * @param will hears of it, perhaps at once. A directory that knows of no other nodes says that it is this node's
     */
    default void reclaim(String clientId, long epoch, KeptWill will) {
        will.ours();
    }
}
