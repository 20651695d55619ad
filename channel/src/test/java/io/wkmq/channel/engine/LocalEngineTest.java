package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.group.AppendResult.Outcome;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.MessageKey;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.channel.storage.LogRecord;
import io.wkmq.channel.storage.SimulatedDisk;
import io.wkmq.channel.storage.StorageException;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.Await;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.Operation;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalEngineTest {
    private static final LocalOptions OPTIONS = SimNode.small(3, AppenderOptions.defaults());
    private static final Clock CLOCK = Clock.systemUTC();

    private final SimDisk disk = new SimDisk();

    private LocalEngine open() throws IOException {
        return LocalEngine.open(new SimulatedDisk(disk), SimulatedDisk.DIRECTORY, OPTIONS, CLOCK);
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static Appended append(LocalEngine engine, int channel, String body) {
        return get(engine.append(channel, SimNode.entry(body)));
    }

    private static List<String> all(LocalEngine engine, int channel) {
        Position position = Objects.requireNonNull(get(engine.position(channel)));
        List<String> bodies = new ArrayList<>();
        try (ChannelReader reader = get(engine.read(channel, new ReadStart.Earliest()))) {
            while (reader.position() < position.next()) {
                for (ChannelRecord record : get(reader.read(100, 100_000)).records()) {
                    bodies.add(SimNode.text(record.entry().body()));
                }
            }
        }
        return bodies;
    }

    @Test
    void whatWasAppendedIsThereAfterARestart(@TempDir Path directory) throws IOException {
        try (LocalEngine engine = LocalEngine.open(directory, OPTIONS, CLOCK)) {
            get(engine.configure(1, SimNode.rules(Retention.FOR_EVER)));
            assertThat(append(engine, 1, "a").seq()).isEqualTo(1);
            assertThat(append(engine, 1, "b").seq()).isEqualTo(2);
        }
        try (LocalEngine engine = LocalEngine.open(directory, OPTIONS, CLOCK)) {
            Appended appended = append(engine, 1, "c");
            assertThat(appended.seq()).isEqualTo(3);
            assertThat(appended.term()).isEqualTo(2);
            assertThat(all(engine, 1)).containsExactly("a", "b", "c");
        }
    }

    @Test
    void whatIsDamagedIsAGapAndEverythingElseGoesOn() throws IOException {
        try (LocalEngine engine = open()) {
            get(engine.configure(1, SimNode.rules(Retention.FOR_EVER)));
            for (int i = 1; i <= 20; i++) {
                append(engine, 1, "m" + i);
            }
        }
        String name = disk.list().stream()
                .filter(file -> file.endsWith("c1-1.records"))
                .findFirst()
                .orElseThrow();
        int bytes = (int) disk.size(name) / 20; // a little less than the later ones have
        try (FileChannel file = disk.open(name)) {
            file.write(ByteBuffer.wrap(new byte[] {'?'}), 2L * bytes - 1); // the last byte of the second one
        }
        try (LocalEngine engine = open()) {
            ScrubReport report = get(engine.scrub(null, 10_000));
            assertThat(report.done()).isTrue();
            assertThat(report.channels()).isEqualTo(1);
            assertThat(report.damaged()).isEqualTo(1);
            assertThat(report.repaired()).isZero();
            assertThat(engine.damage()).contains("number 1 some from 2 to 2");
            assertThat(append(engine, 1, "m21").seq()).isEqualTo(21);
            List<String> read = all(engine, 1);
            assertThat(read).hasSize(20).startsWith("m1", "m3").endsWith("m20", "m21");
            try (ChannelReader reader = get(engine.read(1, new ReadStart.Seq(2)))) {
                assertThat(get(reader.read(5, 1_000)).gap()).isEqualTo(new ReadBatch.Gap(2, 2));
            }

            get(engine.trim(1, 3));
            assertThat(get(engine.scrub(1, 10_000)).damaged()).isZero();
            assertThat(engine.damage()).isNull();
            assertThat(engine.figures(new ChannelFigures.Ends(0, new TreeMap<>()))
                            .scrub()
                            .damages())
                    .isEqualTo(1);
        }
    }

    @Test
    void aDirectoryIsUsedByOneEngineAlone(@TempDir Path directory) throws IOException {
        try (LocalEngine engine = LocalEngine.open(directory, OPTIONS, CLOCK)) {
            assertThat(engine.trouble()).isNull();
            assertThatThrownBy(() -> LocalEngine.open(directory, OPTIONS, CLOCK))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void messagesOfManyThreadsAreNumberedDensely() throws Exception {
        try (LocalEngine engine = open()) {
            for (int channel = 0; channel < 4; channel++) {
                get(engine.configure(channel, SimNode.rules(Retention.FOR_EVER)));
            }
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int of = t;
                Thread thread = new Thread(() -> {
                    List<CompletableFuture<Appended>> open = new ArrayList<>();
                    for (int i = 0; i < 1_000; i++) {
                        open.add(engine.append(i % 4, SimNode.entry(of + ":" + i))
                                .toCompletableFuture());
                    }
                    open.forEach(LocalEngineTest::get);
                });
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join(20_000);
                assertThat(thread.isAlive()).isFalse();
            }
            for (int channel = 0; channel < 4; channel++) {
                List<String> bodies = all(engine, channel);
                assertThat(bodies).hasSize(1_000).doesNotHaveDuplicates();
                Map<String, Integer> last = new HashMap<>();
                for (String body : bodies) {
                    String[] parts = body.split(":", -1);
                    int number = Integer.parseInt(parts[1]);
                    assertThat(number).isGreaterThan(last.getOrDefault(parts[0], -1));
                    last.put(parts[0], number);
                }
            }
        }
    }

    @Test
    void aNamedMessageIsAppendedOnceOverARestart() throws IOException {
        Entry named = new Entry(new byte[] {1}, new MessageKey(1, 2, 3));
        try (LocalEngine engine = open()) {
            get(engine.configure(1, SimNode.rules(Retention.FOR_EVER)));
            assertThat(get(engine.append(1, named)).outcome()).isEqualTo(Outcome.APPENDED);
        }
        try (LocalEngine engine = open()) {
            Appended again = get(engine.append(1, named));
            assertThat(again.outcome()).isEqualTo(Outcome.DUPLICATE);
            assertThat(again.seq()).isEqualTo(1);
        }
    }

    @Test
    void aDroppedChannelIsGoneOverARestart() throws IOException {
        try (LocalEngine engine = open()) {
            get(engine.configure(1, SimNode.rules(Retention.FOR_EVER)));
            append(engine, 1, "a");
            get(engine.drop(1));
            assertThat(append(engine, 1, "b").outcome()).isEqualTo(Outcome.NO_CHANNEL);
        }
        try (LocalEngine engine = open()) {
            get(engine.configure(1, SimNode.rules(Retention.FOR_EVER)));
            assertThat(append(engine, 1, "b").outcome()).isEqualTo(Outcome.NO_CHANNEL);
            assertThat(get(engine.position(1))).isNull();
        }
    }

    @Test
    void afterAFailedSyncNothingIsAcknowledged() throws IOException {
        try (LocalEngine engine = open()) {
            get(engine.configure(1, SimNode.rules(Retention.FOR_EVER)));
            append(engine, 1, "a");
            disk.fail(Operation.SYNC, "log-", 0, 99, SimDisk.BROKEN);
            assertThatThrownBy(() -> append(engine, 1, "b")).hasCauseInstanceOf(IndeterminateException.class);
            assertThat(engine.trouble()).contains(SimDisk.BROKEN);
            assertThatThrownBy(() -> append(engine, 1, "c")).hasMessageContaining(SimDisk.BROKEN);
        }
        disk.heal();
        try (LocalEngine engine = open()) {
            assertThat(all(engine, 1)).startsWith("a").doesNotContain("c");
            assertThat(append(engine, 1, "d").outcome()).isEqualTo(Outcome.APPENDED);
        }
    }

    @Test
    void afterARecordCouldNotBeWrittenTheLogStillHasIt() throws IOException {
        try (LocalEngine engine = open()) {
            get(engine.configure(1, SimNode.rules(Retention.FOR_EVER)));
            append(engine, 1, "a");
            disk.fail(Operation.WRITE, "g1/", 0, 1, SimDisk.BROKEN);
            assertThatThrownBy(() -> append(engine, 1, "b")).hasCauseInstanceOf(IndeterminateException.class);
            assertThat(engine.trouble()).contains(SimDisk.BROKEN);
        }
        try (LocalEngine engine = open()) {
            assertThat(all(engine, 1)).containsExactly("a", "b");
        }
    }

    @Test
    void aClosedEngineTakesNothing() throws IOException {
        LocalEngine engine = open();
        get(engine.configure(1, SimNode.rules(Retention.FOR_EVER)));
        engine.close();
        assertThatThrownBy(() -> append(engine, 1, "a")).hasCauseInstanceOf(OverloadedException.class);
    }

    @Test
    void aClosedEngineLeavesNobodyWaiting() throws IOException {
        LocalEngine engine = open();
        get(engine.configure(1, SimNode.rules(Retention.FOR_EVER)));
        append(engine, 1, "a");
        ChannelReader reader = get(engine.read(1, new ReadStart.Earliest()));
        engine.close();
        engine.close();
        assertThatThrownBy(() -> get(engine.trim(1, 1))).hasCauseInstanceOf(LogClosedException.class);
        assertThatThrownBy(() -> get(engine.channels())).hasCauseInstanceOf(LogClosedException.class);
        assertThatThrownBy(() -> get(engine.find("a"))).hasCauseInstanceOf(LogClosedException.class);
        assertThatThrownBy(() -> get(engine.position(1))).hasRootCauseInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> get(engine.read(1, new ReadStart.Time(1))))
                .hasRootCauseInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> get(reader.read(1, 1))).hasMessageContaining("The channels are closed");
        reader.close();
    }

    @Test
    void aHoleInTheLogIsNotPassedOver() throws IOException {
        LocalOptions rare = new LocalOptions(
                1,
                1 << 20,
                64 << 20,
                Duration.ofHours(1),
                0,
                4_000,
                2,
                100,
                Duration.ofHours(1),
                AppenderOptions.defaults(),
                ScrubOptions.defaults());
        SimNode node = new SimNode(disk, rare);
        for (int channel = 1; channel < 10; channel++) {
            node.configure(channel, Retention.FOR_EVER);
        }
        String log = disk.list().stream()
                .filter(name -> name.startsWith("log-"))
                .findFirst()
                .orElseThrow();
        try (FileChannel file = disk.open(log)) {
            file.write(ByteBuffer.wrap(new byte[] {99}), 120);
        }
        try (LocalEngine engine = LocalEngine.open(new SimulatedDisk(disk), SimulatedDisk.DIRECTORY, rare, CLOCK)) {
            assertThat(engine.damage()).contains("was damaged and put aside").contains(log + ".damaged");
            assertThat(get(engine.position(9))).as("behind the hole").isNull();
        }
    }

    /** One checkpoint, then messages of which those behind some are in a part of the log that is damaged. */
    @ParameterizedTest
    @ValueSource(ints = {20, 200})
    void whatADamagedLogBroughtIsTakenFromTheChannelsFiles(int bytes) throws IOException {
        LocalOptions rare = new LocalOptions(
                1,
                1 << 20,
                64 << 20,
                Duration.ofHours(1),
                0,
                2_000,
                2,
                100,
                Duration.ofHours(1),
                AppenderOptions.defaults(),
                ScrubOptions.defaults());
        List<String> expected = new ArrayList<>();
        try (LocalEngine engine = LocalEngine.open(new SimulatedDisk(disk), SimulatedDisk.DIRECTORY, rare, CLOCK)) {
            get(engine.configure(1, SimNode.rules(Retention.FOR_EVER)));
            expected.add("first");
            append(engine, 1, "first");
        }
        SimDisk crashed;
        try (LocalEngine engine = LocalEngine.open(new SimulatedDisk(disk), SimulatedDisk.DIRECTORY, rare, CLOCK)) {
            for (int i = 0; i < 60; i++) {
                expected.add(i + "x".repeat(bytes));
                append(engine, 1, i + "x".repeat(bytes));
            }
            crashed = disk.crashed(disk.now(), Loss.NOTHING, new Random(1));
        }
        String log = crashed.list().stream()
                .filter(name -> name.startsWith("log-"))
                .filter(name -> magicIn(crashed, name))
                .findFirst()
                .orElseThrow();
        try (FileChannel file = crashed.open(log)) {
            file.write(ByteBuffer.wrap(new byte[] {99}), 2_000);
        }
        SimulatedDisk damaged = new SimulatedDisk(crashed);
        for (int start = 0; start < 2; start++) {
            try (LocalEngine engine = LocalEngine.open(damaged, SimulatedDisk.DIRECTORY, rare, CLOCK)) {
                assertThat(all(engine, 1)).containsExactlyElementsOf(expected);
                assertThat(engine.damage()).contains(log + ".damaged");
                expected.add("behind " + start);
                assertThat(append(engine, 1, "behind " + start).seq()).isEqualTo(expected.size());
            }
        }
    }

    @Test
    void channelThatWasDeclaredInTheDamagedPartOfTheLogIsPutAside() throws IOException {
        LocalOptions rare = new LocalOptions(
                1,
                1 << 20,
                64 << 20,
                Duration.ofHours(1),
                0,
                2_000,
                2,
                100,
                Duration.ofHours(1),
                AppenderOptions.defaults(),
                ScrubOptions.defaults());
        SimDisk crashed;
        try (LocalEngine engine = LocalEngine.open(new SimulatedDisk(disk), SimulatedDisk.DIRECTORY, rare, CLOCK)) {
            get(engine.configure(1, SimNode.rules(Retention.FOR_EVER)));
            for (int i = 0; i < 60; i++) {
                append(engine, 1, i + "x".repeat(100));
            }
            get(engine.configure(5, SimNode.rules(Retention.FOR_EVER)));
            append(engine, 5, "of nobody any more");
            append(engine, 5, "this too");
            crashed = disk.crashed(disk.now(), Loss.NOTHING, new Random(1));
        }
        String log = crashed.list().stream()
                .filter(name -> name.startsWith("log-"))
                .filter(name -> magicIn(crashed, name))
                .findFirst()
                .orElseThrow();
        try (FileChannel file = crashed.open(log)) {
            file.write(ByteBuffer.wrap(new byte[] {99}), 2_000);
        }
        try (FileChannel before = crashed.open(log + ".damaged")) { // of an earlier incident
            before.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
        }
        SimulatedDisk damaged = new SimulatedDisk(crashed);
        for (int start = 0; start < 2; start++) {
            try (LocalEngine engine = LocalEngine.open(damaged, SimulatedDisk.DIRECTORY, rare, CLOCK)) {
                assertThat(all(engine, 1)).hasSize(60);
                assertThat(get(engine.position(5))).isNull();
                assertThat(engine.damage()).contains("channels that were declared then");
                RegistryAnswer made = get(engine.change(new RegistryOp.Create(
                        "made" + start, TopicFilter.of("made" + start + "/#"), ChannelSettings.DEFAULT, 1)));
                assertThat(made)
                        .isInstanceOfSatisfying(
                                RegistryAnswer.Done.class,
                                done -> assertThat(done.channel().number()).isGreaterThan(5));
            }
        }
        assertThat(crashed.list())
                .contains(log + ".damaged", log + ".damaged.2", "g0/c5-1.records.damaged")
                .doesNotContain("g0/c5-1.records");
        try (FileChannel before = crashed.open(log + ".damaged")) {
            assertThat(before.size()).isEqualTo(3);
        }
        crashed.delete(log + ".damaged");
        try (LocalEngine engine = LocalEngine.open(damaged, SimulatedDisk.DIRECTORY, rare, CLOCK)) {
            assertThat(engine.damage()).contains(log + ".damaged.2");
        }
    }

    private static boolean magicIn(SimDisk disk, String name) {
        try (FileChannel file = disk.open(name)) {
            ByteBuffer head = ByteBuffer.allocate(LogRecord.HEADER_BYTES);
            return file.read(head, 0) == head.capacity() && LogRecord.hasMagic(head.flip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"table.mv", "table.copy.mv"})
    void damagedTableIsMadeAnewOfItsCopy(String damaged) throws IOException {
        try (LocalEngine engine = open()) {
            get(engine.configure(1, SimNode.rules(Retention.FOR_EVER)));
            append(engine, 1, "a");
        }
        try (FileChannel file = disk.open(damaged)) {
            file.write(ByteBuffer.wrap(new byte[(int) file.size()]), 0);
        }
        try (LocalEngine engine = open()) {
            assertThat(all(engine, 1)).containsExactly("a");
            append(engine, 1, "b");
        }
        assertThat(disk.list()).contains(damaged + ".damaged");
        disk.delete(damaged);
        try (LocalEngine engine = open()) {
            assertThat(all(engine, 1)).containsExactly("a", "b");
            assertThat(engine.damage()).isNull();
        }
    }

    @Test
    void damagedTableThatHasNoCopyIsLeftAsItIs() throws IOException {
        open().close();
        for (String table : List.of("table.mv", "table.copy.mv")) {
            try (FileChannel file = disk.open(table)) {
                file.write(ByteBuffer.wrap(new byte[(int) file.size()]), 0);
            }
        }
        List<String> before = disk.list();
        assertThatThrownBy(this::open).isInstanceOf(StorageException.class).hasMessageContaining("no intact copy");
        assertThat(disk.list()).isEqualTo(before);
    }

    @Test
    void aLogWithoutItsTableIsNotPassedOver() throws IOException {
        open().close();
        disk.delete("table.mv");
        disk.delete("table.copy.mv");
        assertThatThrownBy(this::open).isInstanceOf(StorageException.class).hasMessageContaining("a log but no table");
    }

    @Test
    void checkpointsFreeTheLog() throws IOException {
        try (LocalEngine engine = open()) {
            get(engine.configure(1, SimNode.rules(Retention.FOR_EVER)));
            for (int i = 0; i < 100; i++) {
                append(engine, 1, "x".repeat(20_000));
            }
            Await.until(
                    "the log is short",
                    () -> disk.list().stream()
                                    .filter(name -> name.startsWith("log-"))
                                    .count()
                            <= 4);
        }
        try (LocalEngine engine = open()) {
            assertThat(all(engine, 1)).hasSize(100);
        }
    }
}
