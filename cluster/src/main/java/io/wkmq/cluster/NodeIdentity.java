package io.wkmq.cluster;

import io.wkmq.cluster.file.DurableFile;
import io.wkmq.cluster.membership.Node;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's identity, kept in the file {@code node.id} of its data directory together with the node's last name: the name is an
 * alias and may change. Used once, at start.
 */
public final class NodeIdentity {
    private static final String FILE = "node.id";

    private static final Logger LOG = LoggerFactory.getLogger(NodeIdentity.class);

    private NodeIdentity() {}

    /**
     * Reads the node's identity from that directory, with the name it has now; creates a new identity, durably, if there is none.
     *
     * @throws IOException if the file cannot be read or written, or does not hold a UUID
     */
    public static Node loadOrCreate(Path dataDirectory, NodeName name) throws IOException {
        Path file = dataDirectory.resolve(FILE);
        if (!Files.exists(file)) {
            Node created = new Node(new NodeId(UUID.randomUUID()), name);
            write(file, created);
            return created;
        }
        List<String> lines = Files.readString(file).lines().toList();
        Node node = new Node(id(file, lines.isEmpty() ? "" : lines.get(0).strip()), name);
        String former = lines.size() > 1 ? lines.get(1).strip() : "";
        if (!former.equals(name.toString())) {
            if (!former.isEmpty()) {
                LOG.info(
                        "This node was {} before and is {} now; it keeps all that it has, id={}",
                        former,
                        name,
                        node.id());
            }
            write(file, node);
        }
        return node;
    }

    private static NodeId id(Path file, String text) throws IOException {
        try {
            return new NodeId(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    file + " holds '" + text
                            + "'; expected the node's UUID. Restore the file, or delete it to start as a" + " new node",
                    e);
        }
    }

    private static void write(Path file, Node node) throws IOException {
        new DurableFile(file).replace((node.id() + "\n" + node.name() + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
