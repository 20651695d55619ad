package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.util.Map;
import java.util.UUID;

/** Encodes a peer as the attributes of a Hazelcast member. The keys and their formats are part of the protocol between nodes. */
final class PeerAttributes {
    private static final String ID = "wk.id";
    private static final String NAME = "wk.name";
    private static final String INCARNATION = "wk.incarnation";
    private static final String LINK = "wk.link";
    private static final String PROTOCOL = "wk.proto";

    private PeerAttributes() {}

    static Map<String, String> of(Peer peer) {
        return Map.of(
                ID, peer.id().toString(),
                NAME, peer.node().name().toString(),
                INCARNATION, Long.toUnsignedString(peer.incarnation(), 16),
                LINK, peer.host() + ':' + peer.linkPort(),
                PROTOCOL, Integer.toString(peer.protocol()));
    }

    /**
     * Decodes what {@link #of} wrote.
     *
     * @throws IllegalArgumentException if an attribute is missing or malformed, so that this is not a node of this broker
     */
    static Peer read(Map<String, String> attributes) {
        String link = value(attributes, LINK);
        int colon = link.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("Attribute " + LINK + " is '" + link + "'; expected host:port");
        }
        return new Peer(
                new Node(new NodeId(UUID.fromString(value(attributes, ID))), NodeName.parse(value(attributes, NAME))),
                Long.parseUnsignedLong(value(attributes, INCARNATION), 16),
                link.substring(0, colon),
                Integer.parseInt(link.substring(colon + 1)),
                Integer.parseInt(value(attributes, PROTOCOL)));
    }

    private static String value(Map<String, String> attributes, String key) {
        String value = attributes.get(key);
        if (value == null) {
            throw new IllegalArgumentException("Attribute " + key + " is missing in " + attributes.keySet());
        }
        return value;
    }
}
