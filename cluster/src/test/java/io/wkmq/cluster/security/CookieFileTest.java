package io.wkmq.cluster.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CookieFileTest {
    private static final byte[] SAID = {1};

    @Test
    void firstStartMakesOneThatOnlyItsOwnerReads(@TempDir Path directory) throws IOException {
        Path data = directory.resolve("data");
        Cookie made = load(data);
        Path file = data.resolve("cookie");
        assertThat(Files.readString(file)).matches("[0-9a-f]{64}\n");
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(data).isDirectoryContaining(file::equals).isDirectoryNotContaining(each -> !each.equals(file));
        assertThat(load(data).mac("x").doFinal(SAID)).isEqualTo(made.mac("x").doFinal(SAID));
    }

    @Test
    void twoNodesMakeDifferentOnes(@TempDir Path directory) throws IOException {
        Cookie one = load(directory.resolve("one"));
        Cookie other = load(directory.resolve("other"));
        assertThat(one.mac("x").doFinal(SAID)).isNotEqualTo(other.mac("x").doFinal(SAID));
    }

    @Test
    void copiedFileIsTakenWithoutTheSpaceAroundIt(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("cookie"), "  my own\r\n");
        assertThat(load(directory).mac("x").doFinal(SAID))
                .isEqualTo(Cookie.of("my own").mac("x").doFinal(SAID));
    }

    @Test
    void fileThatOthersReadIsClosedToThem(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("cookie"), "mine");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        load(directory);
        assertThat(mode(file)).isEqualTo("rw-------");
    }

    @Test
    void whatAnInterruptedStartLeftDoesNotMatter(@TempDir Path directory) throws IOException {
        Path left = Files.writeString(directory.resolve("cookie.new"), "half");
        Files.setPosixFilePermissions(left, PosixFilePermissions.fromString("rw-rw-rw-"));
        load(directory);
        assertThat(mode(directory.resolve("cookie"))).isEqualTo("rw-------");
        assertThat(Files.readString(directory.resolve("cookie"))).hasSize(65);
    }

    @Test
    void blankFileIsRefused(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("cookie"), "\n");
        assertThatThrownBy(() -> load(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory.resolve("cookie") + " is blank");
    }

    private static Cookie load(Path directory) throws IOException {
        return CookieFile.loadOrCreate(directory, new SecureRandom());
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
