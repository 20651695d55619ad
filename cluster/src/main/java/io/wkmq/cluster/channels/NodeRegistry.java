package io.wkmq.cluster.channels;

import io.wkmq.channel.registry.RegisteredNode;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryOp;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The replicated registry of nodes, kept by the nodes that replicate channels. Thread-safe; never blocks. */
public interface NodeRegistry {
    /**
     * Returns the nodes in this node's copy of the registry, which may lag behind. Fails while this node has no copy, or has not
     * caught up since it started.
     */
    CompletionStage<List<RegisteredNode>> nodes();

    /**
     * Reports a change of a node. Completes, with the resulting entry of the node, once a majority of the registry's replicas has
     * it on disk. Fails within half a minute if that is not known; the change may still take effect. Reporting a change twice is
     * harmless.
     */
    CompletionStage<RegistryAnswer> tell(RegistryOp.OfNode op);

    /** Returns the id of this node's replica of the registry, which changes once the node has lost its disk; null if it has none. */
    @Nullable
    UUID replica();

    /**
     * Removes the replica of a node that was removed from its cluster, so that a waiting node can take its place. Done only if a
     * present node waits for a place and all other replicas, except those that are gone likewise, form a majority, are present and
     * up to date. Completes with whether it was done.
     *
     * @param removed the {@link #replica} of that node
     * @param here returns the replicas of the present nodes. Called when all others have answered, which takes some seconds; on any
     *     thread, must not block
     * @param gone returns whether a replica's node is certain to be gone, so that no node has the replica but one that is removed
     *     and absent. Called like {@code here}, and at the start
     */
    CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone);

    /** Returns whether this node, as far as it knows, leads the registry and so acts for absent nodes. */
    boolean leads();
}
