package io.wkmq.cluster.security;

import io.wkmq.cluster.file.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cookie of a node without a configured one: the file {@code cookie} in its data directory. Used once, at start. */
public final class CookieFile {
    private static final Logger log = LoggerFactory.getLogger(CookieFile.class);
    private static final String FILE = "cookie";
    private static final int BYTES = 32;
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");

    private CookieFile() {}

    /**
     * Reads the cookie from that directory; if there is none, creates one, durably and readable by its owner only. To form a
     * cluster, copy the file to the other nodes.
     *
     * @throws IOException if the file cannot be read or written, or is blank
     */
    public static Cookie loadOrCreate(Path dataDirectory, SecureRandom random) throws IOException {
        Path file = dataDirectory.resolve(FILE);
        if (Files.exists(file)) {
            return read(file);
        }
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        String text = HexFormat.of().formatHex(secret);
        new DurableFile(file).replace((text + "\n").getBytes(StandardCharsets.US_ASCII), owner(file));
        log.info("This node has a new cookie; nodes that are to join it need the same file={}", file);
        return Cookie.of(text);
    }

    private static Cookie read(Path file) throws IOException {
        String text = Files.readString(file).strip();
        if (text.isEmpty()) {
            throw new IOException(file + " is blank; expected the cluster's cookie. Delete it to get a new one");
        }
        if (posix(file) && !OWNER.containsAll(Files.getPosixFilePermissions(file))) {
            Files.setPosixFilePermissions(file, OWNER);
            log.warn("Others could read the cookie, its file is for its owner alone now file={}", file);
        }
        return Cookie.of(text);
    }

    private static FileAttribute<?>[] owner(Path file) {
        return posix(file)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER)}
                : new FileAttribute<?>[0];
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
