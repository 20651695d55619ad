package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.OpId;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.DamagedRecordException;
import io.wkmq.channel.storage.SimulatedDisk;
import io.wkmq.routing.NodeId;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.SimDisk;
import io.wkmq.testing.sim.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Three nodes that follow one log. On the disk of one of them bits flip, files are cut and files vanish, while entries go on, records are
 * trimmed, answers are lost and power fails. Nobody ever reads what was not written, and in the end it has all again.
 */
class RepairSimulationTest {
    private static final int NODES = 3;
    private static final int VICTIM = 1;
    private static final int CHANNELS = 4;
    private static final int ANSWER_MS_MAX = 20;
    private static final int LOST_AFTER_MS = 300;
    private static final List<Loss> LOSSES = List.of(Loss.values());
    private static final FillLimits SMALL = new FillLimits(3, 300, 5, 250, 10, 4_000);

    @Test
    void whatIsDamagedIsRepairedFromOtherNodes() {
        long[] repairs = new long[1];
        Seeds.of("RepairSimulationTest", 150).forEach(random -> {
            try {
                World world = new World(random);
                world.run();
                repairs[0] += world.repairs;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(repairs[0]).as("repairs").isPositive();
    }

    /** A node over its lives. */
    private static final class Node {
        final NodeId id;
        SimDisk disk = new SimDisk();
        int begun;

        @Nullable
        Life life;

        Node(long number) {
            id = new NodeId(new UUID(0, number));
        }
    }

    /** One run of a node's process. */
    private static final class Life {
        final SimLoop loop = new SimLoop();
        final SimLoop timer = new SimLoop();
        final SimExecutor reads = new SimExecutor();
        final SimExecutor writes = new SimExecutor();
        final SimExecutor scrubs = new SimExecutor();
        final ReplicaStore store;
        final LogFollower follower;
        final Scrub scrub;
        int applied;

        Life(SimDisk disk, Random random) throws IOException {
            store = ReplicaStore.open(
                    new SimulatedDisk(disk),
                    SimulatedDisk.DIRECTORY,
                    new ReplicaOptions(1, 2_000, 2, 2),
                    new ReplicaThreads(reads, writes, scrubs, timer),
                    random::nextLong,
                    SMALL);
            follower = store.follow(0, loop);
            scrub = new Scrub(store.scrubbed(), ScrubOptions.defaults(), Clock.systemUTC());
        }

        void work() {
            boolean more = true;
            while (more) {
                loop.work();
                timer.work();
                more = writes.work();
                more = scrubs.work() || more;
                more = reads.work() || more;
            }
            loop.work();
        }

        GroupReplica replica() {
            return Objects.requireNonNull(store.replica(0));
        }

        <T> CompletableFuture<T> ask(CompletionStage<T> stage) {
            work();
            return stage.toCompletableFuture();
        }
    }

    private static final class World {
        private final Random random;
        private final List<Node> nodes = new ArrayList<>();
        private final List<byte @Nullable []> log = new ArrayList<>();
        private final UUID producer = new UUID(1, 1);

        /** What each channel was given, by sequence number from 1 on. */
        private final Map<Integer, List<String>> given = new HashMap<>();

        /** Up to where each channel was to be trimmed. */
        private final Map<Integer, Long> trimmed = new HashMap<>();

        private long appends;
        private boolean lossy = true;
        private long repairs;

        World(Random random) throws IOException {
            this.random = random;
            log.add(null); // there is no entry 0
            log.add(null); // the first leader
            for (int channel = 0; channel < CHANNELS; channel++) {
                log.add(OpCodec.encode(new GroupOp.Configure(channel, SimNode.rules(Retention.FOR_EVER))));
                given.put(channel, new ArrayList<>());
            }
            for (int i = 0; i < NODES; i++) {
                nodes.add(new Node(i));
                start(nodes.get(i));
            }
        }

        void run() throws IOException {
            for (int step = 0; step < 300; step++) {
                Node node = nodes.get(random.nextInt(NODES));
                switch (random.nextInt(20)) {
                    case 0 -> {
                        if (node.life != null) {
                            crash(node);
                        } else {
                            start(node);
                        }
                    }
                    case 1 -> trim(random.nextInt(CHANNELS), 1 + random.nextInt(40));
                    case 2, 3, 4, 5 -> append(random.nextInt(CHANNELS));
                    case 6 -> damage(nodes.get(VICTIM).disk);
                    case 7 -> read(node, random.nextInt(CHANNELS));
                    case 8 -> {
                        if (node.life != null) {
                            var unused = node.life.scrub.now(null, 1_000);
                        }
                    }
                    case 9 -> {
                        if (node.life != null) {
                            node.life.follower.snapshot();
                        }
                    }
                    default -> {
                        nodes.forEach(this::deliver);
                        pass(random.nextInt(30));
                    }
                }
            }
            end();
        }

        private void append(int channel) {
            List<String> bodies = Objects.requireNonNull(given.get(channel));
            List<Entry> entries = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                int length = random.nextInt(random.nextInt(10) == 0 ? 900 : 60);
                String body = channel + ":" + (bodies.size() + 1) + ":" + "x".repeat(length);
                bodies.add(body);
                entries.add(SimNode.entry(body));
            }
            long number = ++appends;
            log.add(OpCodec.encode(new GroupOp.Append(
                    new OpId(producer, 0, number), number, List.of(new GroupOp.Part(channel, entries)))));
        }

        private void trim(int channel, long first) {
            log.add(OpCodec.encode(new GroupOp.Trim(channel, first)));
            trimmed.merge(channel, first, Math::max);
        }

        private void start(Node node) throws IOException {
            node.begun = node.disk.now();
            Life life = new Life(node.disk, random);
            life.store.fetchFrom(new SimDonors(node, life));
            node.life = life;
        }

        private void crash(Node node) {
            int moment = node.begun + random.nextInt(node.disk.now() - node.begun + 1);
            node.disk = node.disk.crashed(moment, LOSSES.get(random.nextInt(LOSSES.size())), random);
            node.life = null;
        }

        /** Gives a node the entries that it has not been given; those that it has applied in an earlier life change nothing. */
        private void deliver(Node node) {
            Life life = node.life;
            if (life == null) {
                return;
            }
            try {
                for (int i = random.nextInt(20); i > 0 && life.applied + 1 < log.size(); i--) {
                    byte[] op = log.get(++life.applied);
                    if (op == null) {
                        life.follower.newTerm(life.applied);
                    } else {
                        life.follower.apply(life.applied, op);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void pass(int ms) {
            for (Node node : nodes) {
                if (node.life != null) {
                    node.life.timer.pass(ms);
                    node.life.work();
                }
            }
        }

        /** Flips a bit, cuts a file or deletes one. */
        private void damage(SimDisk disk) throws IOException {
            List<String> files = disk.list().stream()
                    .filter(name -> name.endsWith(".records"))
                    .toList();
            if (files.isEmpty()) {
                return;
            }
            String name = files.get(random.nextInt(files.size()));
            int size = (int) disk.size(name);
            int kind = random.nextInt(6);
            if (kind == 0 || size == 0) {
                disk.delete(name);
                return;
            }
            try (FileChannel file = disk.open(name)) {
                int at = random.nextInt(size);
                if (kind == 1) {
                    file.truncate(at);
                    return;
                }
                ByteBuffer one = ByteBuffer.allocate(1);
                file.read(one, at);
                one.put(0, (byte) (one.get(0) ^ 1 << random.nextInt(8))).flip();
                file.write(one, at);
            }
        }

        /** Reads a channel on a node, which may say that it cannot. Returns whether it could. */
        private boolean read(Node node, int channel) {
            Life life = node.life;
            Position position = life == null
                    ? null
                    : life.ask(life.replica().position(channel)).join();
            if (life == null || position == null) {
                return false;
            }
            try (ChannelReader reader = life.ask(life.replica().read(channel, new ReadStart.Earliest()))
                    .join()) {
                return read(life, reader, channel, position.next());
            }
        }

        private boolean read(Life life, ChannelReader reader, int channel, long next) {
            List<String> bodies = Objects.requireNonNull(given.get(channel));
            while (reader.position() < next) {
                long expected = reader.position();
                CompletableFuture<ReadBatch> read = life.ask(reader.read(7, 2_000));
                for (int i = 0; i < 300 && !read.isDone(); i++) {
                    pass(10);
                }
                assertThat(read).as("a read that ends, with something or not").isDone();
                if (read.isCompletedExceptionally()) {
                    assertThat(failure(read)).isInstanceOf(DamagedRecordException.class);
                    return false;
                }
                ReadBatch batch = read.join();
                ReadBatch.Gap gap = batch.gap();
                if (gap != null) {
                    assertThat(gap.last())
                            .as("only what was trimmed is not there")
                            .isLessThan(trimmed.getOrDefault(channel, 0L));
                    expected = gap.last() + 1;
                }
                for (ChannelRecord record : batch.records()) {
                    assertThat(record.seq()).isEqualTo(expected);
                    assertThat(SimNode.text(record.entry().body())).isEqualTo(bodies.get((int) expected - 1));
                    expected++;
                }
            }
            return true;
        }

        private static Throwable failure(CompletableFuture<?> failed) {
            try {
                failed.join();
                throw new AssertionError("It has not failed");
            } catch (CompletionException e) {
                return Objects.requireNonNull(e.getCause());
            }
        }

        /** Everything works again. */
        private void end() throws IOException {
            lossy = false;
            for (Node node : nodes) {
                if (node.life == null) {
                    start(node);
                }
            }
            while (nodes.stream().anyMatch(node -> Objects.requireNonNull(node.life).applied + 1 < log.size())) {
                nodes.forEach(this::deliver);
            }
            Life victim = Objects.requireNonNull(nodes.get(VICTIM).life);
            for (int i = 0; i < 2_000 && victim.store.damages().trouble() != null; i++) {
                pass(10);
            }
            ScrubReport first = scrub(victim);
            assertThat(first.repaired()).as(first.toString()).isEqualTo(first.damaged());
            ScrubReport second = scrub(victim);
            assertThat(second.damaged()).as("damaged when all was repaired").isZero();
            assertThat(victim.store.damages().trouble()).isNull();
            repairs += victim.store.scrubbed().counts().repaired.sum();
            for (int channel = 0; channel < CHANNELS; channel++) {
                Position of = null;
                for (Node node : nodes) {
                    Life life = Objects.requireNonNull(node.life);
                    Position position =
                            life.ask(life.replica().position(channel)).join();
                    of = of == null ? position : of;
                    assertThat(position).as("channel %s", channel).isEqualTo(of);
                    assertThat(read(node, channel)).isTrue();
                }
            }
        }

        private ScrubReport scrub(Life life) {
            CompletableFuture<ScrubReport> report = life.ask(life.scrub.now(null, 100_000));
            for (int i = 0; i < 5_000 && !report.isDone(); i++) {
                pass(10);
            }
            assertThat(report).isCompleted();
            assertThat(report.join().done()).isTrue();
            return report.join();
        }

        /** The other nodes, over a network that delays and loses. */
        private final class SimDonors implements Donors {
            private final Node self;
            private final Life asker;

            private SimDonors(Node self, Life asker) {
                this.self = self;
                this.asker = asker;
            }

            @Override
            public List<NodeId> here() {
                return nodes.stream()
                        .filter(node -> node != self && node.life != null)
                        .map(node -> node.id)
                        .toList();
            }

            @Override
            public CompletionStage<byte[]> ask(NodeId donor, byte[] question) {
                CompletableFuture<byte[]> answer = new CompletableFuture<>();
                Node asked = nodes.stream()
                        .filter(node -> node.id.equals(donor))
                        .findFirst()
                        .orElseThrow();
                asker.timer.after(
                        LOST_AFTER_MS,
                        () -> answer.completeExceptionally(new IOException("Node " + donor + " does not answer")));
                if (!lossy || random.nextInt(40) != 0) {
                    asker.timer.after(random.nextInt(ANSWER_MS_MAX), () -> deliver(asked.life, question, answer));
                }
                return answer;
            }

            private void deliver(@Nullable Life asked, byte[] question, CompletableFuture<byte[]> answer) {
                if (asked != null) {
                    asked.store
                            .answer(question)
                            .whenComplete((made, failure) ->
                                    asker.timer.after(random.nextInt(ANSWER_MS_MAX), () -> answer.complete(made)));
                }
            }
        }
    }
}
