package io.wkmq.cluster.membership;

import io.wkmq.routing.NodeId;
import java.util.concurrent.CompletionStage;

/**
 * Carries control messages between nodes: routes, sessions, status; never clients' messages, which have links of their own.
 * Thread-safe, does not block. Messages may overtake each other. Each service numbers the versions of its messages itself.
 */
public interface Messenger {
    /** The most bytes of a message and of an answer. */
    int MESSAGE_BYTES_MAX = 1 << 20;

    /**
     * Asks a node; does not throw. The stage completes with its answer, on a thread that must not be blocked; exceptionally with
     * {@link UnreachableException} if the node is not here, goes, or does not answer within the messenger's time limit. It may
     * have done what it was asked all the same.
     *
     * @param request at most {@value #MESSAGE_BYTES_MAX} bytes, or the stage fails with an {@link IllegalArgumentException}; not to be
     *     changed any more
     */
    CompletionStage<byte[]> ask(NodeId node, Service service, byte[] request);

    /** Answers what other nodes ask of a service. Set once per service, before the node meets others. */
    void answer(Service service, Answerer answerer);
}
