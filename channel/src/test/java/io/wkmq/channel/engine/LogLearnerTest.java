package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.fill.FillAnswer;
import io.wkmq.channel.fill.FillCodec;
import io.wkmq.channel.fill.FillPages;
import io.wkmq.channel.fill.FillQuestion;
import io.wkmq.channel.group.ChannelRules;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.OpId;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.storage.LocalDisk;
import io.wkmq.channel.storage.StorageException;
import io.wkmq.routing.NodeId;
import io.wkmq.testing.sim.Seeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a copy of a group that follows two replicas. Single-threaded, in simulated time. */
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class LogLearnerTest {
    private static final int CHANNEL = 1;
    private static final int MEMBERS = 2;

    private final SimLoop loop = new SimLoop();
    private final UUID producer = new UUID(3, 3);
    private final List<Member> members = new ArrayList<>();

    /** Nodes that keep no replicas either, in front of those that do. */
    private final List<NodeId> others = new ArrayList<>();

    private final List<Exception> failures = new ArrayList<>();
    private final Givers givers = new Givers();
    private final List<byte @Nullable []> log = new ArrayList<>();

    /** How long the log was at which time. */
    private final TreeMap<Long, Long> lengths = new TreeMap<>(Map.of(Long.MIN_VALUE, 0L));

    private long index;
    private long appended;
    private long delayMs = 1;
    private Set<UUID> trusted = Set.of();

    @TempDir
    private Path directory;

    /** Of the copy: another one for each of its lives. */
    private SimLoop copyLoop = new SimLoop();

    private int life;
    private ReplicaStore copy;
    private LogLearner learner;

    /** A node with a replica. */
    private final class Member implements EntryFeed.Source {
        final String name;
        final NodeId id;
        final UUID replica;
        SimLoop own = new SimLoop();
        ReplicaStore store;
        LogFollower follower;
        boolean here = true;
        boolean silent;
        boolean led = true;

        /** What comes is not applied. */
        boolean held;

        int applied;
        int asked;

        Member(int number) throws IOException {
            this.name = "member" + number;
            this.id = new NodeId(new UUID(0, number));
            this.replica = new UUID(9, number);
            this.store = open(name, own);
            this.follower = store.follow(0, own);
            store.feed(this);
        }

        @Override
        public UUID replica() {
            return replica;
        }

        /** Who has not all itself does not say so: as a replica that begins, or is cut off. */
        @Override
        public boolean led(int group) {
            return led && applied == log.size();
        }

        void applyAll() throws IOException {
            while (!held && applied < log.size()) {
                byte[] op = log.get(applied);
                applied++;
                if (op == null) {
                    follower.newTerm(applied);
                } else {
                    var unused = follower.apply(applied, op);
                }
            }
        }

        /** It ends, and begins with what its files have; then its log comes again. */
        void startAgain() throws IOException {
            store.close();
            own = new SimLoop();
            store = open(name, own);
            follower = store.follow(0, own);
            store.feed(this);
            applied = 0;
            applyAll();
        }
    }

    @BeforeEach
    void start() throws IOException {
        for (int number = 0; number < MEMBERS; number++) {
            members.add(new Member(number));
        }
        trusted = Set.of(members.get(0).replica, members.get(1).replica);
        all(null);
        all(OpCodec.encode(new GroupOp.Configure(CHANNEL, new ChannelRules(1, 0, 0, 10, 60_000, Retention.FOR_EVER))));
        begin();
    }

    @AfterEach
    void stop() throws IOException {
        copy.close();
        for (Member member : members) {
            member.store.close();
        }
        assertThat(failures).isEmpty();
    }

    private ReplicaStore open(String name, SimLoop timer) throws IOException {
        return ReplicaStore.open(
                new LocalDisk(),
                directory.resolve(name),
                ReplicaOptions.defaults(1),
                new ReplicaThreads(Runnable::run, Runnable::run, Runnable::run, Runnable::run, timer));
    }

    /** The copy begins, or begins again. */
    private void begin() throws IOException {
        begin(0);
    }

    private void begin(int first) throws IOException {
        copyLoop = new SimLoop();
        life++;
        copy = open("copy", copyLoop);
        copy.fetchFrom(new Reached());
        learner = new LogLearner(0, copy.follow(0, copyLoop), copyLoop, new Nodes(), first);
        learner.begin();
    }

    private void end() throws IOException {
        learner.end();
        life++;
        copy.close();
    }

    private final class Nodes implements LogLearner.Nodes {
        @Override
        public Donors donors() {
            return new Reached();
        }

        @Override
        public Givers givers() {
            return givers;
        }

        @Override
        public boolean trusted(FillPages.Entries from) {
            return trusted.contains(from.replica());
        }

        @Override
        public void broken(Exception cause) {
            failures.add(cause);
        }
    }

    private final class Reached implements Donors {
        @Override
        public List<NodeId> here() {
            return Stream.concat(
                            others.stream(),
                            members.stream().filter(member -> member.here).map(member -> member.id))
                    .toList();
        }

        @Override
        public CompletionStage<byte[]> ask(NodeId donor, byte[] question) {
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            int asking = life;
            Member member = members.stream()
                    .filter(each -> each.id.equals(donor))
                    .findFirst()
                    .orElse(null);
            if (member != null) {
                member.asked++;
            }
            loop.execute(() -> loop.after(delayMs, () -> {
                if (member == null) {
                    answer.complete(FillCodec.encode(new FillAnswer.Refused("it has a copy only")));
                } else if (!member.silent) {
                    member.store.answer(question).whenComplete((given, failure) -> {
                        if (asking == life) {
                            answer.complete(given);
                        }
                    });
                }
            }));
            return answer;
        }
    }

    private void all(byte @Nullable [] op) throws IOException {
        index++;
        log.add(op);
        lengths.put(loop.nowMs(), index);
        for (Member member : members) {
            member.applyAll();
        }
    }

    private void append(int bytes) throws IOException {
        appended++;
        byte[] body = (appended + ":" + "x".repeat(bytes)).getBytes(StandardCharsets.US_ASCII);
        all(OpCodec.encode(new GroupOp.Append(
                new OpId(producer, 0, appended),
                appended,
                List.of(new GroupOp.Part(CHANNEL, List.of(new Entry(body, null)))))));
    }

    private GroupReplica copied() {
        return Objects.requireNonNull(copy.replica(0));
    }

    private <T> T now(CompletionStage<T> answer) {
        CompletableFuture<T> future = answer.toCompletableFuture();
        for (int i = 0; i < 30_000 && !future.isDone(); i++) {
            pass(1);
        }
        assertThat(future).as("it is answered within 30 s").isDone();
        return future.join();
    }

    private void pass(long durationMs) {
        for (long i = 0; i < durationMs; i++) {
            loop.pass(1);
            members.forEach(member -> member.own.pass(1));
            copyLoop.pass(1);
        }
    }

    private long next() {
        Position position = now(copied().position(CHANNEL));
        return position == null ? 0 : position.next();
    }

    private void awaitAll() {
        now(learner.reached(index, Duration.ofMinutes(1)));
        assertThat(next()).isEqualTo(appended + 1);
        ChannelReader reader = now(copied().read(CHANNEL, new ReadStart.Earliest()));
        long seq = 1;
        while (seq <= appended) {
            for (ChannelRecord record : now(reader.read(100, 1 << 20)).records()) {
                assertThat(record.seq()).isEqualTo(seq);
                assertThat(new String(record.entry().body(), StandardCharsets.US_ASCII))
                        .startsWith(seq + ":");
                seq++;
            }
        }
        reader.close();
    }

    @Test
    void whatReplicasApplyIsInTheCopyAtOnce() throws IOException {
        awaitAll();
        for (int i = 0; i < 20; i++) {
            append(10);
            pass(10);
            assertThat(next()).isEqualTo(appended + 1);
        }
        assertThat(learner.inTouch()).isTrue();
        int asked = members.get(0).asked + members.get(1).asked;
        pass(10_000);
        assertThat(members.get(0).asked + members.get(1).asked - asked)
                .as("questions in 10 s in which nothing came")
                .isLessThanOrEqualTo(10_000 / EntryFeed.HOLD_MS + MEMBERS);
        assertThat(learner.inTouch()).isTrue();
    }

    @Test
    void noMoreThanSoManyWaitForWhatIsToCome() throws IOException {
        awaitAll();
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        for (int i = 0; i < LogLearner.AWAITED_MAX; i++) {
            waiting.add(learner.reached(index + 1, Duration.ofMinutes(1)).toCompletableFuture());
        }
        CompletableFuture<Void> oneMore =
                learner.reached(index + 1, Duration.ofMinutes(1)).toCompletableFuture();
        now(learner.reached(index, Duration.ofMinutes(1))); // that is here

        assertThat(oneMore).isCompletedExceptionally();
        assertThatThrownBy(oneMore::join)
                .hasCauseInstanceOf(OverloadedException.class)
                .hasMessageContaining("10000 wait for entries of group 0");
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        append(1);
        now(CompletableFuture.allOf(waiting.toArray(CompletableFuture<?>[]::new)));
    }

    @Test
    void anEntryThatIsMoreThanAMessageTakesComesInParts() throws IOException {
        awaitAll();
        append(2 << 20);
        append(1);
        awaitAll();
    }

    @Test
    void itGoesOnWithAnotherNodeWithoutFetching() throws IOException {
        awaitAll();
        append(1);
        awaitAll();
        pass(500); // the other one is asked too
        Member serving = members.get(0).asked > members.get(1).asked ? members.get(0) : members.get(1);
        serving.silent = true;
        for (int i = 0; i < 100; i++) {
            append(100);
            assertThat(learner.whole()).isTrue();
            pass(50);
        }
        awaitAll();
        assertThat(learner.inTouch()).isTrue();
    }

    @Test
    void itIsInTouchAllTheTimeWithOneOfTwo() {
        awaitAll();
        for (int round = 0; round < 20; round++) {
            pass(5_000 + 137L * round);
            Member serving = members.get(0);
            Member other = members.get(1);
            int before = serving.asked;
            pass(2_000);
            if (serving.asked == before) {
                serving = members.get(1);
                other = members.get(0);
            }
            serving.silent = true;
            for (int i = 0; i < 6_000; i++) {
                pass(1);
                assertThat(learner.inTouch()).isTrue();
            }
            serving.silent = false;
            assertThat(other.silent).isFalse();
        }
    }

    @Test
    void whatWasSaidLongAgoIsNotHeardNow() {
        awaitAll();
        pass(400); // a question is under way
        assertThat(learner.inTouch()).isTrue();
        for (int i = 0; i < 10_000; i++) {
            loop.pass(1); // all but the copy, which is held up
            members.forEach(member -> member.own.pass(1));
        }
        copyLoop.hang(10_000);
        assertThat(learner.inTouch()).isFalse();
        pass(1_000);
        assertThat(learner.inTouch()).isTrue();
    }

    @Test
    void aLargeEntryMayTakeLongerThanAnAnswer() throws IOException {
        awaitAll();
        delayMs = 700;
        append(3 << 20);
        append(1);
        awaitAll();
        delayMs = 1;
        append(1);
        awaitAll();
    }

    @Test
    void aCopyGivesNothingToReplicas() {
        awaitAll();
        copy.copies(true);
        assertThat(FillCodec.decodeAnswer(now(copy.answer(FillCodec.encode(new FillQuestion.Hello(0, 0))))))
                .isInstanceOfSatisfying(
                        FillAnswer.Refused.class,
                        refused -> assertThat(refused.reason()).contains("a copy of group 0 only"));
    }

    @Test
    void itIsNotInTouchWhereNobodyKnowsWhoLeads() {
        awaitAll();
        members.forEach(member -> member.led = false);
        pass(LogLearner.SILENCE_MS + EntryFeed.HOLD_MS + 500);
        assertThat(learner.inTouch()).isFalse();
        members.get(1).led = true;
        members.get(0).here = false;
        members.get(0).silent = true;
        pass(5_000);
        assertThat(learner.inTouch()).isTrue();
        members.forEach(member -> member.here = false);
        members.forEach(member -> member.silent = true);
        pass(2 * LogLearner.SILENCE_MS);
        assertThat(learner.inTouch()).isFalse();
    }

    @Test
    void itTakesNothingFromOthersThanItFollows() throws IOException {
        awaitAll();
        long before = next();
        trusted = Set.of(new UUID(7, 7));
        append(1);
        pass(3_000);
        assertThat(next()).isEqualTo(before);
        trusted = Set.of(members.get(1).replica);
        awaitAll();
    }

    @Test
    void whoIsNoReplicaGivesNothingOn() {
        awaitAll();
        ReplicaStore other = copy;
        CompletionStage<byte[]> answer = other.answer(FillCodec.encode(new FillQuestion.Entries(0, 0, 0, 0)));
        assertThat(FillCodec.decodeAnswer(now(answer)))
                .isInstanceOfSatisfying(
                        FillAnswer.Refused.class,
                        refused -> assertThat(refused.reason()).contains("it is none of those that keep group 0"));
    }

    @Test
    void whatWasGivenUpMeanwhileIsFetched() throws IOException {
        awaitAll();
        end();
        pass(EntryFeed.UNUSED_MS + 5_000); // nobody keeps anything for it
        for (int i = 0; i < 300; i++) {
            append(200);
        }
        begin();
        awaitAll();
        append(1);
        awaitAll();
    }

    @Test
    void itHasNotAllBeforeTheLastPage() throws IOException {
        awaitAll();
        end();
        for (int i = 0; i < 20; i++) {
            append(100_000);
        }
        begin();
        for (int i = 0; i < 5_000 && !learner.current(); i++) {
            pass(1);
        }
        assertThat(learner.current()).isTrue();
        assertThat(standing().applied()).isEqualTo(index);
        assertThat(learner.whole()).as("what comes next was kept").isTrue();
    }

    private LogLearner.Standing standing() {
        CompletableFuture<LogLearner.Standing> said = learner.standing().toCompletableFuture();
        copyLoop.work();
        return said.join();
    }

    @Test
    void itStaysInTouchAmongManyThatGiveNothing() {
        for (int other = 0; other < 24; other++) {
            others.add(new NodeId(new UUID(1, other)));
        }
        awaitAll();
        pass(1_000);
        for (int round = 0; round < 10; round++) {
            Member serving = serving();
            others.add(round, new NodeId(new UUID(2, round))); // who answers is asked on all the same
            pass(2_000);
            assertThat(serving()).isSameAs(serving);
            serving.silent = true;
            for (int i = 0; i < 6_000; i++) {
                pass(1);
                assertThat(learner.current()).isTrue();
            }
            serving.silent = false;
            pass(11_000);
        }
    }

    private Member serving() {
        int before = members.get(0).asked;
        int other = members.get(1).asked;
        pass(3_000);
        return members.get(0).asked - before > members.get(1).asked - other ? members.get(0) : members.get(1);
    }

    @Test
    void whoIsBackIsFoundSoonIfTheOthersDoNotKnowWhoLeads() {
        awaitAll();
        for (int round = 0; round < 5; round++) {
            pass(1_700L * round);
            Member serving = serving();
            members.forEach(member -> member.led = member == serving);
            serving.silent = true;
            pass(8_000);
            assertThat(learner.inTouch()).isFalse();
            serving.silent = false;
            pass(2_500);
            assertThat(learner.inTouch()).isTrue();
        }
    }

    @Test
    void whatOneDoesNotHaveAnyMoreAnotherOneGives() throws IOException {
        for (int first = 0; first < 6; first++) {
            end();
            pass(100);
            begin(first);
            awaitAll();
            Member serving = serving();
            Member late = new Member(MEMBERS + first); // nobody has asked it before
            late.applyAll();
            members.add(late);
            trusted = members.stream().map(member -> member.replica).collect(Collectors.toSet());
            serving.silent = true;
            for (int i = 0; i < 40; i++) {
                append(100);
                pass(100);
                assertThat(learner.whole()).isTrue();
            }
            awaitAll();
            serving.silent = false;
            late.here = false;
            pass(11_000);
        }
    }

    @Test
    void itFetchesThoughTheFirstOnesHaveCopiesOnly() throws IOException {
        for (int other = 0; other < 12; other++) {
            others.add(new NodeId(new UUID(1, other)));
        }
        whatWasGivenUpMeanwhileIsFetched();
    }

    @Test
    void aCopyThatCannotBeFilledIsToldThoughNothingComes() throws IOException {
        awaitAll();
        end();
        pass(EntryFeed.UNUSED_MS + 5_000);
        append(200);
        Path records = ReplicaTable.groupDirectory(directory.resolve("copy"), 0);
        try (Stream<Path> files = Files.list(records)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        begin();
        Files.delete(records);
        Files.writeString(records, "no directory");
        pass(10_000);
        assertThat(failures).hasSize(1);
        failures.clear();
    }

    @Test
    void itHasAllWhateverHappensMeanwhile() throws IOException {
        Random random = Seeds.one("LogLearnerTest");
        for (int step = 0; step < 600; step++) {
            Member member = members.get(random.nextInt(MEMBERS));
            switch (random.nextInt(11)) {
                case 0 -> member.silent = !member.silent;
                case 1 -> member.here = !member.here;
                case 2 -> pass(random.nextInt(3_000));
                case 3 -> {
                    end();
                    pass(random.nextInt(20_000));
                    begin();
                }
                case 4 -> all(null);
                case 5 -> member.led = !member.led;
                case 6 -> {
                    member.held = !member.held;
                    member.applyAll();
                }
                case 7 -> member.startAgain();
                default -> {
                    for (int i = random.nextInt(20); i >= 0; i--) {
                        append(random.nextInt(1_000));
                    }
                    pass(random.nextInt(20));
                }
            }
            if (learner.current() && learner.whole()) {
                assertThat(standing().applied())
                        .isGreaterThanOrEqualTo(lengths.floorEntry(loop.nowMs() - LogLearner.SILENCE_MS)
                                .getValue());
            }
        }
        for (Member each : members) {
            each.silent = false;
            each.here = true;
            each.led = true;
            each.held = false;
            each.applyAll();
        }
        awaitAll();
    }

    @Test
    void whoseCopiesTheyAreIsKept() throws IOException {
        LearnerFile file = new LearnerFile(new LocalDisk(), directory);
        assertThat(file.read()).isEmpty();
        file.write(trusted);
        assertThat(file.read()).isEqualTo(trusted);
        file.write(Set.of(producer));
        assertThat(new LearnerFile(new LocalDisk(), directory).read()).containsExactly(producer);
        file.delete();
        assertThat(file.read()).isEmpty();
        file.delete();
        for (String damaged : List.of("", "1\n", "2\n" + producer + "\n", "1\n" + producer, "1\nx\n")) {
            Files.writeString(directory.resolve("learner"), damaged);
            assertThatThrownBy(file::read).isInstanceOf(StorageException.class).hasMessageContaining("expected");
        }
    }
}
