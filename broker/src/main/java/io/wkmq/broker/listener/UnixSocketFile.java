package io.wkmq.broker.listener;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The file of a unix domain socket. Its channel deletes it when it closes. */
final class UnixSocketFile {
    /** The owner and its group may connect. */
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-rw----");

    private final ListenerKey key;
    private final Path path;

    UnixSocketFile(ListenerKey key, Path path) {
        this.key = key;
        this.path = path;
    }

    /** Deletes a socket that a dead process has left; touches neither one in use nor anything that is no socket. */
    void removeStale() {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            // Neither file nor directory nor link: a socket, or something that cannot be connected to and is left
            // alone.
            if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther()) {
                throw new ListenerException(key + ": " + path + " exists and is no socket, choose another path");
            }
            if (inUse()) {
                throw new ListenerException(
                        key + ": another process listens on " + path + ", stop it or choose another path");
            }
            Files.delete(path);
        } catch (IOException e) {
            throw new ListenerException(key + ": cannot remove the old socket " + path + ": " + e, e);
        }
    }

    private boolean inUse() {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return probe.isConnected();
        } catch (IOException e) {
            return false; // connection refused: nobody listens
        }
    }

    void restrict() {
        try {
            Files.setPosixFilePermissions(path, MODE);
        } catch (IOException e) {
            throw new ListenerException(key + ": cannot set the mode of " + path + ": " + e, e);
        }
    }
}
