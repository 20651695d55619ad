package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.fill.FillAnswer;
import io.wkmq.channel.fill.FillCodec;
import io.wkmq.channel.fill.FillPages;
import io.wkmq.channel.fill.FillQuestion;
import io.wkmq.channel.group.ChannelRules;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.storage.LocalDisk;
import io.wkmq.routing.NodeId;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a node in a cluster whose places are all taken by others, and how it comes to follow them. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
final class EngineLogsTest {
    private static final int ANSWER_MS = 20;
    private static final UUID KEEPER = new UUID(1, 1);

    @TempDir
    private Path directory;

    private final FakeLogs kept = new FakeLogs(KEEPER);
    private final List<IOException> broken = new CopyOnWriteArrayList<>();
    private EngineThreads threads;
    private LearnerFile file;
    private ReplicaStore store;
    private EngineLogs logs;

    /** What those who keep the logs give on. */
    private volatile List<FillPages.Entry> entries = List.of();

    private final class Keeper implements Donors {
        @Override
        public List<NodeId> here() {
            return List.of(new NodeId(new UUID(7, 7)));
        }

        @Override
        public CompletionStage<byte[]> ask(NodeId donor, byte[] question) {
            byte[] page = FillPages.encode(new FillPages.Entries(KEEPER, true, 0, entries.size(), entries));
            return CompletableFuture.supplyAsync(
                    () -> FillCodec.encode(new FillAnswer.Part(page.length, page)),
                    CompletableFuture.delayedExecutor(ANSWER_MS, TimeUnit.MILLISECONDS));
        }
    }

    @BeforeEach
    void open() throws IOException {
        threads = new EngineThreads();
        store = ReplicaStore.open(
                new LocalDisk(),
                directory,
                ReplicaOptions.defaults(1),
                new ReplicaThreads(
                        threads.reads(), threads.gives(), threads.background(), threads.scrubs(), threads.loop()));
        file = new LearnerFile(new LocalDisk(), directory);
        logs = new EngineLogs(store, file, file.read(), all -> {});
        logs.fetchFrom(new Keeper());
        logs.onBroken(broken::add);
    }

    @AfterEach
    void close() throws IOException {
        logs.close();
        logs.endCopies();
        threads.end(() -> {});
        store.close();
    }

    private CompletableFuture<Void> begin() {
        return logs.begin(kept).toCompletableFuture();
    }

    private void awaitTrouble(String said) {
        Await.until("it says " + said, () -> String.valueOf(logs.trouble()).contains(said));
    }

    @Test
    void itIsBlindFromTheFirstWordThatItFollowsOthersUntilItHasAll() throws Exception {
        kept.failure = new NewcomerException("others have all places");
        CompletableFuture<Void> begun = begin();
        awaitTrouble("others have all places");
        assertThat(logs.newcomer()).isTrue();
        assertThat(logs.blind()).isTrue();
        kept.failure = new IOException("too few of them are here");
        awaitTrouble("too few of them are here");
        assertThat(logs.newcomer()).isTrue();
        assertThat(logs.blind()).isTrue();
        assertThat(begun).isNotDone();
        kept.failure = null;
        begun.get(30, TimeUnit.SECONDS);
        assertThat(logs.newcomer()).as("it has all now").isFalse();
        assertThat(logs.isNew()).as("it has nothing").isFalse();
        assertThat(logs.learner()).isTrue();
        assertThat(store.copies()).isTrue();
        Await.until("it is not blind", () -> !logs.blind());
        Await.until("all groups are heard of", () -> logs.trouble() == null);
        assertThat(file.read()).isEqualTo(Set.of(KEEPER));
    }

    @Test
    void itIsBlindAmongMoreNodesThanAreToKeepTheLogsUntilItHears() throws Exception {
        kept.failure = new IOException("too few of them are here");
        CompletableFuture<Void> begun = begin();
        awaitTrouble("too few of them are here");
        assertThat(logs.blind()).as("nobody keeps any yet").isFalse();
        kept.perhapsKeptByOthers = true;
        assertThat(logs.blind()).isTrue();
        kept.perhapsKeptByOthers = false;
        kept.failure = null;
        begun.get(30, TimeUnit.SECONDS);
    }

