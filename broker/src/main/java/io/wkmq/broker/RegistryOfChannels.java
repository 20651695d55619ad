package io.wkmq.broker;

import io.wkmq.channel.engine.NodeChannels;
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

/** The registry of nodes that is kept with that of channels. Thread-safe. */
record RegistryOfChannels(NodeChannels channels) implements NodeRegistry {
    @Override
    public CompletionStage<List<RegisteredNode>> nodes() {
        return channels.nodes();
    }

    @Override
    public CompletionStage<RegistryAnswer> tell(RegistryOp.OfNode op) {
        return channels.tell(op);
    }

    @Override
    public @Nullable UUID replica() {
        return channels.replica();
    }

    @Override
    public CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone) {
        return channels.makePlace(removed, here, gone);
    }

    @Override
    public boolean leads() {
        return channels.leadsRegistry();
    }
}
