package io.wkmq.cluster.security;

import io.wkmq.cluster.membership.Node;
import java.nio.charset.StandardCharsets;

/**
 * How a node presents itself at the start of a connection.
 *
 * @param purpose what the connection is for
 * @param clusterName the cluster it belongs to or wants to join; 1 to 255 bytes of UTF-8 without control characters
 * @param node its identity; the name has at most 255 bytes
 * @param incarnation the random number of its process
 * @param protocol the newest protocol version between nodes that it understands
 * @param channelReplicas the replication factor of channels in its cluster, 1 to 255; {@value #NO_REPLICAS} if they are not
 *     replicated
 * @param channelGroups the number of groups of channels, 1 to 255; {@value #NO_GROUPS} if channels are not replicated
 */
public record Introduction(
        Purpose purpose,
        String clusterName,
        Node node,
        long incarnation,
        int protocol,
        int channelReplicas,
        int channelGroups) {
    /** The value of a node that does not replicate channels. */
    public static final int NO_REPLICAS = 1;

    /** The number of groups of a node that does not replicate channels. */
    public static final int NO_GROUPS = 0;

    /** The number of groups of a node that replicates channels but does not send the number. */
    static final int UNSAID_GROUPS = 8;

    static final int TEXT_BYTES_MAX = 255;
    private static final int REPLICAS_MAX = 255;
    private static final int GROUPS_MAX = 255;

    /** Validates the lengths and the numbers. */
    public Introduction {
        requireShort("cluster name", clusterName);
        requireShort("node name", node.name().toString());
        if (clusterName.isEmpty() || clusterName.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "The cluster name is empty or has a control character in it; expected letters, digits and the like");
        }
        if (channelReplicas < NO_REPLICAS || channelReplicas > REPLICAS_MAX) {
            throw new IllegalArgumentException("The number of replicas of channels is " + channelReplicas
                    + "; expected " + NO_REPLICAS + " to " + REPLICAS_MAX);
        }
        if (channelGroups < NO_GROUPS
                || channelGroups > GROUPS_MAX
                || (channelGroups == NO_GROUPS) != (channelReplicas == NO_REPLICAS)) {
            throw new IllegalArgumentException("The number of groups of channels is " + channelGroups + ", that of"
                    + " replicas " + channelReplicas + "; expected 1 to " + GROUPS_MAX + " groups, none without"
                    + " replicas");
        }
    }

    /** Creates the introduction of a node that does not replicate channels. */
    public Introduction(Purpose purpose, String clusterName, Node node, long incarnation, int protocol) {
        this(purpose, clusterName, node, incarnation, protocol, NO_REPLICAS, NO_GROUPS);
    }

    private static void requireShort(String what, String text) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length > TEXT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "The " + what + " has " + length + " bytes; expected at most " + TEXT_BYTES_MAX);
        }
    }

    /** Returns the introduction of the same node on a connection for another purpose. */
    public Introduction with(Purpose other) {
        return new Introduction(other, clusterName, node, incarnation, protocol, channelReplicas, channelGroups);
    }
}
