package io.wkmq.broker.ctl;

import io.wkmq.broker.listener.UnixSocketFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The entry of a running node in the directory {@code run/nodes} of its home, through which {@code wkctl} finds it among other
 * nodes of the same home. The file remains if the node is killed, so a reader has to check whether the socket answers.
 * Immutable.
 *
 * @param name the node's name
 * @param pid its process id, which is the name of the file
 * @param dataDir its data directory; absolute
 * @param socket the socket it listens on for {@code wkctl}; absolute
 * @param token the file with the token; absolute
 */
public record RunningNode(String name, long pid, Path dataDir, Path socket, Path token) {
    private static final String DIRECTORY = "nodes";

    /** Writes the file and removes those left behind by dead nodes. */
    public void register(Path run) throws IOException {
        Path directory = Files.createDirectories(run.resolve(DIRECTORY));
        for (RunningNode other : in(run)) {
            if (other.socket.equals(socket) || ProcessHandle.of(other.pid).isEmpty()) {
                other.withdraw(run);
            }
        }
        List<String> lines = List.of("name=" + name, "data=" + dataDir, "socket=" + socket, "token=" + token);
        // Readers never see a partial file.
        Path written = Files.write(directory.resolve(pid + ".new"), lines);
        Files.move(written, file(run), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes the file. */
    public void withdraw(Path run) throws IOException {
        Files.deleteIfExists(file(run));
    }

    private Path file(Path run) {
        return run.resolve(DIRECTORY).resolve(Long.toString(pid));
    }

    /** Returns all nodes with a file in the directory, dead or alive, sorted by file name. */
    static List<RunningNode> in(Path run) {
        List<RunningNode> nodes = new ArrayList<>();
        try (Stream<Path> files = Files.list(run.resolve(DIRECTORY))) {
            for (Path file : files.sorted().toList()) {
                RunningNode node = read(file);
                if (node != null) {
                    nodes.add(node);
                }
            }
        } catch (IOException e) {
            return List.of(); // no node has run here yet
        }
        return nodes;
    }

    private static @Nullable RunningNode read(Path file) {
        Path name = file.getFileName();
        if (name == null || !name.toString().matches("\\d{1,18}")) {
            return null;
        }
        try {
            Map<String, String> values = new HashMap<>();
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
            return of(Long.parseLong(name.toString()), values);
        } catch (IOException | InvalidPathException e) {
            return null; // gone, unreadable or not written by a node; must not hide the others
        }
    }

    private static @Nullable RunningNode of(long pid, Map<String, String> values) {
        String name = values.get("name");
        String data = values.get("data");
        String socket = values.get("socket");
        String token = values.get("token");
        return name == null || data == null || socket == null || token == null
                ? null
                : new RunningNode(name, pid, Path.of(data), Path.of(socket), Path.of(token));
    }

    /** Returns whether a process listens on the socket. */
    boolean answers() {
        return new UnixSocketFile(socket).inUse();
    }

    @Override
    public String toString() {
        return name + " (pid " + pid + ", data in " + dataDir + ")";
    }
}
