package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.fill.FillAnswer;
import io.wkmq.channel.fill.FillCodec;
import io.wkmq.channel.fill.FillPages;
import io.wkmq.channel.fill.FillQuestion;
import io.wkmq.channel.group.AppendResult;
import io.wkmq.channel.group.ChannelRules;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.OpId;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.group.StateCodec;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.channel.registry.RegistryCodec;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.channel.storage.LocalDisk;
import io.wkmq.channel.storage.SimulatedDisk;
import io.wkmq.channel.storage.StorageException;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.Operation;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaStoreTest {
    private static final int CHANNEL = 7;

    private final UUID producer = UUID.randomUUID();

    @TempDir
    Path directory;

    private @Nullable ReplicaStore store;
    private @Nullable EngineThread loop;

    @AfterEach
    void close() throws IOException {
        if (loop != null) {
            loop.close();
        }
        if (store != null) {
            store.close();
        }
    }

    /** Opens the store again, and begins with its replica; what was applied since the last snapshot has to come again. */
    private LogFollower open(String name) throws IOException {
        close();
        loop = EngineThread.start("replica");
        store = ReplicaStore.open(
                new LocalDisk(),
                directory.resolve(name),
                ReplicaOptions.defaults(1),
                new ReplicaThreads(Runnable::run, Runnable::run, Runnable::run, Runnable::run, loop));
        return store.follow(0, loop);
    }

    private Position position() {
        GroupReplica replica =
                Objects.requireNonNull(Objects.requireNonNull(store).replica(0));
        return Objects.requireNonNull(replica.position(CHANNEL)
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join());
    }

    private static byte[] configure() {
        return OpCodec.encode(
                new GroupOp.Configure(CHANNEL, new ChannelRules(1, 0, 0, 10, 60_000, Retention.FOR_EVER)));
    }

    private byte[] append(long number) {
        Entry entry = new Entry(("message " + number).getBytes(StandardCharsets.US_ASCII), null);
        return OpCodec.encode(new GroupOp.Append(
                new OpId(producer, 0, number), number, List.of(new GroupOp.Part(CHANNEL, List.of(entry)))));
    }

    @Test
    void whatWasMadeWithAnotherNumberOfGroupsIsRefusedAndStaysAsItIs() throws IOException {
        open("a");
        open("b");

        assertThatThrownBy(() -> ReplicaStore.open(
                        new LocalDisk(),
                        directory.resolve("a"),
                        ReplicaOptions.defaults(2),
                        new ReplicaThreads(Runnable::run, Runnable::run, Runnable::run, Runnable::run, new SimLoop())))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("are in 1 groups, but cluster.channels.groups is 2; expected 1");
        open("a"); // it is not locked
    }

    @Test
    void whatIsInASnapshotSurvivesAndWhatIsBehindComesFromTheLogAgain() throws IOException {
        LogFollower replica = open("a");
        replica.newTerm(1);
        replica.apply(2, configure());
        assertThat(StateCodec.decodeResult(replica.apply(3, append(1)))).isInstanceOf(AppendResult.Done.class);
        byte[] snapshot = replica.snapshot();
        replica.apply(4, append(2));
        Position before = position();
        assertThat(before.next()).isEqualTo(3);

        LogFollower again = open("a");
        again.restore(snapshot);
        assertThat(position().next()).isEqualTo(2);
        again.apply(3, append(1)); // was applied before
        again.apply(4, append(2));
        assertThat(position()).isEqualTo(before);
    }

    @Test
    void replicaWithoutTheEntriesInFrontOfASnapshotIsNotWhole() throws IOException {
        LogFollower complete = open("a");
        complete.newTerm(1);
        complete.apply(2, configure());
        byte[] snapshot = complete.snapshot();

        LogFollower behind = open("b");
        behind.newTerm(1);
        assertThat(behind.missed()).isZero();
        behind.restore(snapshot);
        assertThat(behind.whole()).isFalse();
        assertThat(behind.missed()).isEqualTo(1);
        assertThat(behind.apply(3, append(1))).isEmpty();
        behind.newTerm(4);
        assertThatThrownBy(behind::snapshot).isInstanceOf(ReplicaBehindException.class);
        assertBehind();

        LogFollower again = open("b");
        assertThat(again.whole()).as("after a restart").isFalse();
        again.restore(snapshot);
        assertThat(again.whole()).isFalse();
        assertBehind();

        LogFollower others = open("a");
        others.restore(snapshot);
        assertThat(others.whole()).isTrue();
    }

    private void assertBehind() {
        assertThat(Objects.requireNonNull(store).filling()).containsExactly(0);
        GroupReplica replica = Objects.requireNonNull(store.replica(0));
        assertThat(replica.position(CHANNEL))
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(ReplicaBehindException.class);
        assertThat(replica.read(CHANNEL, new ReadStart.Earliest()))
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(ReplicaBehindException.class);
    }

    @Test
    void recordsThatWereOfferedMayAllBeTrimmedWhenTheyAreAskedFor() throws IOException {
        LogFollower replica = open("a");
        replica.newTerm(1);
        replica.apply(2, configure());
        replica.apply(3, append(1));
        long offer = ((FillAnswer.Offer) answer(new FillQuestion.Hello(0, 3))).offer();
        replica.apply(4, OpCodec.encode(new GroupOp.Trim(CHANNEL, 2)));

        FillAnswer.Part part = (FillAnswer.Part) answer(new FillQuestion.Records(offer, CHANNEL, 1, 0));
        FillPages.Records records = FillPages.decodeRecords(part.bytes());
        assertThat(records.first()).isEqualTo(2);
        assertThat(records.page()).isEmpty();
    }

    private FillAnswer answer(FillQuestion question) {
        return FillCodec.decodeAnswer(Objects.requireNonNull(store)
                .answer(FillCodec.encode(question))
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join());
    }

    @Test
    void aNodeThatStartsAloneKnowsTheLatestOfManyChannels() throws IOException {
        SimDisk disk = new SimDisk();
        SimLoop sim = new SimLoop();
        ReplicaStore many = onSimDisk(disk, sim);
        LogFollower registry = many.follow(1, sim);
        for (int channel = 1; channel <= 66; channel++) {
            registry.apply(
                    channel,
                    RegistryCodec.encode(new RegistryOp.Create(
                            "c" + channel, TopicFilter.of("c/" + channel), ChannelSettings.DEFAULT, 0)));
        }
        sim.pass(1_000);

        ReplicaStore again = onSimDisk(disk.crashed(disk.now(), Loss.ALL, new Random(1)), sim);
        assertThat(again.registry().channels()).hasSize(66);
    }

    @Test
    void theTableDoesNotGrowWithEachCheckpointOfManyChannels() throws IOException {
        SimDisk disk = new SimDisk();
        SimLoop sim = new SimLoop();
        LogFollower registry = onSimDisk(disk, sim).follow(1, sim);
        for (int channel = 1; channel <= 8_000; channel++) {
            registry.apply(
                    channel,
                    RegistryCodec.encode(new RegistryOp.Create(
                            "c" + channel, TopicFilter.of("c/" + channel), ChannelSettings.DEFAULT, 0)));
            if (channel % 40 == 0) {
                registry.snapshot();
                sim.pass(2_000);
            }
        }
        long bytes = disk.size("table.mv");
        assertThat(bytes).as("200 checkpoints of up to 0.4 MB").isLessThan(24 << 20);
    }

    /** A message of which ten are more than is left unsynced. */
    private byte[] large(long number) {
        return OpCodec.encode(new GroupOp.Append(
                new OpId(producer, 0, number),
                number,
                List.of(new GroupOp.Part(CHANNEL, List.of(new Entry(new byte[200_000], null))))));
    }

    /** How often files with records were synced. */
    private static int synced(SimDisk disk) throws IOException {
        int times = 0;
        for (String name : disk.list()) {
            times += name.startsWith("g0/") ? disk.momentsBeforeSyncs(name).size() : 0;
        }
        return times;
    }

    @Test
    void muchIsSyncedBeforeASnapshotHasToDoSo() throws IOException {
        SimDisk disk = new SimDisk();
        SimExecutor background = new SimExecutor();
        ReplicaStore at = ReplicaStore.open(
                new SimulatedDisk(disk),
                SimulatedDisk.DIRECTORY,
                ReplicaOptions.defaults(1),
                new ReplicaThreads(Runnable::run, Runnable::run, background, Runnable::run, new SimLoop()));
        LogFollower replica = at.follow(0, new SimLoop());
        replica.newTerm(1);
        replica.apply(2, configure());
        for (int i = 1; i <= 4; i++) {
            replica.apply(2 + i, large(i));
        }
        assertThat(background.work()).as("something to sync of 800 KB").isFalse();
        for (int i = 5; i <= 10; i++) {
            replica.apply(2 + i, large(i));
        }
        assertThat(synced(disk)).isZero();
        assertThat(background.work()).isTrue();
        assertThat(synced(disk)).isEqualTo(1);
    }

    @Test
    void replicaWhoseRecordsCannotBeSyncedIsGivenUp() throws IOException {
        SimDisk disk = new SimDisk();
        SimExecutor background = new SimExecutor();
        SimLoop group = new SimLoop();
        ReplicaStore at = ReplicaStore.open(
                new SimulatedDisk(disk),
                SimulatedDisk.DIRECTORY,
                ReplicaOptions.defaults(1),
                new ReplicaThreads(Runnable::run, Runnable::run, background, Runnable::run, new SimLoop()));
        LogFollower replica = at.follow(0, group);
        replica.newTerm(1);
        replica.apply(2, configure());
        for (int i = 1; i <= 10; i++) {
            replica.apply(2 + i, large(i));
        }
        disk.fail(Operation.SYNC, "broken");
        background.work();
        disk.heal();
        group.work();
        assertThatThrownBy(() -> replica.apply(13, large(11)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("given up")
                .hasMessageContaining("broken");
        assertThatThrownBy(replica::snapshot).isInstanceOf(IOException.class);
    }

    @Test
    void whoWantsAChannelFetchedAnewIsToldWhateverGoesWrong() throws IOException {
        SimLoop group = new SimLoop();
        ReplicaStore at = ReplicaStore.open(
                new SimulatedDisk(new SimDisk()),
                SimulatedDisk.DIRECTORY,
                ReplicaOptions.defaults(1),
                new ReplicaThreads(
                        Runnable::run,
                        Runnable::run,
                        step -> {
                            throw new IllegalStateException("made by the test");
                        },
                        Runnable::run,
                        new SimLoop()));
        LogFollower replica = at.follow(0, group);
        replica.newTerm(1);
        replica.apply(2, configure());
        CompletionStage<Void> begun = at.refill(CHANNEL, Set.of(new NodeId(producer)));
        group.work();
        assertThat(begun)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingRootCause()
                .withMessage("made by the test");
        assertThatThrownBy(() -> replica.apply(3, append(1))).hasMessageContaining("given up");
    }

    private static ReplicaStore onSimDisk(SimDisk disk, SimLoop loop) throws IOException {
        return ReplicaStore.open(
                new SimulatedDisk(disk),
                SimulatedDisk.DIRECTORY,
                ReplicaOptions.defaults(1),
                new ReplicaThreads(Runnable::run, Runnable::run, Runnable::run, Runnable::run, loop));
    }

    @Test
    void groupThatIsNotThereIsRefused() throws IOException {
        open("a");
        assertThatThrownBy(() -> Objects.requireNonNull(store).follow(2, Objects.requireNonNull(loop)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Group 2 is unknown; expected 0 to 1");
    }
}
