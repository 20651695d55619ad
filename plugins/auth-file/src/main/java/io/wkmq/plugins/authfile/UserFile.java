package io.wkmq.plugins.authfile;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of users, one per line as {@code name:hash}, see {@link PasswordHash}; empty lines and lines that start with
 * {@code #} are preserved. Thread-safe: look-ups read an immutable snapshot; changes are serialized and replace the file as a
 * whole.
 */
final class UserFile {
    static final int NAME_CHARS_MAX = 1_024;

    private final Path file;
    private volatile Map<String, PasswordHash> users = Map.of();

    UserFile(Path file) {
        this.file = file;
    }

    /** Returns the path of the file. */
    Path file() {
        return file;
    }

    /** Returns the stored password of a user, or null. */
    @Nullable
    PasswordHash find(String name) {
        return users.get(name);
    }

    /** Returns whether there are no users. */
    boolean isEmpty() {
        return users.isEmpty();
    }

    /** Returns the users in file order. */
    Set<String> names() {
        return users.keySet();
    }

    /**
     * Reads the file again. If that fails the users stay as they were.
     *
     * @throws NoSuchFileException if it does not exist
     * @throws InvalidFileException if any line is malformed
     */
    synchronized void load() throws IOException, InvalidFileException {
        users = parse(lines());
    }

    /**
     * Adds a user, or replaces a user's password.
     *
     * @param mayExist false to add only, true to replace only
     * @return whether that was possible: the user did not exist, or did
     * @throws IllegalArgumentException if the name is not allowed in the file
     */
    synchronized boolean put(String name, PasswordHash hash, boolean mayExist)
            throws IOException, InvalidFileException {
        checkName(name);
        List<String> lines = existingLines();
        if (parse(lines).containsKey(name) != mayExist) {
            return false;
        }
        String line = name + ':' + hash.text();
        if (mayExist) {
            lines.replaceAll(old -> name.equals(nameOf(old)) ? line : old);
        } else {
            lines.add(line);
        }
        replace(lines);
        return true;
    }

    /**
     * Removes a user.
     *
     * @return whether the user existed
     */
    synchronized boolean remove(String name) throws IOException, InvalidFileException {
        List<String> lines = existingLines();
        parse(lines);
        if (!lines.removeIf(line -> name.equals(nameOf(line)))) {
            return false;
        }
        replace(lines);
        return true;
    }

    @GuardedBy("this")
    private void replace(List<String> lines) throws IOException, InvalidFileException {
        Map<String, PasswordHash> changed = parse(lines);
        String text = lines.isEmpty() ? "" : String.join("\n", lines) + '\n';
        PrivateFile.replace(file, text.getBytes(StandardCharsets.UTF_8));
        users = changed;
    }

    private List<String> existingLines() throws IOException, InvalidFileException {
        try {
            return lines();
        } catch (NoSuchFileException e) {
            return new ArrayList<>();
        }
    }

    private List<String> lines() throws IOException, InvalidFileException {
        try {
            return new ArrayList<>(Files.readAllLines(file, StandardCharsets.UTF_8));
        } catch (CharacterCodingException e) {
            throw new InvalidFileException(List.of(file + ": is not UTF-8 text"));
        }
    }

    private Map<String, PasswordHash> parse(List<String> lines) throws InvalidFileException {
        Map<String, PasswordHash> found = new LinkedHashMap<>();
        List<String> errors = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String name = nameOf(line);
            if (name == null) {
                continue;
            }
            try {
                checkName(name);
                if (found.put(
                                name,
                                PasswordHash.parse(
                                        line.substring(name.length() + 1).strip()))
                        != null) {
                    throw new IllegalArgumentException("the user '" + name + "' stands here twice");
                }
            } catch (IllegalArgumentException e) {
                errors.add(file + ":" + (i + 1) + ": " + e.getMessage());
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidFileException(errors);
        }
        return Collections.unmodifiableMap(found);
    }

    /** Returns the text before the last colon (hashes contain none), or null for a line without a user. */
    private static @Nullable String nameOf(String line) {
        if (line.isBlank() || line.startsWith("#")) {
            return null;
        }
        int colon = line.lastIndexOf(':');
        return colon < 0 ? "" : line.substring(0, colon);
    }

    private static void checkName(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("there is no user name; expected name:hash");
        }
        if (name.length() > NAME_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "the user name has " + name.length() + " characters; expected at most " + NAME_CHARS_MAX);
        }
        boolean control = name.chars().anyMatch(Character::isISOControl);
        if (control || name.startsWith("#") || !name.equals(name.strip())) {
            throw new IllegalArgumentException("the user name '" + name
                    + "' starts with # or has spaces around it or control characters; expected none of these");
        }
    }
}
