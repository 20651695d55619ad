package io.wkmq.session;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Knows which node has a client's session (ADR 8). Port owned by the session module, implemented by the cluster layer.
 * Thread-safe. Calls concerning one client come from one thread.
 */
public interface SessionDirectory {
    /**
     * Claims the client's session for this node, wherever it was before. Called for every CONNECT, before the session is
     * opened. The stage completes normally once no other reachable node serves the client or the wait for one has timed out; it
     * fails with {@link TakenElsewhereException} if another node has a newer claim. It may complete on any thread. Does not
     * block.
     *
     * <p>A newer claim of another node may become known later; it is then reported through {@link Sessions#giveUp} or
     * {@link SessionMoves#freeze}.
     *
     * <p>When the stage completes, another node guards the will as after {@link #guard}, unless that node is late; later calls
     * of {@code guard} override this.
     *
     * @param keep whether another node is to keep and offer an existing session; otherwise that session ends
     * @param will the will of the connection, or null
     * @param willDelaySeconds the delay between the connection's end and the publication of the will
     */
    CompletionStage<Claimed> claim(String clientId, boolean keep, @Nullable Will will, long willDelaySeconds);

    /** Reports that this node no longer has a session of the client. */
    void release(String clientId);

    /**
     * Reports that this node has restored a session after a restart.
     *
     * @param epoch the epoch of the claim under which it was last opened
     * @param mayBeElsewhere whether another node may have a complete copy, so that all nodes must be asked before this one is
     *     used
     */
    void restored(String clientId, long epoch, boolean mayBeElsewhere);

    /**
     * Reports that this node continues with the session it had before its last claim, because the offered one has not arrived.
     * Only called on directories that make offers.
     *
     * @param epoch the epoch of the claim under which the session was last opened
     */
    default void stays(String clientId, long epoch) {}

    /**
     * Has other nodes publish a will if this node dies, or withdraws that. If the session is stored, this node asks about the
     * will after a restart, see {@link #reclaim}.
     *
     * @param epoch the epoch of the claim under which the session was, or was to be, opened; wills of other claims are left
     *     alone
     * @param will the will; null once it has been published or is void
     * @param delaySeconds the delay between the connection's end and the publication of the will
     */
    void guard(String clientId, long epoch, @Nullable Will will, long delaySeconds);

    /**
     * Asks whether this node is still to publish the will of a restored session: while it was down another node may have
     * published it, or the client may have connected elsewhere and left again. Waits a bounded time for absent nodes. A will
     * that becomes void meanwhile is withdrawn with {@link #guard}.
     *
     * @param epoch the epoch of the claim under which the session was last opened
     * @param will receives the answer, possibly before this method returns. A directory that knows no other nodes answers that
     *     the will is this node's
     */
    default void reclaim(String clientId, long epoch, KeptWill will) {
        will.ours();
    }
}
