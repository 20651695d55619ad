package io.wkmq.channel.registry;

import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.routing.TopicFilter;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A change of the registry. Time is in it, so that it means the same to every replica. */
public sealed interface RegistryOp {
    /** Declares a channel. */
    record Create(String name, TopicFilter filter, ChannelSettings settings, long timeMs) implements RegistryOp {}

    /** Gives a channel other settings. */
    record Alter(String name, ChannelSettings settings) implements RegistryOp {}

    /** Removes a channel. Its number is to be removed from its group then, and the registry told of that. */
    record Delete(String name) implements RegistryOp {}

    /** The group has nothing of a removed channel any more. */
    record Dropped(int number) implements RegistryOp {}

    /**
     * Takes over a channel that a node kept alone: it is declared, and what it has is to come. Answers with the channel if that was done
     * before; refuses if it was removed since.
     */
    record TakeOver(Origin origin, String name, TopicFilter filter, ChannelSettings settings, long timeMs)
            implements RegistryOp {}

    /** A channel that was taken over has all that it had: it is as any other one now. */
    record TakenOver(String name, int number) implements RegistryOp {}

    /** What is said of a node. Answered with what the registry says of it then. */
    sealed interface OfNode extends RegistryOp {
        /** The node that it is about. */
        NodeId node();

        /** When it was said, ms since the epoch, by the clock of who said it. */
        long timeMs();
    }

    /**
     * A node says who it is: it joined, is back after it was given up, or has another name, address or replica. Nothing if it is removed.
     */
    record NodeIs(
            NodeId node,
            NodeName name,
            List<String> addresses,
            @Nullable UUID replica,
            long timeMs) implements OfNode {
        /** Checks the addresses and the time. */
        public NodeIs {
            addresses = RegisteredNode.checked(addresses);
            RegisteredNode.checked(timeMs);
        }
    }

    /** An administrator removed a node, of which the name may be unknown. Nothing if a later word about it is known. */
    record NodeRemoved(NodeId node, @Nullable NodeName name, long timeMs) implements OfNode {
        /** Checks the time. */
        public NodeRemoved {
            RegisteredNode.checked(timeMs);
        }
    }

    /** A node was told to join: a removal before that counts no more. Nothing if a later word about it is known. */
    record NodeReturns(NodeId node, long timeMs) implements OfNode {
        /** Checks the time. */
        public NodeReturns {
            RegisteredNode.checked(timeMs);
        }
    }

    /** Nobody waits for a node any more. Nothing if it is removed; refused if it is not known. */
    record NodeCleaned(NodeId node, long timeMs) implements OfNode {
        /** Checks the time. */
        public NodeCleaned {
            RegisteredNode.checked(timeMs);
        }
    }
}