    @Test
    void itProposesNothingAmongNodesThatMayBeOthers() throws Exception {
        begin().get(30, TimeUnit.SECONDS);
        assertThat(logs.propose(0, new byte[1]).toCompletableFuture()).isCompleted();
        assertThat(logs.apart()).isNull();
        kept.confirmed = false;
        assertThat(logs.blind()).isTrue();
        assertThat(logs.propose(0, new byte[1]).toCompletableFuture()).isCompletedExceptionally();
        assertThat(logs.apart()).contains("does not know yet");
        assertThat(logs.trouble()).contains("does not know yet");
        kept.answer = () -> CompletableFuture.completedFuture(false);
        awaitTrouble("expected an empty data directory");
        kept.confirmed = true;
        assertThat(logs.isExcluded()).isTrue();
        assertThat(logs.propose(0, new byte[1]).toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void amongNodesThatMayBeOthersTheRegistrySaysNothingOfNodes() throws Exception {
        begin().get(30, TimeUnit.SECONDS);
        Duration patience = Duration.ofSeconds(1);
        ReplicatedRegistry registry = new ReplicatedRegistry(
                store, logs, new LogProposals(logs, threads.loop(), patience, Timing.SYSTEM), patience, Timing.SYSTEM);
        assertThat(registry.nodes().toCompletableFuture().get(30, TimeUnit.SECONDS))
                .isEmpty();

        kept.confirmed = false;

        assertThatThrownBy(() -> registry.nodes().toCompletableFuture().get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(OverloadedException.class);
    }

    @Test
    void whoseRowsThoseAreWithoutAFileNobodyKnows() throws Exception {
        SimLoop loop = new SimLoop();
        LogFollower follower = store.follow(0, loop);
        var unused = follower.apply(
                1, OpCodec.encode(new GroupOp.Configure(1, new ChannelRules(1, 0, 0, 10, 60_000, Retention.FOR_EVER))));
        var snapshot = follower.snapshot();
        assertThat(snapshot).isNotEmpty();
        assertThat(store.hasRows()).isTrue();

        assertThat(begin())
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(LogClosedException.class)
                .withMessageContaining("expected an empty data directory");
        assertThat(logs.isExcluded()).isTrue();
        assertThat(logs.blind()).isTrue();
        assertThat(file.read()).isEmpty();
    }

    @Test
    void aCopyThatCanFollowNoMoreIsToldOnce() throws Exception {
        begin().get(30, TimeUnit.SECONDS);
        entries = List.of(new FillPages.Entry(1, new byte[] {99}));
        Await.until("that is told", () -> !broken.isEmpty());
        assertThat(logs.isExcluded()).isTrue();
        assertThat(logs.blind()).isTrue();
        assertThat(logs.trouble()).isNotNull();
        logs.endCopies(); // what else they have to tell they have told then
        assertThat(broken).hasSize(1);
    }

    @Test
    void aCopyThatCannotBeOpenedIsToldAsOneThatBreaks() throws Exception {
        Files.writeString(ReplicaTable.groupDirectory(directory, 0), "no directory");
        assertThat(begin()).failsWithin(Duration.ofSeconds(30));
        Await.until("that is told", () -> !broken.isEmpty());
        assertThat(broken)
                .singleElement()
                .satisfies(reason -> assertThat(reason).hasMessageContaining("The copy of group 0 cannot be opened"));
        assertThat(logs.isExcluded()).isTrue();
        assertThat(logs.blind()).isTrue();
    }

    @Test
    void aReplicaThatHasNotAllItselfTellsNobodyThatItHas() throws Exception {
        CompletableFuture<Void> all = new CompletableFuture<>();
        kept.keepers = Set.of();
        kept.replica = KEEPER;
        kept.caughtUp = () -> all;
        try (EngineThread loop = EngineThread.start("test-replica")) {
            var unused = store.follow(0, loop);
            CompletableFuture<Void> begun = begin();
            Await.until("it gives entries on", () -> given() != null);
            assertThat(given()).isNotNull().returns(false, FillPages.Entries::led);
            all.complete(null);
            begun.get(30, TimeUnit.SECONDS);
            assertThat(given()).isNotNull().returns(true, FillPages.Entries::led);
        }
    }

    /** What comes behind entry 0 here; null if nobody is told. */
    private FillPages.@Nullable Entries given() {
        FillAnswer answer = FillCodec.decodeAnswer(store.answer(FillCodec.encode(new FillQuestion.Entries(0, 0, 0, 0)))
                .toCompletableFuture()
                .join());
        return answer instanceof FillAnswer.Part part ? FillPages.decodeEntries(part.bytes()) : null;
    }

    @Test
    void whatJustBeginsIsEndedToo() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch said = new CountDownLatch(1);
        kept.onKeepers = () -> {
            asked.countDown();
            try {
                said.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        var unused = begin();
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
        logs.close();
        Thread ending = new Thread(logs::endCopies, "test-ending");
        ending.start();
        Await.until("it waits for what begins", () -> ending.getState() == Thread.State.BLOCKED);
        said.countDown();
        ending.join(30_000);
        assertThat(ending.isAlive()).isFalse();
        assertThat(logs.learner()).as("it has begun before that").isTrue();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.isAlive() && thread.getName().startsWith("wkmq-channels-learn"));
        assertThat(broken).isEmpty();
    }
}
