package io.wkmq.cluster;

import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Keeps the node's identity in the file {@code node.id} of its data directory. Used once, at start. */
public final class NodeIdentity {
    private static final String FILE = "node.id";

    private NodeIdentity() {}

    /**
     * The identity in that directory; a new one is made, durably, if there is none.
     *
     * @throws IOException if the file cannot be read or written, or does not hold a UUID
     */
    public static NodeId loadOrCreate(Path dataDirectory) throws IOException {
        Path file = dataDirectory.resolve(FILE);
        if (Files.exists(file)) {
            return read(file);
        }
        Files.createDirectories(dataDirectory);
        NodeId created = new NodeId(UUID.randomUUID());
        write(file, created);
        return created;
    }

    private static NodeId read(Path file) throws IOException {
        String text = Files.readString(file).strip();
        try {
            return new NodeId(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    file + " holds '" + text
                            + "'; expected the node's UUID. Restore the file, or delete it to start as a" + " new node",
                    e);
        }
    }

    private static void write(Path file, NodeId id) throws IOException {
        Path fresh = file.resolveSibling(FILE + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap((id + "\n").getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
