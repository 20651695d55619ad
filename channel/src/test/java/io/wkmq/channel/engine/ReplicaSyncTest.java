package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.audit.AuditAnswer;
import io.wkmq.channel.audit.AuditCodec;
import io.wkmq.channel.audit.AuditQuestion;
import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Digests;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.OpId;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.storage.LocalDisk;
import io.wkmq.routing.NodeId;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three nodes with replicas on disk that are repaired together. */
@Timeout(60)
final class ReplicaSyncTest {
    private static final int CHANNEL = 7;
    private static final int MESSAGES = 40;

    @TempDir
    Path directory;

    private final UUID producer = UUID.randomUUID();
    private final List<Node> nodes = new ArrayList<>();

    /** One of the nodes. */
    private final class Node implements Auditor.Care {
        final NodeId id;
        final Path files;
        private EngineThreads threads = new EngineThreads();
        private EngineThread loop;
        private ReplicaStore store;
        private LogFollower follower;
        private Scrub scrub;
        private Auditor auditor;
        private boolean copies;

        /** Whether what it is to fetch anew next is as before behind that. */
        private boolean refillsInVain;

        Node(int number) throws IOException {
            id = new NodeId(new UUID(0, number));
            files = directory.resolve("node" + number);
            loop = EngineThread.start("replica");
            store = open();
            follower = store.follow(0, loop);
            scrub = new Scrub(store.scrubbed(), ScrubOptions.defaults(), Clock.systemUTC());
            auditor = new Auditor(channel -> store.replica(0), threads.reads(), this);
            store.fetchFrom(new Others(this));
        }

        private ReplicaStore open() throws IOException {
            return ReplicaStore.open(
                    new LocalDisk(),
                    files,
                    ReplicaOptions.defaults(1),
                    new ReplicaThreads(
                            threads.reads(), threads.gives(), threads.background(), threads.scrubs(), threads.loop()));
        }

        /** Ends, and begins anew with what is on the disk. */
        void restart() throws IOException {
            close();
            startAgain();
        }

        void startAgain() throws IOException {
            threads = new EngineThreads();
            loop = EngineThread.start("replica");
            store = open();
            follower = store.follow(0, loop);
            scrub = new Scrub(store.scrubbed(), ScrubOptions.defaults(), Clock.systemUTC());
            auditor = new Auditor(channel -> store.replica(0), threads.reads(), this);
            store.fetchFrom(new Others(this));
        }

        void close() throws IOException {
            scrub.stop();
            threads.end(() -> {});
            loop.close();
            store.close();
        }

        /** On the group's thread. */
        <T> T on(Step<T> step) {
            CompletableFuture<T> done = new CompletableFuture<>();
            loop.execute(() -> {
                try {
                    done.complete(step.run(follower));
                } catch (IOException e) {
                    done.completeExceptionally(e);
                }
            });
            return get(done);
        }

        Auditee auditee() {
            return new Auditee(
                    id,
                    "node" + id.value().getLeastSignificantBits(),
                    question -> auditor.answer(AuditCodec.encode(question)).thenApply(AuditCodec::decodeAnswer));
        }

        @Override
        public boolean copies() {
            return copies;
        }

        @Override
        public @Nullable String apart() {
            return null;
        }

        @Override
        public CompletionStage<ScrubReport> scrub(@Nullable Integer channel, long patienceMs) {
            return scrub.now(channel, patienceMs);
        }

        @Override
        public CompletionStage<Void> refill(int channel, Set<NodeId> donors) {
            if (refillsInVain) {
                refillsInVain = false;
                return CompletableFuture.completedFuture(null);
            }
            return store.refill(channel, donors);
        }

        GroupReplica replica() {
            return Objects.requireNonNull(store.replica(0));
        }

        Position position() {
            return position(CHANNEL);
        }

        Position position(int channel) {
            return Objects.requireNonNull(get(replica().position(channel)));
        }

        List<String> messages() {
            return messages(CHANNEL);
        }

        List<String> messages(int channel) {
            List<String> bodies = new ArrayList<>();
            long next = position(channel).next();
            try (ChannelReader reader = get(replica().read(channel, new ReadStart.Earliest()))) {
                while (reader.position() < next) {
                    for (ChannelRecord record : get(reader.read(100, 100_000)).records()) {
                        bodies.add(SimNode.text(record.entry().body()));
                    }
                }
            }
            return bodies;
        }

