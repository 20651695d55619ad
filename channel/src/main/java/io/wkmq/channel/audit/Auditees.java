package io.wkmq.channel.audit;

import io.wkmq.routing.NodeId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The other nodes, which have replicas too. Thread-safe; does not block. */
public interface Auditees {
    /**
     * A node.
     *
     * @param id who it is
     * @param name what it is called
     */
    record Other(NodeId id, String name) {}

    /** Who this node is. */
    NodeId self();

    /** Those that are here now. */
    List<Other> here();

    /**
     * Asks one of them. The stage completes with its answer, on a thread that must not be blocked; exceptionally if there is none within a
     * limit of time.
     *
     * @param question an encoded {@link AuditQuestion}; the answer is an encoded {@link AuditAnswer}
     */
    CompletionStage<byte[]> ask(NodeId node, byte[] question);
}
