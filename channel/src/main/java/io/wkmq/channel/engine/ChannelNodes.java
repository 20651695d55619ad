package io.wkmq.channel.engine;

import io.wkmq.channel.ChannelException;
import io.wkmq.channel.registry.RegisteredNode;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryOp;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of those channels: what the registry says of them, and places for them where they keep channels together. Thread-safe; does not
 * block but where it says so.
 */
public final class ChannelNodes {
    private final NodeChannels channels;

    /** Those of these channels. */
    public ChannelNodes(NodeChannels channels) {
        this.channels = channels;
    }

    /** What the registry says of nodes, as {@link Engine#nodes}. Does not block; fails if there are no channels. */
    public CompletionStage<List<RegisteredNode>> nodes() {
        Engine in = channels.engine();
        return in == null ? noChannels() : in.nodes();
    }

    /**
     * Tells the registry of a node. Does not block. Completes once that cannot be lost any more, with what the registry says of the node
     * then; fails if there are no channels, or it is not known whether it has come into effect.
     */
    public CompletionStage<RegistryAnswer> tell(RegistryOp.OfNode op) {
        Engine in = channels.engine();
        return in == null ? noChannels() : in.change(op);
    }

    private static <T> CompletionStage<T> noChannels() {
        return CompletableFuture.failedFuture(new IOException("There are no channels, and no registry"));
    }

    /** By which the nodes that keep channels together know this one, as {@link GroupLogs#replica}; null if it is none of them. */
    public @Nullable UUID replica() {
        Engine in = channels.engine();
        return in == null ? null : in.replica();
    }

    /** Makes place for a node that waits for one, as {@link GroupLogs#makePlace}. Does not block. */
    public CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone) {
        Engine in = channels.engine();
        return in == null ? noChannels() : in.makePlace(removed, here, gone);
    }

    /** Whether this node speaks for those that are not here, as {@link Engine#leadsRegistry}. */
    public boolean leadsRegistry() {
        Engine in = channels.engine();
        return in != null && in.leadsRegistry();
    }

    /**
     * Removes a node that is lost for ever from those that keep the channels together, so that another one can take its place. Blocks.
     * Does not look at how many are left: without a majority of them it fails after half a minute, and may still take effect.
     *
     * @param node where it was, as {@link NodeChannels#groups} says it
     * @throws ChannelException if that is not possible
     */
    public void removeNode(String node) throws ChannelException {
        EngineAnswers.awaitChange(channels.running().removeNode(node));
    }
}
