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
 * Records across restarts that this node was told to leave its cluster, and which nodes it left. While the file exists the node stays
 * alone. Lines: the header with the version; {@value #ASKED} or {@value #TOLD}; the reason; then one node id per line. Thread-safe; blocks
 * for the disk.
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
     * That this node left its cluster.
     *
     * @param asked whether this node's own administrator asked for it, so that all is as intended; otherwise other nodes told it to
     * @param why the reason, a sentence
     * @param nodes the nodes that it left
     */
    record Left(boolean asked, String why, Set<NodeId> nodes) {
        Left {
            nodes = Set.copyOf(nodes);
        }
    }

    /**
     * Returns what was saved; null if this node did not leave. A damaged file still means that it left, but not which nodes.
     *
     * @throws IllegalStateException if the file exists and cannot be read
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

    /** Records that this node left. If the file cannot be written, the state lasts only as long as the process. */
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

    /** Deletes the record: this node no longer stays alone. */
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
