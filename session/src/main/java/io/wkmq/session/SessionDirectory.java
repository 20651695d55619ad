package io.wkmq.session;

import java.util.concurrent.CompletionStage;

/** Knows on which node a client's session lives. Owned by session, implemented by the cluster layer. Thread-safe. */
public interface SessionDirectory {
    /**
     * Makes this node the one that owns the client's session, wherever it was before. Asked at every CONNECT before the
     * session is opened. The stage completes normally once no other node serves the client, exceptionally if that cannot be
     * had in time; it may complete on any thread. Does not block.
     */
    CompletionStage<Void> claim(String clientId);

    /** Says that this node keeps no session of the client any more. */
    void release(String clientId);
}
