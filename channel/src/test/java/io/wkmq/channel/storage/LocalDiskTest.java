package io.wkmq.channel.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDiskTest {
    private final LocalDisk disk = new LocalDisk();

    @TempDir
    Path directory;

    @Test
    void aDirectoryIsMadeWithThoseAboveIt() throws IOException {
        Path below = directory.resolve("a/b/c");
        disk.createDirectory(below);
        assertThat(below).isDirectory();
        disk.createDirectory(below);
        assertThat(below).isEmptyDirectory();
    }

    @Test
    void aFileIsNoDirectory() throws IOException {
        Path file = Files.createFile(directory.resolve("a"));
        assertThatThrownBy(() -> disk.createDirectory(file)).isInstanceOf(FileAlreadyExistsException.class);
    }
}
