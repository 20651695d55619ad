package io.wkmq.plugins.authfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserFileTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path directory;

    @Test
    void makesAFileThatOnlyTheOwnerReads() throws Exception {
        UserFile users = users();
        assertThat(users.put("alice", hash("a"), false)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(users.file())))
                .isEqualTo("rw-------");
        assertThat(PrivateFile.readableByOthers(users.file())).isFalse();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(users.file());
        }
    }

    @Test
    void keepsCommentsOrderAndOtherUsers() throws Exception {
        UserFile users = users();
        String alice = "alice:" + hash("a").text();
        String bob = "tenant:bob:" + hash("b").text();
        Files.writeString(users.file(), "# people\n" + alice + "\n\n# robots\n" + bob + "\n");
        users.load();
        assertThat(users.names()).containsExactly("alice", "tenant:bob");

        PasswordHash changed = hash("c");
        assertThat(users.put("alice", changed, true)).isTrue();
        assertThat(users.put("carol", changed, false)).isTrue();
        assertThat(users.remove("tenant:bob")).isTrue();

        assertThat(Files.readAllLines(users.file()))
                .containsExactly("# people", "alice:" + changed.text(), "", "# robots", "carol:" + changed.text());
        assertThat(users.names()).containsExactly("alice", "carol");
    }

    @Test
    void addsOnlyNewUsersAndChangesOnlyExistingOnes() throws Exception {
        UserFile users = users();
        assertThat(users.put("alice", hash("a"), true)).isFalse();
        assertThat(users.remove("alice")).isFalse();
        assertThat(users.put("alice", hash("a"), false)).isTrue();
        assertThat(users.put("alice", hash("b"), false)).isFalse();
        assertThat(users.remove("alice")).isTrue();
        assertThat(Files.readString(users.file())).isEmpty();
    }

    @Test
    void seesWhatAnotherProgramWroteBeforeItChangesTheFile() throws Exception {
        UserFile users = users();
        users.put("alice", hash("a"), false);
        Files.writeString(users.file(), "bob:" + hash("b").text() + "\n");
        users.put("carol", hash("c"), false);
        assertThat(users.names()).containsExactly("bob", "carol");
    }

    @Test
    void followsALinkInsteadOfReplacingIt() throws Exception {
        Path real = Files.createDirectory(directory.resolve("real")).resolve("users");
        Files.writeString(real, "");
        Path link = Files.createSymbolicLink(directory.resolve("users"), real);
        new UserFile(link).put("alice", hash("a"), false);
        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(real)).startsWith("alice:");
    }

    @Test
    void reportsAllWrongLinesAndKeepsTheUsers() throws Exception {
        UserFile users = users();
        users.put("alice", hash("a"), false);
        String line = "bob:" + hash("b").text();
        Files.writeString(users.file(), "no colon\n" + line + "\n# fine\nx:plain\n" + line + "\n");
        assertThatThrownBy(users::load)
                .isInstanceOf(InvalidFileException.class)
                .hasMessageContaining(users.file() + ":1: there is no user name")
                .hasMessageContaining(users.file() + ":4: the password hash has an unknown form")
                .hasMessageContaining(users.file() + ":5: the user 'bob' stands here twice")
                .hasMessageNotContaining("plain");
        assertThat(users.names()).containsExactly("alice");
        assertThatThrownBy(() -> users.put("carol", hash("c"), false)).isInstanceOf(InvalidFileException.class);
    }

    @Test
    void saysThatAFileIsMissingOrNotText() throws Exception {
        UserFile users = users();
        assertThatThrownBy(users::load).isInstanceOf(NoSuchFileException.class);
        Files.write(users.file(), new byte[] {(byte) 0xFF, '\n'});
        assertThatThrownBy(users::load).isInstanceOf(InvalidFileException.class).hasMessageContaining("not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "#x", " x", "x ", "a\nb:c", "a\rb", "a\u0000"})
    void refusesNamesThatBreakTheFile(String name) {
        assertThatThrownBy(() -> users().put(name, hash("a"), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void readersSeeTheOldFileOrTheNewOne() throws Exception {
        UserFile users = users();
        users.put("alice", hash("a"), false);
        AtomicBoolean ended = new AtomicBoolean();
        CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> {
            int reads = 0;
            do { // once at least, however late this thread begins
                UserFile other = new UserFile(users.file());
                try {
                    other.load();
                } catch (IOException | InvalidFileException e) {
                    throw new IllegalStateException(e);
                }
                assertThat(other.find("alice")).isNotNull();
                assertThat(users.find("alice")).isNotNull();
                reads++;
            } while (!ended.get());
            return reads;
        });
        List<PasswordHash> hashes = List.of(hash("a"), hash("b"));
        int changes = 0;
        while (changes < 50 && !reader.isDone()) {
            users.put("alice", hashes.get(changes % 2), true);
            users.put("user" + changes, hashes.get(0), false);
            changes++;
        }
        ended.set(true);
        assertThat(reader.get(30, TimeUnit.SECONDS)).isPositive();
        assertThat(users.names()).hasSize(changes + 1);
    }

    @Test
    void ownersCanReadTheirFileWhateverTheUmask() throws Exception {
        UserFile users = users();
        Files.write(users.file(), "".getBytes(StandardCharsets.UTF_8));
        Files.setPosixFilePermissions(users.file(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(PrivateFile.readableByOthers(users.file())).isTrue();
        users.put("alice", hash("a"), false);
        assertThat(PrivateFile.readableByOthers(users.file())).isFalse();
    }

    private UserFile users() {
        return new UserFile(directory.resolve("users"));
    }

    private static PasswordHash hash(String password) {
        return PasswordHash.create(password, PasswordHash.ITERATIONS_MIN, RANDOM);
    }
}
