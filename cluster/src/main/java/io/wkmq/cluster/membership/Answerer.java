package io.wkmq.cluster.membership;

import io.wkmq.routing.NodeId;
import java.util.concurrent.CompletionStage;

/** Answers the requests of other nodes. Called on several threads, which it must not block. */
public interface Answerer {
    /**
     * Answers one request.
     *
     * @param from the node that asks; authenticated
     * @return the answer; a stage that fails leaves the other node without one, as a throw does
     */
    CompletionStage<byte[]> answer(NodeId from, byte[] request);
}
