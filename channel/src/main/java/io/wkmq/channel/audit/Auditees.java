package io.wkmq.channel.audit;

import io.wkmq.routing.NodeId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The other nodes that have replicas. Thread-safe; does not block. */
public interface Auditees {
    /**
     * A node.
     *
     * @param id its identity
     * @param name its name
     */
    record Other(NodeId id, String name) {}

    /** Returns the id of this node. */
    NodeId self();

    /** Returns the other nodes that are up. */
    List<Other> here();

    /**
     * Asks another node. The stage completes with its answer on a thread that must not be blocked; fails on timeout.
     *
     * @param question an encoded {@link AuditQuestion}; the answer is an encoded {@link AuditAnswer}
     */
    CompletionStage<byte[]> ask(NodeId node, byte[] question);
}