        private Path file(String prefix) throws IOException {
            try (Stream<Path> all = Files.walk(files)) {
                return all.filter(each -> String.valueOf(each.getFileName()).startsWith(prefix))
                        .findFirst()
                        .orElseThrow();
            }
        }

        /** Flips a bit of a file, behind that text. */
        void flip(String prefix, String text) throws IOException {
            Path file = file(prefix);
            byte[] bytes = Files.readAllBytes(file);
            int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
            assertThat(at).isPositive();
            bytes[at] ^= 1;
            Files.write(file, bytes);
        }
    }

    /** A step that may fail. */
    private interface Step<T> {
        T run(LogFollower follower) throws IOException;
    }

    /** The content of the other nodes. */
    private final class Others implements Donors {
        private final Node self;

        private Others(Node self) {
            this.self = self;
        }

        @Override
        public List<NodeId> here() {
            return nodes.stream()
                    .filter(node -> node != self)
                    .map(node -> node.id)
                    .toList();
        }

        @Override
        public CompletionStage<byte[]> ask(NodeId donor, byte[] question) {
            return nodes.stream()
                    .filter(node -> node.id.equals(donor))
                    .findFirst()
                    .orElseThrow()
                    .store
                    .answer(question);
        }
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    @BeforeEach
    void begin() throws IOException {
        for (int number = 1; number <= 3; number++) {
            add(number);
        }
    }

    private Node add(int number) throws IOException {
        Node node = new Node(number);
        nodes.add(node);
        node.on(replica -> {
            replica.newTerm(1);
            return replica.apply(2, OpCodec.encode(new GroupOp.Configure(CHANNEL, SimNode.rules(Retention.FOR_EVER))));
        });
        return node;
    }

