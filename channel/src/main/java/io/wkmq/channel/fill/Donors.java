package io.wkmq.channel.fill;

import io.wkmq.routing.NodeId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The other nodes, which may have what a replica is missing. Thread-safe; does not block. */
public interface Donors {
    /** The maximum size of a question or an answer, in bytes. */
    int MESSAGE_BYTES_MAX = 1 << 20;

    /** Returns the other nodes that are up. */
    List<NodeId> here();

    /**
     * Asks another node. The stage completes with its answer on a thread that must not be blocked; fails on timeout.
     *
     * @param question an encoded {@link FillQuestion}; the answer is an encoded {@link FillAnswer}
     */
    CompletionStage<byte[]> ask(NodeId donor, byte[] question);
}
