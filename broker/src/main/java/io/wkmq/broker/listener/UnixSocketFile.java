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
 * The file of a unix domain socket. Its channel deletes it when it closes. Failures say what is the matter and what to do, for
 * the caller to put the key of the configuration in front.
 *
 * @param path where it is
 */
public record UnixSocketFile(Path path) {
    /** Deletes a socket that a dead process has left; touches neither one in use nor anything that is no socket. */
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
        if (!Files.isWritable(path)) { // nor can it be connected to, so it is not known whether somebody listens
            throw new IOException("belongs to another user, choose another path");
        }
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new IOException("cannot remove the old socket: " + e, e);
        }
    }

    /** Neither file nor directory nor link: a socket, or something that cannot be connected to. */
    private boolean maybeSocket() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther();
    }

    /** Whether somebody listens there. Does not wait, not even for a process that hangs. */
    public boolean inUse() {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException | BindException e) {
            return false; // refused: nobody listens, or nobody for us
        } catch (IOException e) {
            return Files.exists(path); // then so many wait already that nobody else is let in
        }
    }

    /**
     * Says who may connect, where files have modes.
     *
     * @param mode as in {@code rw-rw----}
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
