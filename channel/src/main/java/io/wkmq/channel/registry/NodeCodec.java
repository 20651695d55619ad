package io.wkmq.channel.registry;

import io.wkmq.channel.registry.RegisteredNode.Standing;
import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The part of {@link RegistryCodec} that encodes nodes. Stateless. */
final class NodeCodec {
    static final int IS = 7;
    static final int REMOVED = 8;
    static final int RETURNS = 9;
    static final int CLEANED = 10;

    private static final int JOINED = 0;
    private static final int TAKEN_OUT = 1;
    private static final int GIVEN_UP = 2;

    private NodeCodec() {}

    static void write(ByteWriter out, RegistryOp.OfNode op) {
        if (op instanceof RegistryOp.NodeIs is) {
            write(out.int8(IS), is.node());
            write(out, is.name());
            write(out, is.addresses());
            write(out, is.replica());
        } else if (op instanceof RegistryOp.NodeRemoved removed) {
            write(out.int8(REMOVED), removed.node());
            write(out, removed.name());
        } else if (op instanceof RegistryOp.NodeReturns returns) {
            write(out.int8(RETURNS), returns.node());
        } else {
            write(out.int8(CLEANED), op.node());
        }
        out.number(op.timeMs());
    }

    static RegistryOp.OfNode read(int kind, ByteReader in) {
        return checked("a node", () -> {
            NodeId node = id(in);
            return switch (kind) {
                case IS -> {
                    NodeName name = name(in);
                    List<String> addresses = addresses(in);
                    UUID replica = replica(in);
                    if (name == null) {
                        throw new CorruptDataException("Node " + node + " says who it is without a name");
                    }
                    yield new RegistryOp.NodeIs(node, name, addresses, replica, in.number());
                }
                case REMOVED -> new RegistryOp.NodeRemoved(node, name(in), in.number());
                case RETURNS -> new RegistryOp.NodeReturns(node, in.number());
                case CLEANED -> new RegistryOp.NodeCleaned(node, in.number());
                default ->
                    throw new CorruptDataException(
                            "A change of a node has kind " + kind + "; expected " + IS + " to " + CLEANED);
            };
        });
    }

    static void write(ByteWriter out, Collection<RegisteredNode> nodes) {
        out.number(nodes.size());
        nodes.forEach(node -> write(out, node));
    }

    static List<RegisteredNode> nodes(ByteReader in) {
        int count = in.number(RegisteredNode.NODES_MAX);
        List<RegisteredNode> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(node(in));
        }
        return nodes;
    }

    static void write(ByteWriter out, RegisteredNode node) {
        write(out, node.id());
        write(out, node.name());
        write(out, node.addresses());
        write(out, node.replica());
        out.int8(code(node.standing())).number(node.sinceMs()).number(node.saidMs());
    }

    static RegisteredNode node(ByteReader in) {
        return checked(
                "a node",
                () -> new RegisteredNode(
                        id(in), name(in), addresses(in), replica(in), standing(in.int8()), in.number(), in.number()));
    }

    private static int code(Standing standing) {
        return switch (standing) {
            case JOINED -> JOINED;
            case REMOVED -> TAKEN_OUT;
            case CLEANED -> GIVEN_UP;
        };
    }

    private static Standing standing(int code) {
        return switch (code) {
            case JOINED -> Standing.JOINED;
            case TAKEN_OUT -> Standing.REMOVED;
            case GIVEN_UP -> Standing.CLEANED;
            default -> throw new CorruptDataException("A node stands as " + code + "; expected 0 to 2");
        };
    }

    private static void write(ByteWriter out, NodeId id) {
        out.int64(id.value().getMostSignificantBits()).int64(id.value().getLeastSignificantBits());
    }

    private static NodeId id(ByteReader in) {
        return new NodeId(new UUID(in.int64(), in.int64()));
    }

    private static void write(ByteWriter out, @Nullable NodeName name) {
        out.text(name == null ? "" : name.toString());
    }

    private static @Nullable NodeName name(ByteReader in) {
        String text = in.text();
        return text.isEmpty() ? null : NodeName.parse(text);
    }

    private static void write(ByteWriter out, List<String> addresses) {
        out.number(addresses.size());
        addresses.forEach(out::text);
    }

    private static List<String> addresses(ByteReader in) {
        int count = in.number(RegisteredNode.ADDRESSES_MAX);
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addresses.add(in.text());
        }
        return addresses;
    }

    private static void write(ByteWriter out, @Nullable UUID replica) {
        out.int8(replica == null ? 0 : 1);
        if (replica != null) {
            out.int64(replica.getMostSignificantBits()).int64(replica.getLeastSignificantBits());
        }
    }

    private static @Nullable UUID replica(ByteReader in) {
        return in.int8() == 0 ? null : new UUID(in.int64(), in.int64());
    }

    /**
     * Returns what the supplier reads, turning an invalid value into a {@link CorruptDataException}.
     *
     * @param what what is read, for the exception's message
     */
    static <T> T checked(String what, Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw new CorruptDataException(
                    "What the registry says of " + what + " makes no sense: " + e.getMessage(), e);
        }
    }
}
