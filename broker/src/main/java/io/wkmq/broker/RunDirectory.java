package io.wkmq.broker;

import io.wkmq.broker.ctl.RunningNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directory {@code run} of a node. While an instance is open, its process is the only node of its home: the lock tells
 * other processes, {@code wkmq.pid} and {@code wkmq.status} tell {@code bin/wkmq}. The lock ends with the process, however it
 * ends; the files remain if the process is killed. Confined to the main thread.
 */
final class RunDirectory implements AutoCloseable {
    private final Path directory;
    private final Path registry;
    private final Path pidFile;
    private final Path statusFile;
    private final FileChannel lockFile;
    private @Nullable RunningNode registered;

    private RunDirectory(Path directory, Path registry, FileChannel lockFile) {
        this.directory = directory;
        this.registry = registry;
        this.pidFile = directory.resolve("wkmq.pid");
        this.statusFile = directory.resolve("wkmq.status");
        this.lockFile = lockFile;
    }

    /**
     * Claims the first of two directories that no other process holds. The second one is for nodes that share a home but not
     * their data; {@code wkctl} finds both kinds of nodes through the first.
     *
     * @throws StartupException if other processes hold both, or if one cannot be written
     */
    static RunDirectory claim(Path directory, Path otherwise) {
        RunDirectory claimed = tryClaim(directory, directory);
        if (claimed == null) {
            claimed = tryClaim(otherwise, directory);
        }
        if (claimed == null) {
            throw new StartupException("another wkmq runs in " + directory.getParent() + otherPid(directory)
                    + "; stop it, or set WKMQ_HOME to another directory");
        }
        return claimed;
    }

    private static @Nullable RunDirectory tryClaim(Path directory, Path registry) {
        try {
            Files.createDirectories(directory);
            FileChannel lockFile = FileChannel.open(
                    directory.resolve("wkmq.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            RunDirectory claimed = new RunDirectory(directory, registry, lockFile);
            if (tryLock(lockFile) == null) {
                lockFile.close();
                return null;
            }
            Files.deleteIfExists(claimed.statusFile);
            replace(
                    claimed.pidFile,
                    List.of(Long.toString(ProcessHandle.current().pid())));
            return claimed;
        } catch (IOException e) {
            throw new StartupException("cannot write to " + directory + ": " + e, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException thisProcess) {
            return null;
        }
    }

    private static String otherPid(Path directory) {
        try {
            return " (pid " + Files.readString(directory.resolve("wkmq.pid")).strip() + ")";
        } catch (IOException e) {
            return ""; // the other process is starting or stopping
        }
    }

    /** Returns the claimed directory. */
    Path path() {
        return directory;
    }

    /** Registers the node with {@code wkctl}, which may connect to it from now on. */
    void register(RunningNode node) {
        try {
            node.register(registry);
            registered = node;
        } catch (IOException e) {
            throw new StartupException("cannot write to " + registry + ": " + e, e);
        }
    }

    /**
     * Announces that the registered node accepts clients: on the console and in the file that {@code bin/wkmq start} waits for.
     *
     * @param addresses the addresses it listens on, each as in {@code tcp 127.0.0.1:1883}; if empty, nothing is announced
     */
    void announce(List<String> addresses) {
        RunningNode node = registered;
        if (addresses.isEmpty() || node == null) {
            return;
        }
        String running = "wkmq " + Version.current() + " is running";
        try {
            replace(statusFile, List.of("Node '" + node.name() + "' is started", running));
        } catch (IOException e) {
            throw new StartupException("cannot write to " + directory + ": " + e, e);
        }
        System.out.println(running + ": " + String.join(", ", addresses));
    }

    /** Replaces a file atomically: a reader sees either the old or the new content. */
    private static void replace(Path file, List<String> lines) throws IOException {
        Path written = Files.write(file.resolveSibling(file.getFileName() + ".new"), lines);
        Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        RunningNode node = registered;
        if (node != null) {
            node.withdraw(registry);
        }
        Files.deleteIfExists(statusFile);
        Files.deleteIfExists(pidFile);
        lockFile.close();
    }
}
