package io.wkmq.cluster.membership;

import io.wkmq.routing.NodeId;
import java.util.concurrent.CompletionStage;

/** Answers requests of other nodes. Called on several threads, which it must not block. */
public interface Answerer {
    /**
     * Answers one request.
     *
     * @param from the node that asks; authenticated
     * @return the answer; if the stage fails, or this method throws, the other node gets none
     */
    CompletionStage<byte[]> answer(NodeId from, byte[] request);
}
