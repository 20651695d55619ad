package io.wkmq.channel.mvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.storage.SimulatedDisk;
import io.wkmq.channel.storage.StorageException;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.Operation;
import io.wkmq.testing.disk.SimDisk;
import io.wkmq.testing.sim.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NodeTableTest {
    private static final int GROUPS = 3;

    private final SimDisk disk = new SimDisk();

    private static TableFiles files(SimDisk disk) {
        return new TableFiles(new SimulatedDisk(disk), SimulatedDisk.DIRECTORY);
    }

    private static NodeTable open(SimDisk disk) throws IOException {
        return files(disk).open(TableFiles.TABLE, GROUPS);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    void aNewTableHasNothing() throws IOException {
        try (NodeTable table = open(disk)) {
            assertThat(table.group(0)).isNull();
            assertThat(table.channel(0, 1)).isNull();
            assertThat(table.folded()).isZero();
        }
    }

    @Test
    void rowsAreThereAfterARestart() throws IOException {
        long salt;
        try (NodeTable table = open(disk)) {
            salt = table.salt();
            table.write(List.of(new GroupRows(0, bytes(1), Map.of(7, bytes(2), 8, bytes(3)))), 5);
            table.write(List.of(new GroupRows(2, bytes(4), Map.of(7, GroupRows.DROPPED))), 6);
        }
        try (NodeTable table = open(disk)) {
            assertThat(table.group(0)).isEqualTo(bytes(1));
            assertThat(table.group(1)).isNull();
            assertThat(table.channel(0, 7)).isEqualTo(bytes(2));
            assertThat(table.channel(2, 7)).isEqualTo(GroupRows.DROPPED);
            assertThat(table.folded()).isEqualTo(6);
            assertThat(table.salt()).isEqualTo(salt);
        }
    }

    @Test
    void theNumberOfGroupsStaysThatOfTheBeginning() throws IOException {
        open(disk).close();
        try (NodeTable table = files(disk).open(TableFiles.TABLE, 99)) {
            assertThat(table.groups()).isEqualTo(GROUPS);
            table.requireGroups(GROUPS);
            assertThatThrownBy(() -> table.requireGroups(99))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining(
                            "are in " + GROUPS + " groups, but cluster.channels.groups is 99; expected " + GROUPS);
        }
    }

    @Test
    void rowsOfAGroupComeInPagesAndInOrder() throws IOException {
        try (NodeTable table = open(disk)) {
            Map<Integer, byte[]> rows = new TreeMap<>();
            for (int channel = 1; channel <= 10; channel++) {
                rows.put(channel * 3, bytes(channel));
            }
            table.write(List.of(new GroupRows(1, bytes(0), rows), new GroupRows(2, bytes(0), Map.of(1, bytes(99)))), 1);
            List<Integer> found = new ArrayList<>();
            table.channels(1, 4, 3, (channel, row) -> found.add(channel));
            assertThat(found).containsExactly(6, 9, 12);
            found.clear();
            table.channels(1, 28, 3, (channel, row) -> found.add(channel));
            assertThat(found).containsExactly(30);
        }
    }

    @Test
    void pinnedRowsStayAsTheyWere() throws IOException {
        try (NodeTable table = open(disk)) {
            table.write(
                    List.of(new GroupRows(1, bytes(1), large(0)), new GroupRows(2, bytes(1), Map.of(1, bytes(9)))), 1);
            PinnedRows pinned = table.pin(1);
            for (int round = 1; round <= 100; round++) {
                table.write(List.of(new GroupRows(1, bytes(round), large(round))), 1);
            }
            Map<Integer, byte[]> found = new TreeMap<>();
            pinned.channels(1, 15, found::put);
            pinned.channels(16, 15, found::put);
            assertThat(found).hasSize(20);
            assertThat(found.values()).allSatisfy(row -> assertThat(row).containsOnly(0));
            assertThat(pinned.state()).isEqualTo(bytes(1));
            assertThat(table.channel(1, 7)).containsOnly(100);
            pinned.close();
            pinned.close();
            assertThatThrownBy(() -> pinned.channels(1, 1, found::put)).isInstanceOf(IOException.class);
            table.write(List.of(new GroupRows(1, bytes(0), large(101))), 1);
            assertThat(table.channel(1, 7)).containsOnly(101);
        }
    }

    private static Map<Integer, byte[]> large(int value) {
        Map<Integer, byte[]> rows = new TreeMap<>();
        for (int channel = 1; channel <= 20; channel++) {
            byte[] row = new byte[1_000];
            Arrays.fill(row, (byte) value);
            rows.put(channel, row);
        }
        return rows;
    }

    @Test
    void aGroupIsNotWholeUntilItsLastRowsAreThere() throws IOException {
        try (NodeTable table = open(disk)) {
            assertThat(table.wanted(1)).isZero();
            table.want(1, 70);
            table.want(1, 60);
            table.want(2, 5);
            table.write(List.of(new GroupRows(0, new byte[] {1}, Map.of(7, new byte[] {2}, 8, new byte[] {3}))), 0);
            table.wantWithout(0, 9, 7);
            table.wantWithout(0, 4, 9);
            assertThat(table.wanted(0)).isEqualTo(9);
            assertThat(table.refetched(0)).isEqualTo(9);
            assertThat(table.refetched(1)).isNull();
            assertThat(table.channel(0, 7)).isEmpty();
            assertThat(table.channel(0, 8)).containsExactly(3);
            assertThat(table.channel(0, 9)).isEmpty();
            table.writeSome(1, Map.of(3, bytes(3)));
            table.writeState(1, bytes(4));
        }
        try (NodeTable table = open(disk)) {
            assertThat(table.wanted(1)).as("never less than before").isEqualTo(70);
            assertThat(table.channel(1, 3)).isEqualTo(bytes(3));
            assertThat(table.group(1)).isEqualTo(bytes(4));
            table.complete(new GroupRows(1, bytes(5), Map.of(4, bytes(6))));
            assertThat(table.refetched(0)).isEqualTo(9);
            table.complete(new GroupRows(0, bytes(7), Map.of()));
            assertThat(table.refetched(0)).isNull();
        }
        try (NodeTable table = open(disk)) {
            assertThat(table.wanted(1)).isZero();
            assertThat(table.wanted(2)).isEqualTo(5);
            assertThat(table.group(1)).isEqualTo(bytes(5));
            assertThat(table.channel(1, 4)).isEqualTo(bytes(6));
        }
    }

    @Test
    void whatIsWantedOfAllChannelsIsNotForOneOnly() throws IOException {
        try (NodeTable table = open(disk)) {
            table.wantWithout(0, 9, 7);
            table.wantMore(0, 12);
            assertThat(table.wanted(0)).isEqualTo(12);
            assertThat(table.refetched(0)).as("a donor was further").isEqualTo(7);
            table.wantWithout(1, 9, 7);
            table.want(1, 20);
        }
        try (NodeTable table = open(disk)) {
            assertThat(table.refetched(0)).isEqualTo(7);
            table.want(0, 11);
            assertThat(table.wanted(1)).isEqualTo(20);
            assertThat(table.refetched(1)).isNull();
        }
        try (NodeTable table = open(disk)) {
            assertThat(table.wanted(0)).as("never less than before").isEqualTo(12);
            assertThat(table.refetched(0)).isNull();
            table.wantWithout(0, 12, 8);
            assertThat(table.refetched(0)).isEqualTo(8);
        }
    }

    @Test
    void aFailedWriteIsTold() throws IOException {
        try (NodeTable table = open(disk)) {
            disk.fail(Operation.SYNC, SimDisk.BROKEN);
            assertThatThrownBy(() -> table.write(List.of(new GroupRows(0, bytes(1), Map.of())), 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot be written");
            disk.heal();
        }
    }

    @Test
    void afterAFailedSyncTheTableIsWrittenAnew() throws IOException {
        long salt;
        try (NodeTable table = open(disk)) {
            salt = table.salt();
            table.write(List.of(new GroupRows(1, bytes(1), Map.of(7, bytes(2), 8, bytes(3)))), 5);
            disk.fail(Operation.SYNC, "table.mv", 0, 1, SimDisk.BROKEN);
            assertThatThrownBy(() -> table.write(List.of(new GroupRows(1, bytes(4), Map.of())), 6))
                    .isInstanceOf(IOException.class);
        }
        disk.heal();
        assertThat(disk.list()).containsExactlyInAnyOrder("table.mv", "table.mv.unsure");
        int before = disk.now();
        open(disk).close();
        assertThat(disk.list()).containsExactly("table.mv");
        for (SimDisk left : List.of(disk, disk.crashed(before, Loss.ALL, new Random(1)))) {
            try (NodeTable table = open(left)) {
                assertThat(table.salt()).isEqualTo(salt);
                assertThat(table.groups()).isEqualTo(GROUPS);
                assertThat(table.folded()).isEqualTo(5);
                assertThat(table.group(1)).isEqualTo(bytes(1));
                assertThat(table.channel(1, 8)).isEqualTo(bytes(3));
            }
        }
    }

    @Test
    void aDamagedTableIsNotOpened() throws IOException {
        open(disk).close();
        try (FileChannel file = disk.open("table.mv")) {
            file.write(ByteBuffer.wrap(new byte[(int) file.size()]), 0);
        }
        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(DamagedTableException.class)
                .hasMessageContaining("cannot be read");
    }

    /** A flipped bit changes nothing that is used, or is found: nobody is given another row. */
    @Test
    void flippedBitIsFoundWhereverItMatters() {
        Seeds.of("NodeTableTest bits", 300).forEach(random -> {
            try {
                flipOne(random);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void flipOne(Random random) throws IOException {
        SimDisk disk = new SimDisk();
        Map<Integer, byte[]> rows = new TreeMap<>();
        try (NodeTable table = open(disk)) {
            for (int write = 1; write <= 5; write++) {
                Map<Integer, byte[]> some = new TreeMap<>();
                for (int i = 0; i < 40; i++) {
                    some.put(random.nextInt(300), row(write, random));
                }
                rows.putAll(some);
                table.write(List.of(new GroupRows(0, row(write, random), some)), write);
            }
        }
        try (FileChannel file = disk.open("table.mv")) {
            int at = random.nextInt((int) file.size());
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 1 << random.nextInt(8)));
            file.write(one.flip(), at);
        }
        try (NodeTable table = open(disk)) {
            if (table.folded() == 5) { // else MVStore took the last part for one that was being written
                Map<Integer, byte[]> found = new TreeMap<>();
                table.channels(0, 0, 1_000, found::put);
                assertThat(found.keySet()).isEqualTo(rows.keySet());
                found.forEach((channel, row) -> assertThat(row).isEqualTo(rows.get(channel)));
            }
        } catch (DamagedTableException e) {
            assertThat(e).hasMessageContaining("table.mv");
        }
    }

    @Test
    void tableIsPutAsideAndBegunAnew() throws IOException {
        open(disk).close();
        assertThat(files(disk).putAside(TableFiles.TABLE)).hasFileName("table.mv.damaged");
        try (NodeTable table = files(disk).createAnew(TableFiles.TABLE, GROUPS)) {
            assertThat(table.begunAnew()).isTrue();
        }
        try (NodeTable table = open(disk)) {
            assertThat(table.begunAnew()).isTrue();
            table.settled();
        }
        try (NodeTable table = open(disk)) {
            assertThat(table.begunAnew()).isFalse();
        }
        assertThat(disk.list()).containsExactlyInAnyOrder("table.mv", "table.mv.damaged");
    }

    /** Every write has its number in all its rows: after a power loss all rows say the same, and no less than was written for sure. */
    @ParameterizedTest
    @EnumSource(Loss.class)
    void aPowerLossLeavesAWholeCheckpoint(Loss loss) {
        Seeds.of("NodeTableTest " + loss, 8).forEach(random -> {
            try {
                run(loss, random);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void run(Loss loss, Random random) throws IOException {
        SimDisk disk = new SimDisk();
        List<Integer> moments = new ArrayList<>();
        List<Map<Integer, Integer>> states = new ArrayList<>(); // channel -> the write that it was in last
        states.add(Map.of());
        moments.add(0);
        try (NodeTable table = open(disk)) {
            Map<Integer, Integer> state = new TreeMap<>();
            moments.set(0, disk.now());
            for (int write = 1; write <= 40; write++) {
                Map<Integer, byte[]> rows = new TreeMap<>();
                for (int i = random.nextInt(20); i > 0; i--) {
                    int channel = random.nextInt(200);
                    rows.put(channel, row(write, random));
                    state.put(channel, write);
                }
                table.write(List.of(new GroupRows(0, row(write, random), rows)), write);
                states.add(Map.copyOf(state));
                moments.add(disk.now());
                if (random.nextInt(5) == 0) {
                    table.compact();
                }
            }
        }
        for (int i = 0; i < 10; i++) {
            int moment = moments.get(0) + random.nextInt(disk.now() - moments.get(0) + 1);
            check(disk.crashed(moment, loss, random), moment, moments, states);
        }
    }

    @Test
    void spaceIsGivenBackNowAndThenAndNotWhileRowsArePinned() throws IOException {
        try (NodeTable table = open(disk)) {
            for (int write = 1; write <= 12; write++) {
                Map<Integer, byte[]> rows = new TreeMap<>();
                for (int channel = 0; channel < 20; channel++) {
                    byte[] row = new byte[100_000];
                    Arrays.fill(row, (byte) write);
                    rows.put(channel, row);
                }
                table.write(List.of(new GroupRows(0, new byte[] {1}, rows)), write);
            }
            try (PinnedRows rows = table.pin(0)) {
                assertThat(rows.state()).isNotNull();
                assertThat(table.mayCompact(10_000)).isFalse();
                assertThat(table.compact()).isFalse();
            }
            assertThat(table.mayCompact(10_000)).isTrue();
            assertThat(table.mayCompact(11_999)).isFalse();
            assertThat(table.mayCompact(12_000)).isTrue();
        }
    }

    private static byte[] row(int write, Random random) {
        byte[] row = new byte[Integer.BYTES + random.nextInt(300)];
        random.nextBytes(row);
        return ByteBuffer.wrap(row).putInt(write).array();
    }

    private static void check(SimDisk left, int moment, List<Integer> moments, List<Map<Integer, Integer>> states)
            throws IOException {
        try (NodeTable table = open(left)) {
            int write = (int) table.folded();
            if (write + 1 < moments.size()) {
                assertThat(moments.get(write + 1))
                        .as("write %s was over at moment %s", write + 1, moment)
                        .isGreaterThan(moment);
            }
            byte[] group = table.group(0);
            assertThat(group == null ? 0 : ByteBuffer.wrap(group).getInt()).isEqualTo(write);
            Map<Integer, Integer> found = new TreeMap<>();
            table.channels(
                    0,
                    0,
                    1_000,
                    (channel, row) -> found.put(channel, ByteBuffer.wrap(row).getInt()));
            assertThat(found).isEqualTo(states.get(write));
        }
    }
}
