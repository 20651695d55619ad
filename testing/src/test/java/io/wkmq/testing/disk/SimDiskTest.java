package io.wkmq.testing.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SimDiskTest {
    private final SimDisk disk = new SimDisk();

    private static void write(FileChannel file, String text, long offset) throws IOException {
        file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)), offset);
    }

    private static String content(SimDisk disk, String name) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) disk.size(name));
        try (FileChannel file = disk.open(name)) {
            while (bytes.hasRemaining()) {
                file.read(bytes, bytes.position());
            }
        }
        return new String(bytes.array(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void aPowerLossTakesWhatIsNotSynced() throws IOException {
        FileChannel file = disk.open("a");
        write(file, "one", 0);
        file.force(false);
        disk.syncNames();
        write(file, "two", 3);

        assertThat(content(disk, "a")).isEqualTo("onetwo");
        assertThat(content(disk.crashed(disk.now(), Loss.ALL, new Random(1)), "a"))
                .isEqualTo("one");
        assertThat(content(disk.crashed(disk.now(), Loss.NOTHING, new Random(1)), "a"))
                .isEqualTo("onetwo");
    }

    @Test
    void aPowerLossInThePastKnowsNothingOfLater() throws IOException {
        FileChannel file = disk.open("a");
        disk.syncNames();
        write(file, "one", 0);
        file.force(false);
        int moment = disk.now();
        write(file, "two", 0);
        file.force(false);

        assertThat(content(disk.crashed(moment, Loss.NOTHING, new Random(1)), "a"))
                .isEqualTo("one");
    }

    @Test
    void namesAreLostUntilTheyAreSynced() throws IOException {
        disk.open("a").force(true);
        assertThat(disk.crashed(disk.now(), Loss.ALL, new Random(1)).list()).isEmpty();

        disk.syncNames();
        disk.rename("a", "b");
        assertThat(disk.crashed(disk.now(), Loss.ALL, new Random(1)).list()).containsExactly("a");

        disk.syncNames();
        disk.delete("b");
        assertThat(disk.crashed(disk.now(), Loss.ALL, new Random(1)).list()).containsExactly("b");
        assertThat(disk.list()).isEmpty();
    }

    @Test
    void unsyncedWritesSurviveInAnyCombination() throws IOException {
        FileChannel file = disk.open("a");
        disk.syncNames();
        write(file, "....", 0);
        file.force(false);
        write(file, "x", 0);
        write(file, "y", 3);

        assertThat(states(Loss.TAIL)).containsExactlyInAnyOrder("....", "x...", "x..y");
        assertThat(states(Loss.SOME)).containsExactlyInAnyOrder("....", "x...", "...y", "x..y");
    }

    @Test
    void aWriteIsTornAtSectors() throws IOException {
        FileChannel file = disk.open("a");
        disk.syncNames();
        write(file, ".".repeat(1100), 0);
        file.force(false);
        write(file, "x".repeat(1000), 100);

        Set<String> states = new HashSet<>();
        for (String state : states(Loss.SECTORS)) {
            states.add("" + state.charAt(99) + state.charAt(511) + state.charAt(512) + state.charAt(1024));
        }
        assertThat(states).hasSize(8).contains(".x..", "..x.", "...x", ".xxx", "....");
    }

    private Set<String> states(Loss loss) throws IOException {
        Set<String> states = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            states.add(content(disk.crashed(disk.now(), loss, new Random(seed)), "a"));
        }
        return states;
    }

    @Test
    void whatAFailedSyncDroppedIsNotSyncedByTheNext() throws IOException {
        FileChannel file = disk.open("a");
        disk.syncNames();
        write(file, "one", 0);
        disk.fail(Operation.SYNC, 0, 1, SimDisk.BROKEN);
        assertThatIOException().isThrownBy(() -> file.force(false)).withMessage(SimDisk.BROKEN);
        write(file, "two", 3);
        file.force(false);

        assertThat(content(disk, "a")).isEqualTo("onetwo");
        assertThat(content(disk.crashed(disk.now(), Loss.ALL, new Random(1)), "a"))
                .isEqualTo("\0\0\0two");
    }

    @Test
    void saysWhenAFileHadTheMostToLose() throws IOException {
        FileChannel a = disk.open("a");
        FileChannel b = disk.open("b");
        disk.syncNames();
        write(a, "one", 0);
        int first = disk.now();
        a.force(false);
        b.force(false);
        write(a, "two", 0);
        int second = disk.now();
        a.force(false);

        assertThat(disk.momentsBeforeSyncs("a")).containsExactly(first, second);
    }

    @Test
    void aFullDiskTakesWhatFits() throws IOException {
        disk.capacity(5);
        FileChannel file = disk.open("a");
        ByteBuffer eight = ByteBuffer.allocate(8);

        assertThat(file.write(eight, 0)).isEqualTo(5);
        assertThatIOException().isThrownBy(() -> file.write(eight, 5)).withMessage(SimDisk.FULL);
        assertThat(disk.usableBytes()).isZero();
        write(file, "over", 0);

        disk.capacity(100);
        write(file, "x", 5);
        assertThat(content(disk, "a")).isEqualTo("over\0x");
    }

    @Test
    void failsAsOftenAsItWasTold() throws IOException {
        FileChannel file = disk.open("a");
        disk.fail(Operation.WRITE, 1, 2, "no");
        boolean[] failed = new boolean[5];
        for (int i = 0; i < failed.length; i++) {
            try {
                write(file, "x", 0);
            } catch (IOException e) {
                failed[i] = true;
            }
        }
        assertThat(failed).isEqualTo(new boolean[] {false, true, true, false, false});

        disk.fail(Operation.WRITE, "always");
        assertThatIOException().isThrownBy(() -> write(file, "x", 0));
        assertThatIOException().isThrownBy(() -> file.truncate(0));
        disk.heal();
        write(file, "x", 0);
    }

    @Test
    void onlyTheFilesThatWereToldFail() throws IOException {
        FileChannel a = disk.open("state");
        FileChannel b = disk.open("log-1");
        disk.fail(Operation.SYNC, "log", 0, 1, SimDisk.BROKEN);

        a.force(false);
        assertThatIOException().isThrownBy(() -> b.force(false));
        b.force(false);
    }

    @Test
    void syncsWaitWhileTheDiskHangs() throws Exception {
        FileChannel file = disk.open("a");
        disk.hang();
        Thread waiting = new Thread(() -> {
            try {
                file.force(false);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        waiting.start();
        waiting.join(50);
        assertThat(waiting.isAlive()).isTrue();
        assertThat(disk.momentsBeforeSyncs("a")).isEmpty();

        disk.resume();
        waiting.join(10_000);
        assertThat(disk.momentsBeforeSyncs("a")).hasSize(1);
    }
}
