package io.wkmq.broker;

import io.wkmq.channel.engine.ChannelNodes;
import io.wkmq.channel.registry.RegisteredNode;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.cluster.channels.NodeRegistry;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Adapts the registry of nodes, which is replicated with the registry of channels, to the cluster's {@link NodeRegistry}.
 * Thread-safe.
 *
 * @param nodesOfChannels the registry of nodes
 */
record RegistryOfChannels(ChannelNodes nodesOfChannels) implements NodeRegistry {
    @Override
    public CompletionStage<List<RegisteredNode>> nodes() {
        return nodesOfChannels.nodes();
    }

    @Override
    public CompletionStage<RegistryAnswer> tell(RegistryOp.OfNode op) {
        return nodesOfChannels.tell(op);
    }

    @Override
    public @Nullable UUID replica() {
        return nodesOfChannels.replica();
    }

    @Override
    public CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone) {
        return nodesOfChannels.makePlace(removed, here, gone);
    }

    @Override
    public boolean leads() {
        return nodesOfChannels.leadsRegistry();
    }
}
