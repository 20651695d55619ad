package io.wkmq.testing.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SimDirectoryTest {
    private static final Path DATA = Path.of("data");
    private static final Path BELOW = DATA.resolve("below");

    private static final class Directory extends SimDirectory {
        private Directory(SimDisk disk) {
            super(disk, DATA);
        }
    }

    private final SimDisk disk = new SimDisk();
    private final Directory directory = new Directory(disk);

    @Test
    void aFileGoesByItsPath() throws IOException {
        directory.open(DATA.resolve("a")).close();
        directory.open(BELOW.resolve("b")).close();
        assertThat(disk.list()).containsExactly("a", "below/b");
        assertThat(directory.exists(BELOW.resolve("b"))).isTrue();
        assertThat(directory.exists(DATA.resolve("b"))).isFalse();

        directory.rename(BELOW.resolve("b"), BELOW.resolve("c"));
        directory.delete(DATA.resolve("a"));
        assertThat(disk.list()).containsExactly("below/c");
    }

    @Test
    void aDirectoryHasWhatIsInItItself() throws IOException {
        directory.open(DATA.resolve("a")).close();
        directory.open(BELOW.resolve("b")).close();
        assertThat(directory.list(DATA)).containsExactly(DATA.resolve("a"));
        assertThat(directory.list(BELOW)).containsExactly(BELOW.resolve("b"));
    }

    @Test
    void namesAreDurableOnceADirectoryIsSynced() throws IOException {
        directory.open(DATA.resolve("a")).close();
        directory.syncDirectory(DATA);
        directory.open(DATA.resolve("b")).close();
        Directory left = new Directory(disk.crashed(disk.now(), Loss.ALL, new Random(1)));
        assertThat(left.list(DATA)).containsExactly(DATA.resolve("a"));
    }

    @Test
    void whatIsNotBelowItIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> directory.exists(Path.of("elsewhere", "a")))
                .withMessage("The file elsewhere/a is used; expected one in the directory data");
    }
}
