package io.wkmq.testing.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that loses what was not synced, and that fills up. */
class LoopDiskTest {
    private static final long BYTES = 32 << 20;
    private static final int SOME = 64 << 10;

    private LoopDisk disk;
    private Path mounted;

    @BeforeEach
    void mount(@TempDir Path directory) throws IOException {
        mounted = directory.resolve("mounted");
        Optional<LoopDisk> made = LoopDisk.mount(directory.resolve("image"), BYTES, mounted);
        assumeTrue(made.isPresent(), "it needs the right to mount, and mkfs.ext4");
        disk = made.orElseThrow();
    }

    @AfterEach
    void unmount() throws IOException {
        if (disk != null) {
            disk.close();
        }
    }

    @Test
    void whatWasNotSyncedIsLostWithThePower() throws IOException {
        write("synced", true);
        write("not synced", false);

        disk.losePower();

        assertThat(mounted.resolve("synced")).hasSize(SOME);
        assertThat(mounted.resolve("not synced"))
                .satisfiesAnyOf(
                        file -> assertThat(file).doesNotExist(),
                        file -> assertThat(file).isEmptyFile());
        write("afterwards", true);
    }

    private void write(String name, boolean synced) throws IOException {
        try (FileChannel file =
                FileChannel.open(mounted.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThat(file.write(ByteBuffer.allocate(SOME))).isEqualTo(SOME);
            if (synced) {
                file.force(true);
            }
        }
    }

    @Test
    void aFullDiskTakesNothingUntilThereIsSpaceAgain() throws IOException {
        disk.fill();
        assertThatThrownBy(() -> Files.write(mounted.resolve("more"), new byte[SOME]))
                .isInstanceOf(IOException.class);

        disk.free();
        assertThat(Files.write(mounted.resolve("more"), new byte[SOME])).hasSize(SOME);
    }
}
