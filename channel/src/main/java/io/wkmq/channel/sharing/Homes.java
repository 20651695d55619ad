package io.wkmq.channel.sharing;

import io.wkmq.routing.NodeId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The other nodes, one of which may be the home of a group. Thread-safe; does not block. */
public interface Homes {
    /** This node. */
    NodeId self();

    /** The other nodes that are here now. */
    List<NodeId> here();

    /**
     * Tells one of them of a seat. The stage completes with its answer, which may take a second longer than the way there and back;
     * exceptionally if there is none within a limit of time: it may have heard it all the same. On any thread, which must not be blocked.
     *
     * @param report an encoded {@link SeatReport}; the answer is an encoded {@link SeatAnswer}
     */
    CompletionStage<byte[]> ask(NodeId home, byte[] report);
}
