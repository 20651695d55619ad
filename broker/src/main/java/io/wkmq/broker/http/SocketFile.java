package io.wkmq.broker.http;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** The file of the management socket, for its owner alone. The channel deletes it when it closes. */
record SocketFile(Path path) {
    /** Makes its directory, and deletes a socket that a dead process has left; touches nothing else that may be there. */
    void prepare() {
        try {
            Path directory = path.getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            // A socket is neither file nor directory nor link.
            if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther()) {
                throw new ManagementException(
                        "management.socket = " + path + ": exists and is no socket, choose another path");
            }
            if (inUse()) {
                throw new ManagementException("management.socket = " + path
                        + ": another process listens there, stop it or choose another path");
            }
            Files.delete(path);
        } catch (IOException e) {
            throw new ManagementException("management.socket = " + path + ": cannot be made: " + e, e);
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
            if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            }
        } catch (IOException e) {
            throw new ManagementException("management.socket = " + path + ": cannot set its mode: " + e, e);
        }
    }
}
