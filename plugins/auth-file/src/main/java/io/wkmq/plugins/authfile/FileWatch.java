package io.wkmq.plugins.authfile;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Detects changes of a file by time, size and identity, and reloads it. If that fails, the last contents read stay in force,
 * and the reason is logged. Used by one thread at a time.
 */
final class FileWatch {
    /** Reads the file and puts its contents in force. */
    @FunctionalInterface
    interface Reload {
        void run() throws IOException, InvalidFileException;
    }

    private record Stamp(
            FileTime modified, long bytes, @Nullable Object identity) {}

    private final Path file;
    private final Reload reload;
    private final System.Logger log;
    private @Nullable Stamp seen;

    /** Watches for changes from now on. */
    FileWatch(Path file, Reload reload, System.Logger log) {
        this.file = file;
        this.reload = reload;
        this.log = log;
        this.seen = stamp();
    }

    /** Checks once for a change. */
    void poll() {
        try {
            Stamp now = stamp();
            if (Objects.equals(now, seen)) {
                return;
            }
            seen = now; // taken before reading: a change during the read is noticed next time
            reload.run();
            log.log(Level.INFO, "Read again after a change file=" + file);
        } catch (NoSuchFileException e) {
            log.log(Level.ERROR, "The file is gone, what was read last stays in force file=" + file);
        } catch (InvalidFileException e) {
            log.log(Level.ERROR, "The changed file is wrong, what was read last stays in force: " + e.getMessage());
        } catch (IOException e) {
            log.log(Level.ERROR, "The changed file cannot be read, what was read last stays in force: " + e);
        }
    }

    /** Returns null while the file does not exist or is inaccessible: reading it then reports the reason, once. */
    private @Nullable Stamp stamp() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        } catch (IOException e) {
            return null;
        }
    }
}