    @AfterEach
    void end() {
        for (Node node : nodes) {
            try {
                node.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void append(Node node, int number, String body) {
        append(node, number, CHANNEL, body);
    }

    private void append(Node node, int number, int channel, String body) {
        byte[] op = OpCodec.encode(new GroupOp.Append(
                new OpId(producer, 0, number),
                number,
                List.of(new GroupOp.Part(channel, List.of(SimNode.entry(body))))));
        int index = (channel == CHANNEL ? 2 : 3) + number; // the other one was declared in between
        node.on(replica -> replica.apply(index, op));
    }

    /** All get the same, but one something else once. */
    private void fill(@Nullable Node odd) {
        for (int number = 1; number <= MESSAGES; number++) {
            for (Node node : nodes) {
                append(node, number, "message " + number + (node == odd && number == 17 ? " of another kind" : ""));
            }
        }
    }

    private ReplicaSync sync() {
        return sync(nodes.size());
    }

    private ReplicaSync sync(int replicas) {
        return new ReplicaSync(nodes.stream().map(Node::auditee).toList(), replicas, Timing.SYSTEM, 20_000);
    }

    private static List<String> sound() {
        List<String> bodies = new ArrayList<>();
        for (int number = 1; number <= MESSAGES; number++) {
            bodies.add("message " + number);
        }
        return bodies;
    }

    @Test
    void replicaThatWasGivenSomethingElseIsFetchedAnew() throws Exception {
        Node odd = nodes.get(1);
        fill(odd);
        ChannelReader reading = get(odd.replica().read(CHANNEL, new ReadStart.Earliest()));

        ReplicaSync sync = sync();
        assertThat(sync.level("plant", CHANNEL)).isTrue();

        SyncReport report = sync.report(true);
        assertThat(report.nodes())
                .extracting(SyncReport.Node::refilled)
                .containsExactly(List.of(), List.of("plant"), List.of());
        assertThat(report.nodes()).extracting(SyncReport.Node::problem).containsOnlyNulls();
        assertThat(odd.position()).isEqualTo(nodes.get(0).position());
        assertThat(odd.messages()).isEqualTo(sound());
        assertThat(reading.read(1, 1))
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(ChannelGoneException.class);
        reading.close();

        append(odd, MESSAGES + 1, "behind");
        assertThat(odd.position().next()).isEqualTo(MESSAGES + 2);
        odd.on(LogFollower::snapshot);
        odd.restart();
        assertThat(odd.messages()).hasSize(MESSAGES + 1).startsWith(sound().toArray(String[]::new));
    }

    @Test
    void aCopyIsFetchedAnewBehindTheReplicaAndIsNoMajority() throws Exception {
        nodes.get(2).copies = true;
        fill(nodes.get(1));

        ReplicaSync two = sync();
        assertThat(two.level("plant", CHANNEL)).isTrue();
        assertThat(two.report(true).nodes())
                .as("one replica and a copy against one")
                .allSatisfy(node -> assertThat(node.refilled()).isEmpty());
        nodes.get(2).copies = false;
        nodes.get(1).copies = true;
        ReplicaSync sync = sync(2);
        assertThat(sync.level("plant", CHANNEL)).isTrue();
        assertThat(sync.report(true).nodes())
                .extracting(SyncReport.Node::refilled)
                .containsExactly(List.of(), List.of("plant"), List.of());
        assertThat(nodes.get(1).messages()).isEqualTo(sound());
    }

    @Test
    void aCopyThatIsNotRightTheFirstTimeIsNamedOnce() throws Exception {
        Node first = nodes.get(2);
        Node second = add(4);
        for (Node copy : List.of(first, second)) {
            copy.copies = true;
        }
        for (int number = 1; number <= MESSAGES; number++) {
            for (Node node : nodes) {
                append(node, number, "message " + number + (node.copies && number == 17 ? " of another kind" : ""));
            }
        }
        first.refillsInVain = true;

        ReplicaSync sync = sync(2);
        assertThat(sync.level("plant", CHANNEL)).isTrue();

        assertThat(sync.report(true).nodes())
                .extracting(SyncReport.Node::refilled)
                .containsExactly(List.of(), List.of(), List.of("plant"), List.of("plant"));
        assertThat(first.refillsInVain).isFalse();
        assertThat(first.messages()).isEqualTo(sound());
        assertThat(second.messages()).isEqualTo(sound());
    }

    @Test
    void nothingIsFetchedWhereNobodyKnowsWhoIsRight() throws Exception {
        fill(nodes.get(1));
        append(nodes.get(2), MESSAGES + 1, "first");
        append(nodes.get(1), MESSAGES + 1, "first");
        append(nodes.get(0), MESSAGES + 1, "another first");

        ReplicaSync sync = sync();
        assertThat(sync.level("plant", CHANNEL)).isTrue();

        SyncReport report = sync.report(true);
        assertThat(report.nodes()).allSatisfy(node -> {
            assertThat(node.refilled()).isEmpty();
            assertThat(node.problem()).startsWith("channel plant: ");
        });
    }

    @Test
    void whoIsRightIsNotFetchedAnewWhateverOthersSay() {
        fill(null);
        AuditAnswer answer = get(nodes.get(0)
                .auditee()
                .asks()
                .apply(new AuditQuestion.Refill(
                        CHANNEL, MESSAGES, nodes.get(1).position().digest(), List.of(nodes.get(1).id))));
        assertThat(answer).isEqualTo(new AuditAnswer.Refilling(false));
    }

    @Test
    void nothingIsFetchedAnewIfNobodyIsSaidToHaveIt() {
        fill(nodes.get(1));
        AuditAnswer answer = get(nodes.get(1)
                .auditee()
                .asks()
                .apply(new AuditQuestion.Refill(
                        CHANNEL, MESSAGES, nodes.get(0).position().digest(), List.of())));
        assertThat(answer).isInstanceOf(AuditAnswer.Refused.class);
    }

    @Test
    void onlyThoseWhoAgreeAreAskedForIt() {
        Node wrong = nodes.get(0);
        Node odd = nodes.get(1);
        fill(wrong);
        for (Node donor : List.of(wrong, nodes.get(2), wrong)) {
            get(odd.refill(CHANNEL, Set.of(donor.id)));
            Await.until("the replica has all", () -> odd.follower.whole());
            assertThat(odd.position()).isEqualTo(donor.position());
            assertThat(odd.messages()).isEqualTo(donor.messages());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatElseTheGroupHasStaysAsItIs(boolean read) throws Exception {
        int other = CHANNEL + 1;
        Node odd = nodes.get(1);
        fill(odd);
        for (Node node : nodes) {
            node.on(replica -> replica.apply(
                    3 + MESSAGES, OpCodec.encode(new GroupOp.Configure(other, SimNode.rules(Retention.FOR_EVER)))));
            for (int number = MESSAGES + 1; number <= MESSAGES + 10; number++) {
                append(node, number, other, "other " + number + (node == odd && number == MESSAGES + 5 ? "!" : ""));
            }
        }
        Position before = odd.position(other);
        List<String> messages = odd.messages(other);
        assertThat(before).isNotEqualTo(nodes.get(0).position(other));
        for (Node node : List.of(nodes.get(0), nodes.get(2))) {
            append(node, MESSAGES + 11, other, "behind");
        }
        ChannelReader reading = read ? get(odd.replica().read(other, new ReadStart.Earliest())) : null;

        get(odd.refill(CHANNEL, Set.of(nodes.get(0).id, nodes.get(2).id)));
        Await.until("the replica has all", () -> odd.follower.whole());
        assertThat(odd.position()).isEqualTo(nodes.get(0).position());
        append(odd, MESSAGES + 11, other, "behind"); // it has it by then, from one that was ahead
        assertThat(odd.messages(other))
                .startsWith(messages.toArray(String[]::new))
                .hasSize(messages.size() + 1);
        assertThat(odd.position(other))
                .as("what it was given, by its own account")
                .isEqualTo(new Position(
                        1,
                        before.next() + 1,
                        MESSAGES + 11,
                        Digests.next(
                                before.digest(),
                                before.next(),
                                SimNode.entry("behind").body())));
        if (reading != null) {
            assertThat(get(reading.read(100, 100_000)).records()).hasSize(messages.size() + 1);
            reading.close();
        }
    }

    @Test
    void fewerThanMostOfThoseWhoAreToHaveItAreNotRight() throws Exception {
        fill(nodes.get(1));

        ReplicaSync sync = sync(5);
        assertThat(sync.level("plant", CHANNEL)).isTrue();

        SyncReport report = sync.report(true);
        assertThat(report.nodes())
                .allSatisfy(node -> assertThat(node.refilled()).isEmpty());
        assertThat(report.nodes().get(1).problem()).startsWith("channel plant: ");
    }

    @Test
    void allNodesRepairWhatIsDamaged() throws Exception {
        fill(null);
        nodes.forEach(node -> node.on(LogFollower::snapshot));
        nodes.get(0).flip("c" + CHANNEL + "-", "message 11");
        nodes.get(2).flip("c" + CHANNEL + "-", "message 22");

        ReplicaSync sync = sync();
        assertThat(sync.scrub(CHANNEL)).isTrue();

        List<SyncReport.Node> found = sync.report(true).nodes();
        assertThat(found).extracting(node -> node.scrubbed().damaged()).containsExactly(1L, 0L, 1L);
        assertThat(found).extracting(node -> node.scrubbed().repaired()).containsExactly(1L, 0L, 1L);
        assertThat(found).extracting(SyncReport.Node::problem).containsOnlyNulls();
    }

    @Test
    void nodeWithADamagedTableHasAllAgain() throws Exception {
        fill(null);
        List<byte[]> snapshots =
                nodes.stream().map(node -> node.on(LogFollower::snapshot)).toList();
        Node damaged = nodes.get(0);
        damaged.close();
        byte[] table = Files.readAllBytes(damaged.files.resolve("table.mv"));
        Files.write(damaged.files.resolve("table.mv"), new byte[table.length]);
        damaged.startAgain();

        assertThat(damaged.store.begunAnew()).isTrue();
        assertThat(damaged.store.recovering()).isTrue();
        damaged.on(replica -> {
            replica.restore(snapshots.get(0)); // as the log says, of which nothing is lost
            return 0;
        });
        assertThat(damaged.store.filling()).containsExactly(0);
        Await.until("the replica has all", () -> damaged.follower.whole());
        assertThat(damaged.messages()).isEqualTo(sound());
        assertThat(damaged.position()).isEqualTo(nodes.get(1).position());
        assertThat(damaged.store.begunAnew()).isTrue();
        assertThat(damaged.store.recovering()).isTrue();
        damaged.store.settled();
        assertThat(damaged.store.recovering()).isFalse();

        damaged.restart();
        assertThat(damaged.store.begunAnew()).isFalse();
        assertThat(damaged.store.recovering()).isFalse();
        assertThat(damaged.messages()).isEqualTo(sound());
        assertThat(damaged.files.resolve("table.mv.damaged")).hasSize(table.length);
    }
}
