package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.fill.FillAnswer;
import io.wkmq.channel.fill.FillCodec;
import io.wkmq.channel.fill.FillPages;
import io.wkmq.channel.storage.LocalDisk;
import io.wkmq.routing.NodeId;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests copies of three groups of whose replicas one node has nothing new to report. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
final class LearnedGroupsTest {
    private static final int COUNT = 3;
    private static final int ANSWER_MS = 20;
    private static final LearnedGroups.Times TIMES = new LearnedGroups.Times(200, 50, 10);
    private static final UUID FIRST = new UUID(1, 1);
    private static final UUID SECOND = new UUID(2, 2);
    private static final UUID NEXT = new UUID(3, 3);

    @TempDir
    private Path directory;

    private final FakeLogs logs = new FakeLogs(FIRST, SECOND);
    private final List<Exception> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger questions = new AtomicInteger();
    private final Givers givers = new Givers();
    private LearnerFile file;
    private @Nullable LearnedGroups groups;

    /** Who gives entries on: each on a node of its own. */
    private volatile List<UUID> giving = List.of(FIRST);

    /** Why no entry can be applied; null if they can. */
    private volatile @Nullable IOException failure;

    private final class Owner implements LearnedGroups.Owner {
        @Override
        public Donors donors() {
            return new Nodes();
        }

        @Override
        public Givers givers() {
            return givers;
        }

        @Override
        public void apart(LogClosedException reason) {
            told.add(reason);
        }

        @Override
        public void broken(Exception cause) {
            told.add(cause);
        }
    }

    private final class Nodes implements Donors {
        @Override
        public List<NodeId> here() {
            return giving.stream().map(NodeId::new).toList();
        }

        @Override
        public CompletionStage<byte[]> ask(NodeId donor, byte[] question) {
            questions.incrementAndGet();
            byte[] page = FillPages.encode(new FillPages.Entries(donor.value(), true, 0, 0, List.of()));
            return CompletableFuture.supplyAsync(
                    () -> FillCodec.encode(new FillAnswer.Part(page.length, page)),
                    CompletableFuture.delayedExecutor(ANSWER_MS, TimeUnit.MILLISECONDS));
        }
    }

    /** A copy without any content. */
    private final class Nothing implements LogFollower {
        @Override
        public byte[] apply(long index, byte[] op) {
            throw new AssertionError("Entry " + index + " was not given on");
        }

        @Override
        public void newTerm(long index) {
            throw new AssertionError("Entry " + index + " was not given on");
        }

        @Override
        public void requireUsable() throws IOException {
            IOException reason = failure;
            if (reason != null) {
                throw reason;
            }
        }

        @Override
        public long applied() {
            return 0;
        }

        @Override
        public byte[] snapshot() {
            return new byte[0];
        }

        @Override
        public void restore(byte[] snapshot) {
            throw new AssertionError("Nothing is missed");
        }

        @Override
        public boolean whole() {
            return true;
        }

        @Override
        public long missed() {
            return 0;
        }
    }

    @BeforeEach
    void prepare() {
        file = new LearnerFile(new LocalDisk(), directory);
    }

    @AfterEach
    void end() {
        LearnedGroups begun = groups;
        if (begun != null) {
            begun.close();
        }
    }

    private LearnedGroups begin() throws Exception {
        LearnedGroups begun =
                LearnedGroups.begin((group, loop) -> new Nothing(), COUNT, logs, file, new Owner(), TIMES);
        groups = begun;
        return begun;
    }

    private void awaitSight(LearnedGroups begun) {
        Await.until("it is not blind", () -> !begun.blind());
        for (int group = 0; group < COUNT; group++) {
            int of = group;
            Await.until("group " + of + " is heard of", () -> begun.led(of));
        }
    }

    @Test
    void itSeesWhatThoseSayThatItFollows() throws Exception {
        LearnedGroups begun = begin();
        awaitSight(begun);
        assertThat(file.read()).isEqualTo(logs.keepers);
        assertThat(logs.asked.get()).as("they are known").isZero();
        assertThat(begun.caughtUp(1, Duration.ofSeconds(30))).succeedsWithin(Duration.ofSeconds(30));
        assertThat(begun.status(1))
                .succeedsWithin(Duration.ofSeconds(30))
                .isEqualTo(new GroupStatus(1, "a:1", false, 3, 9, 8, 0, true, 0, List.of()));
    }

    @Test
    void itIsBlindUntilThoseAreConfirmedThatItFollows() throws Exception {
        logs.confirmed = false;
        LearnedGroups begun = begin();
        Await.until("it has asked twice", () -> logs.asked.get() > 1);
        assertThat(begun.blind()).isTrue();
        assertThat(begun.confirmed()).isFalse();
        assertThat(begun.led(0)).isFalse();
        assertThat(questions.get()).as("questions to nodes that may be others").isZero();
        giving = List.of(NEXT);
        logs.found(Set.of(SECOND, NEXT));
        awaitSight(begun);
        assertThat(begun.confirmed()).isTrue();
        Await.until("that is noted", () -> noted().equals(Set.of(SECOND, NEXT)));
        assertThat(told).isEmpty();
    }

    private Set<UUID> noted() {
        try {
            return file.read();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void amongOthersItIsBlindAtOnceAndEnds() throws Exception {
        LearnedGroups begun = begin();
        awaitSight(begun);
        logs.answer = () -> CompletableFuture.completedFuture(false);
        logs.confirmed = false;
        assertThat(begun.blind()).isTrue();
        assertThat(begun.led(0)).isFalse();
        Await.until("it says that it has no part in those", () -> !told.isEmpty());
        assertThat(told)
                .singleElement()
                .isInstanceOfSatisfying(
                        LogClosedException.class,
                        reason -> assertThat(reason).hasMessageContaining("expected an empty data directory"));
        logs.confirmed = true;
        assertThat(begun.blind()).as("it has ended").isTrue();
        assertThat(noted()).isEqualTo(Set.of(FIRST, SECOND));
    }

    @Test
    void aQuestionThatFailsAtOnceIsAskedAgain() throws Exception {
        logs.confirmed = false;
        logs.answer = () -> {
            throw new IllegalStateException("the member is started again");
        };
        LearnedGroups begun = begin();
        Await.until("it has asked twice", () -> logs.asked.get() > 1);
        logs.found(Set.of(FIRST));
        awaitSight(begun);
    }

    @Test
    void whoHasTakenAPlaceIsTrustedWhenThatWasSaid() throws Exception {
        giving = List.of(NEXT);
        LearnedGroups begun = begin();
        Await.until("it has asked", () -> logs.asked.get() > 0);
        assertThat(begun.blind()).isTrue();
        logs.found(Set.of(SECOND, NEXT));
        awaitSight(begun);
        assertThat(told).isEmpty();
    }

    @Test
    void whoHasTakenAPlaceIsNotedThoughAnotherOneAnswers() throws Exception {
        giving = List.of(FIRST, NEXT);
        logs.found(Set.of(FIRST, NEXT));
        LearnedGroups begun = begin();
        awaitSight(begun);
        Await.until("that is noted", () -> noted().equals(Set.of(FIRST, NEXT)));
        assertThat(told).isEmpty();
    }

    @Test
    void aCopyThatBreaksIsToldThoughNothingComes() throws Exception {
        awaitSight(begin());
        IOException full = new IOException("No space left, by the test");
        failure = full;
        Await.until("all copies have said so", () -> told.size() == COUNT);
        assertThat(told).containsOnly(full);
    }
}
