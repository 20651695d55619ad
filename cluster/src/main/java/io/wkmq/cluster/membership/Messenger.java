package io.wkmq.cluster.membership;

import io.wkmq.routing.NodeId;
import java.util.concurrent.CompletionStage;

/**
 * Carries control messages between nodes (routes, sessions, status), but never clients' messages, which have links of their own.
 * Thread-safe; does not block. Messages may overtake each other. Each service versions its own messages.
 */
public interface Messenger {
    /** The maximum size of a request and of an answer, in bytes. */
    int MESSAGE_BYTES_MAX = 1 << 20;

    /**
     * Sends a request to a node; does not throw. The stage completes with the answer, on a thread that must not be blocked. It
     * fails with an {@link UnreachableException} if the node is absent, goes, or does not answer within the messenger's time limit;
     * the request may have been executed nevertheless.
     *
     * @param request at most {@value #MESSAGE_BYTES_MAX} bytes, or the stage fails with an {@link IllegalArgumentException}; must
     *     not be modified afterwards
     */
    CompletionStage<byte[]> ask(NodeId node, Service service, byte[] request);

    /** Sets what answers other nodes' requests to a service. Must be called once per service, before the node meets others. */
    void answer(Service service, Answerer answerer);
}
