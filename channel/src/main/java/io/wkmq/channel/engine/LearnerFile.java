package io.wkmq.channel.engine;

import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The file that marks a directory's channel data as copies, and names the replicas that they follow: a line of text for the version, then
 * one per replica id. Used by one thread at a time.
 */
final class LearnerFile {
    private static final String NAME = "learner";
    private static final String VERSION = "1";
    private static final int BYTES_MAX = 64 << 10;

    private final Disk disk;
    private final Path directory;

    /** Creates an accessor for the file in this directory; it need not exist. */
    LearnerFile(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /**
     * Returns the ids of the replicas that are followed; empty if there is no file.
     *
     * @throws StorageException if it is damaged, or of a later version
     */
    Set<UUID> read() throws IOException {
        Path file = directory.resolve(NAME);
        if (!disk.exists(file)) {
            return Set.of();
        }
        ByteBuffer bytes = ByteBuffer.allocate(BYTES_MAX);
        try (FileChannel channel = disk.open(file)) {
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // up to the end
            }
        }
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        return parse(file, text);
    }

    private static Set<UUID> parse(Path file, String text) throws StorageException {
        String[] lines = text.split("\n", -1);
        Set<UUID> found = new LinkedHashSet<>();
        if (!lines[0].equals(VERSION) || lines.length < 3 || !lines[lines.length - 1].isEmpty()) {
            throw new StorageException("The file " + file + " begins with '" + lines[0] + "' and has " + lines.length
                    + " lines; expected version " + VERSION + " and whose channels were copied");
        }
        for (int line = 1; line < lines.length - 1; line++) {
            try {
                found.add(UUID.fromString(lines[line]));
            } catch (IllegalArgumentException e) {
                throw new StorageException(
                        "Line " + (line + 1) + " of the file " + file + " is '" + lines[line] + "'; expected a UUID",
                        e);
            }
        }
        return found;
    }

    /** Writes the replica ids, and returns once they are on disk. */
    void write(Set<UUID> keepers) throws IOException {
        StringBuilder text = new StringBuilder(VERSION).append('\n');
        new TreeSet<>(keepers).forEach(keeper -> text.append(keeper).append('\n'));
        Path next = directory.resolve(NAME + ".new");
        try (FileChannel channel = disk.open(next)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.US_ASCII));
            channel.truncate(0);
            while (bytes.hasRemaining()) {
                var unused = channel.write(bytes);
            }
            channel.force(true);
        }
        disk.rename(next, directory.resolve(NAME));
        disk.syncDirectory(directory);
    }

    /** Deletes the file: from now on the directory's data are replicas. */
    void delete() throws IOException {
        if (disk.exists(directory.resolve(NAME))) {
            disk.delete(directory.resolve(NAME));
            disk.syncDirectory(directory);
        }
    }
}
