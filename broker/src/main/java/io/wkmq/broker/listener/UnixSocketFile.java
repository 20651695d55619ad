package io.wkmq.broker.listener;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The file of a unix domain socket. The channel deletes it on close. Exception messages say what is wrong and what to do,
 * without the configuration key, which the caller prepends.
 *
 * @param path the file's path
 */
public record UnixSocketFile(Path path) {
    /** Deletes a socket left behind by a dead process; touches neither one in use nor a file that is not a socket. */
    public void removeStale() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!maybeSocket()) {
            throw new IOException("exists and is no socket, choose another path");
        }
        if (inUse()) {
            throw new IOException("another process listens there, stop it or choose another path");
        }
        if (!Files.isWritable(path)) { // connecting would fail too, so whether somebody listens is unknown
            throw new IOException("belongs to another user, choose another path");
        }
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new IOException("cannot remove the old socket: " + e, e);
        }
    }

    /** Returns whether this is neither file, directory nor link: a socket, or something that cannot be connected to. */
    private boolean maybeSocket() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther();
    }

    /** Returns whether a process listens on the socket. Does not block, not even if that process hangs. */
    public boolean inUse() {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException | BindException e) {
            return false; // refused: nobody listens, at least not for us
        } catch (IOException e) {
            return Files.exists(path); // the listener's backlog is full
        }
    }

    /**
     * Restricts who may connect, on file systems with POSIX permissions.
     *
     * @param mode the permissions, as in {@code rw-rw----}
     */
    public void restrict(String mode) throws IOException {
        try {
            if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
            }
        } catch (IOException e) {
            throw new IOException("cannot set its mode: " + e, e);
        }
    }
}
