package io.wkmq.cluster.hazelcast.cp;

import io.wkmq.channel.storage.Aside;
import io.wkmq.channel.storage.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Damaged logs of this node that were put aside next to the directory of the log. The name of each tells the CP identity that the node had
 * in it, if known. Stateless.
 */
final class FormerLogs {
    private static final Logger LOG = LoggerFactory.getLogger(FormerLogs.class);

    private static final String INFIX = ".damaged-";
    private static final String UNKNOWN = "unknown";
    private static final int UUID_LENGTH = 36;

    private final Disk disk;
    private final Path directory;

    /**
     * Creates an instance for a log.
     *
     * @param directory the directory of the log in use
     */
    FormerLogs(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory.toAbsolutePath();
    }

    /** Puts the log aside, which must not be open; returns its new location. */
    Path putAside(@Nullable UUID formerly) throws IOException {
        String name = directory.getFileName() + INFIX + (formerly == null ? UNKNOWN : formerly.toString());
        Path aside = Aside.free(disk, directory.resolveSibling(name));
        disk.rename(directory, aside);
        disk.syncDirectory(parent());
        return aside;
    }

    private Path parent() {
        return directory.resolveSibling(".").normalize();
    }

    /** Returns whether there are any. */
    boolean exist() throws IOException {
        return !names().isEmpty();
    }

    /** Returns whether there are any that do not tell the identity of this node. */
    boolean unknown() throws IOException {
        return names().stream().anyMatch(name -> name.startsWith(UNKNOWN));
    }

    /** Returns the identities of this node that are known from them. */
    Set<UUID> members() throws IOException {
        Set<UUID> members = new HashSet<>();
        for (String name : names()) {
            if (name.startsWith(UNKNOWN)) {
                continue;
            }
            try {
                members.add(UUID.fromString(name.substring(0, Math.min(UUID_LENGTH, name.length()))));
            } catch (IllegalArgumentException e) {
                LOG.warn(
                        "A directory beside {} is named after {}; expected the UUID of a member of the CP subsystem",
                        directory,
                        name,
                        e);
            }
        }
        return members;
    }

    /** Returns what follows the log's own name in their names. */
    private List<String> names() throws IOException {
        if (!disk.exists(parent())) {
            return List.of();
        }
        String prefix = directory.getFileName() + INFIX;
        return disk.list(parent()).stream()
                .map(file -> String.valueOf(file.getFileName()))
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .toList();
    }
}
