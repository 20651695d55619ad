package io.wkmq.broker.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secret that {@code wkctl} and users of the HTTP API present: whoever can read its file may administer the node.
 * Immutable; its string form does not reveal the token.
 */
public final class TokenFile {
    private static final Logger log = LoggerFactory.getLogger(TokenFile.class);
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");
    private static final int BYTES = 32;
    private static final int LENGTH_MIN = 32;
    private static final String BEARER = "Bearer ";

    private final byte[] token;

    private TokenFile(String token) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the file, or creates it with a new token.
     *
     * @throws ManagementException if that fails, or the token in it is too short
     */
    public static TokenFile loadOrCreate(Path file, SecureRandom random) {
        try {
            return new TokenFile(Files.exists(file) ? read(file) : create(file, random));
        } catch (IOException e) {
            throw new ManagementException("management.token_file = " + file + ": cannot be read or made: " + e, e);
        }
    }

    private static String read(Path file) throws IOException {
        String token = Files.readString(file).strip();
        if (token.length() < LENGTH_MIN) {
            throw new ManagementException("management.token_file = " + file + ": holds " + token.length()
                    + " characters; expected at least " + LENGTH_MIN + ". Delete it to get a new one");
        }
        if (posix(file) && !OWNER.containsAll(Files.getPosixFilePermissions(file))) {
            log.warn("The token of wkctl could be read by others, its file is for its owner alone now file={}", file);
            Files.setPosixFilePermissions(file, OWNER);
        }
        return token;
    }

    private static String create(Path file, SecureRandom random) throws IOException {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String token = HexFormat.of().formatHex(bytes);
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
        Files.createDirectories(directory);
        FileAttribute<?>[] mode = posix(directory)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER)}
                : new FileAttribute<?>[0];
        // The file appears atomically and complete, also after a power failure.
        Path fresh = Files.createTempFile(directory, "token", ".new", mode);
        Files.writeString(fresh, token + '\n', StandardOpenOption.WRITE, StandardOpenOption.SYNC);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return token;
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** Returns whether a request presents the token, as {@code Authorization: Bearer <token>}. */
    public boolean shownBy(Request request) {
        String authorization = request.header("authorization");
        return authorization != null
                && authorization.startsWith(BEARER)
                && matches(authorization.substring(BEARER.length()));
    }

    /** Returns whether this is the token, in constant time. */
    boolean matches(String shown) {
        return MessageDigest.isEqual(token, shown.getBytes(StandardCharsets.UTF_8));
    }
}
