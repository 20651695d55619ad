package io.wkmq.channel.fill;

import io.wkmq.routing.NodeId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The other nodes, which may have what a replica misses. Thread-safe; does not block. */
public interface Donors {
    /** The most bytes of a question and of an answer. */
    int MESSAGE_BYTES_MAX = 1 << 20;

    /** Those that are here now. */
    List<NodeId> here();

    /**
     * Asks one of them. The stage completes with its answer, on a thread that must not be blocked; exceptionally if there is none within a
     * limit of time.
     *
     * @param question an encoded {@link FillQuestion}; the answer is an encoded {@link FillAnswer}
     */
    CompletionStage<byte[]> ask(NodeId donor, byte[] question);
}
