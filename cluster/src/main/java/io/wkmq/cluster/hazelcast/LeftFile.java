package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.file.DurableFile;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps over restarts that this node was told to leave its cluster, and whom it left: while the file is there the node stays alone.
 * A first line with its version, {@value #ASKED} or {@value #TOLD}, a line with the reason, then a node's id in each. Thread-safe;
 * blocks for the disk.
 */
final class LeftFile {
    private static final String HEADER = "wkmq-left 2";
    private static final String ASKED = "asked";
    private static final String TOLD = "told";
    private static final Logger LOG = LoggerFactory.getLogger(LeftFile.class);

    private final DurableFile file;

    LeftFile(Path path) {
        file = new DurableFile(path);
    }

    /**
     * That this node left.
     *
     * @param asked whether its own administrator asked for it, so that all is as it should be; else others told it to
     * @param why a sentence
     * @param nodes whom it left
     */
    record Left(boolean asked, String why, Set<NodeId> nodes) {
        Left {
            nodes = Set.copyOf(nodes);
        }
    }

    /**
     * What was saved; null if this node did not leave. A file that is damaged says that it left, but not whom.
     *
     * @throws IllegalStateException if the file is there and cannot be read
     */
    synchronized @Nullable Left load() {
        try {
            return file.exists() ? read(new String(file.read(), StandardCharsets.UTF_8)) : null;
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The file " + file.path() + ", by which this node stays alone, cannot be read: " + e, e);
        }
    }

    private Left read(String text) {
        List<String> lines = text.lines().toList();
        try {
            if (lines.size() < 3
                    || !lines.get(0).equals(HEADER)
                    || !(lines.get(1).equals(ASKED) || lines.get(1).equals(TOLD))) {
                throw new IllegalArgumentException("It has " + lines.size() + " lines; expected '" + HEADER + "', '"
                        + ASKED + "' or '" + TOLD + "', a reason, and ids");
            }
            return new Left(
                    lines.get(1).equals(ASKED),
                    lines.get(2),
                    lines.stream()
                            .skip(3)
                            .map(UUID::fromString)
                            .map(NodeId::new)
                            .collect(Collectors.toSet()));
        } catch (IllegalArgumentException e) {
            LOG.warn("The file of former cluster members is corrupt, file={}", file.path(), e);
            return new Left(false, "This node has left its cluster, " + file.path() + " is damaged", Set.of());
        }
    }

    /** Notes that this node left. If that cannot be written it does not last longer than the process. */
    synchronized void save(Left left) {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        text.append(left.asked ? ASKED : TOLD).append('\n');
        text.append(left.why).append('\n');
        left.nodes.forEach(id -> text.append(id).append('\n'));
        try {
            file.replace(text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.error(
                    "That this node left its cluster cannot be written, it looks for others after a restart, file={}",
                    file.path(),
                    e);
        }
    }

    /** Notes that this node is where it belongs. */
    synchronized void delete() {
        try {
            file.delete();
        } catch (IOException e) {
            LOG.error(
                    "The file cannot be deleted, this node stays alone after a restart until it is, file={}",
                    file.path(),
                    e);
        }
    }
}
