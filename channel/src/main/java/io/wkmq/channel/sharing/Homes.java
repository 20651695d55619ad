package io.wkmq.channel.sharing;

import io.wkmq.routing.NodeId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The other nodes, any of which may be the home of a group of readers. Thread-safe; does not block. */
public interface Homes {
    /** Returns the id of this node. */
    NodeId self();

    /** Returns the other nodes that are up. */
    List<NodeId> here();

    /**
     * Sends a seat's report to another node. The stage completes with its answer, which may take up to a second longer than the round trip;
     * fails on timeout, in which case the report may have arrived nevertheless. Completes on any thread, which must not be blocked.
     *
     * @param report an encoded {@link SeatReport}; the answer is an encoded {@link SeatAnswer}
     */
    CompletionStage<byte[]> ask(NodeId home, byte[] report);
}
