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

/** What those who keep channels know together of nodes. Thread-safe; never blocks. */
public interface NodeRegistry {
    /**
     * What it says of nodes, as this node's copy of it has it, which may be behind others. Fails while this node has none, or has not caught
     * up since it began.
     */
    CompletionStage<List<RegisteredNode>> nodes();

    /**
     * Tells it of a node. Completes once a majority of those who keep it has that on disk, with what it says of the node then. Fails within
     * half a minute if that is not known; it may still come into effect. May be told twice.
     */
    CompletionStage<RegistryAnswer> tell(RegistryOp.OfNode op);

    /** By which those who keep the registry know this node's copy: another one once it has lost its disk; null if it has none. */
    @Nullable
    UUID replica();

    /**
     * Takes the copy of a node that is removed from its cluster off those that count, if another node is here that waits for a place, and all
     * others, without those that are gone like it, are most of them, are here and miss nothing. Completes with whether that was done.
     *
     * @param removed the {@link #replica} of that node
     * @param here those of the nodes that are here. Asked when all others have answered, which takes some seconds; from any thread, must not
     *     block
     * @param gone whether all that speaks for it is so of a replica: nobody has it any more but who is removed and not here. The same, and at
     *     the begin
     */
    CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone);

    /** Whether this node is the one that speaks for those that are not here, as far as it knows. */
    boolean leads();
}
