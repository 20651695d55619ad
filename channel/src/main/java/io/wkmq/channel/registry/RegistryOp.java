package io.wkmq.channel.registry;

import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.routing.TopicFilter;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A change to the registry. Carries its time, so that it has the same effect on every replica. */
public sealed interface RegistryOp {
    /** Declares a channel. */
    record Create(String name, TopicFilter filter, ChannelSettings settings, long timeMs) implements RegistryOp {}

    /** Replaces the settings of a channel. */
    record Alter(String name, ChannelSettings settings) implements RegistryOp {}

    /** Deletes a channel. The channel is then to be dropped from its group, and {@link Dropped} reported to the registry. */
    record Delete(String name) implements RegistryOp {}

    /** Reports that the group has no data of a deleted channel any more. */
    record Dropped(int number) implements RegistryOp {}

    /**
     * Declares a channel whose records are to be imported from a standalone node. Answered with the channel if this was done before;
     * refused if the channel was deleted since.
     */
    record TakeOver(Origin origin, String name, TopicFilter filter, ChannelSettings settings, long timeMs)
            implements RegistryOp {}

    /** Reports that the import of a channel is complete: from now on it is like any other. */
    record TakenOver(String name, int number) implements RegistryOp {}

    /** A statement about a node. Answered with the node as recorded afterwards. */
    sealed interface OfNode extends RegistryOp {
        /** Returns the node concerned. */
        NodeId node();

        /** Returns when the statement was made, in ms since the epoch, by the clock of the node that made it. */
        long timeMs();
    }

    /**
     * A node reports itself: it joined, came back after it was cleaned, or changed its name, address or replica. No effect if it is
     * removed.
     */
    record NodeIs(
            NodeId node,
            NodeName name,
            List<String> addresses,
            @Nullable UUID replica,
            long timeMs) implements OfNode {
        /** Validates the addresses and the time. */
        public NodeIs {
            addresses = RegisteredNode.checked(addresses);
            RegisteredNode.checked(timeMs);
        }
    }

    /** An administrator removed a node, whose name may be unknown. No effect if a later statement about it is known. */
    record NodeRemoved(NodeId node, @Nullable NodeName name, long timeMs) implements OfNode {
        /** Validates the time. */
        public NodeRemoved {
            RegisteredNode.checked(timeMs);
        }
    }

    /** A node was told to join, which revokes an earlier removal. No effect if a later statement about it is known. */
    record NodeReturns(NodeId node, long timeMs) implements OfNode {
        /** Validates the time. */
        public NodeReturns {
            RegisteredNode.checked(timeMs);
        }
    }

    /** A node is no longer waited for. No effect if it is removed; refused if it is unknown. */
    record NodeCleaned(NodeId node, long timeMs) implements OfNode {
        /** Validates the time. */
        public NodeCleaned {
            RegisteredNode.checked(timeMs);
        }
    }
}
