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
 * The nodes that keep the channels: what the registry knows of them, and the replacement of removed ones. Thread-safe; does not block
 * unless stated.
 */
public final class ChannelNodes {
    private final NodeChannels channels;

    /** Creates access to the nodes of the given channels. */
    public ChannelNodes(NodeChannels channels) {
        this.channels = channels;
    }

    /** Returns what the registry knows of the nodes, as {@link Engine#nodes}. Does not block; fails if there are no channels. */
    public CompletionStage<List<RegisteredNode>> nodes() {
        Engine in = channels.engine();
        return in == null ? noChannels() : in.nodes();
    }

    /**
     * Applies a change concerning a node to the registry. Does not block. Completes once the change is durable, with the registry's
     * resulting entry of the node; fails if there are no channels, or if the outcome is unknown.
     */
    public CompletionStage<RegistryAnswer> tell(RegistryOp.OfNode op) {
        Engine in = channels.engine();
        return in == null ? noChannels() : in.change(op);
    }

    private static <T> CompletionStage<T> noChannels() {
        return CompletableFuture.failedFuture(new IOException("There are no channels, and no registry"));
    }

    /** Returns the id of this node's replica, as {@link GroupLogs#replica}; null if it has none. */
    public @Nullable UUID replica() {
        Engine in = channels.engine();
        return in == null ? null : in.replica();
    }

    /** Makes room for a node that waits for a place, as {@link GroupLogs#makePlace}. Does not block. */
    public CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone) {
        Engine in = channels.engine();
        return in == null ? noChannels() : in.makePlace(removed, here, gone);
    }

    /** Returns whether this node speaks for nodes that are away, as {@link Engine#leadsRegistry}. */
    public boolean leadsRegistry() {
        Engine in = channels.engine();
        return in != null && in.leadsRegistry();
    }

    /**
     * Removes a permanently lost node from those that keep the channels, so that another one can take its place. Blocks. Does not check how
     * many are left: without a majority it fails after half a minute, and may still take effect.
     *
     * @param node its address, as {@link NodeChannels#groups} reports it
     * @throws ChannelException if that is not possible
     */
    public void removeNode(String node) throws ChannelException {
        EngineAnswers.awaitChange(channels.running().removeNode(node));
    }
}
