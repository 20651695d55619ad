package io.wkmq.broker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class TokenFileTest {
    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void choose() {
        file = directory.resolve("run").resolve("token");
    }

    private TokenFile open() {
        return TokenFile.loadOrCreate(file, new SecureRandom());
    }

    private String mode() throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void newTokenIsLongAndForTheOwnerAlone() throws Exception {
        TokenFile made = open();
        String token = Files.readString(file).strip();
        assertThat(token).matches("[0-9a-f]{64}");
        assertThat(mode()).isEqualTo("rw-------");
        assertThat(made.matches(token)).isTrue();
        assertThat(made.matches(token.substring(1))).isFalse();
        assertThat(made.matches("")).isFalse();
        try (var files = Files.list(directory.resolve("run"))) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void tokenThatIsThereStays() throws Exception {
        open();
        String token = Files.readString(file).strip();
        assertThat(open().matches(token)).isTrue();
        assertThat(file).hasContent(token);
    }

    @Test
    void everyNodeHasItsOwn() throws Exception {
        open();
        String first = Files.readString(file);
        Files.delete(file);
        open();
        assertThat(Files.readString(file)).isNotEqualTo(first);
    }

    @Test
    void fileThatOthersCanReadIsClosedToThem() throws Exception {
        open();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        open();
        assertThat(mode()).isEqualTo("rw-------");
    }

    @Test
    void tokenThatCanBeGuessedIsRefused() throws Exception {
        Files.createDirectories(directory.resolve("run"));
        Files.writeString(file, "secret\n");
        assertThatThrownBy(this::open)
                .isInstanceOf(ManagementException.class)
                .hasMessage("management.token_file = " + file + ": holds 6 characters; expected at least 32. Delete it"
                        + " to get a new one");
    }
}
