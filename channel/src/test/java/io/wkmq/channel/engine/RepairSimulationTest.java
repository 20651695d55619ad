package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.OpId;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.records.DamagedRecordException;
import io.wkmq.routing.NodeId;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.SimDisk;
import io.wkmq.testing.sim.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Three nodes that follow one log. On the disk of one of them bits flip, and files are truncated or lost, while entries are appended,
 * records are trimmed, answers are lost and power fails. Nobody ever reads what was not written, and in the end the node is complete again.
 */
class RepairSimulationTest {
    private static final int NODES = 3;
    private static final int VICTIM = 1;
    private static final int CHANNELS = 4;
    private static final List<Loss> LOSSES = List.of(Loss.values());

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

    /** A node across its restarts. */
    private static final class Node implements SimDonors.Node {
        final NodeId id;
        SimDisk disk = new SimDisk();
        int begun;

        @Nullable
        SimReplica life;

        Node(long number) {
            id = new NodeId(new UUID(0, number));
        }

        @Override
        public NodeId id() {
            return id;
        }

        @Override
        public @Nullable SimReplica life() {
            return life;
        }
    }

    private static final class World {
        private final Random random;
        private final List<Node> nodes = new ArrayList<>();
        private final List<byte @Nullable []> log = new ArrayList<>();
        private final UUID producer = new UUID(1, 1);

        private final GivenRecords given = new GivenRecords();
        private long appends;
        private boolean lossy = true;
        private long repairs;

        World(Random random) throws IOException {
            this.random = random;
            log.add(null); // there is no entry 0
            log.add(null); // the first leader
            for (int channel = 0; channel < CHANNELS; channel++) {
                log.add(OpCodec.encode(new GroupOp.Configure(channel, SimNode.rules(Retention.FOR_EVER))));
                given.begin(channel);
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
            List<Entry> entries = given.some(channel, random);
            long number = ++appends;
            log.add(OpCodec.encode(new GroupOp.Append(
                    new OpId(producer, 0, number), number, List.of(new GroupOp.Part(channel, entries)))));
        }

        private void trim(int channel, long first) {
            log.add(OpCodec.encode(new GroupOp.Trim(channel, first)));
            given.trim(channel, first);
        }

        private void start(Node node) throws IOException {
            node.begun = node.disk.now();
            SimReplica life = new SimReplica(node.disk, random::nextLong);
            life.fetchFrom(new SimDonors(nodes, node, life.timer, random, () -> lossy));
            node.life = life;
        }

        private void crash(Node node) {
            int moment = node.begun + random.nextInt(node.disk.now() - node.begun + 1);
            node.disk = node.disk.crashed(moment, LOSSES.get(random.nextInt(LOSSES.size())), random);
            node.life = null;
        }

        /** Gives a node the entries that it has not been given; those that it has applied in an earlier life change nothing. */
        private void deliver(Node node) {
            SimReplica life = node.life;
            if (life == null) {
                return;
            }
            try {
                for (int i = random.nextInt(20); i > 0 && life.given + 1 < log.size(); i--) {
                    byte[] op = log.get((int) ++life.given);
                    if (op == null) {
                        life.follower.newTerm(life.given);
                    } else {
                        life.follower.apply(life.given, op);
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
            SimReplica life = node.life;
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

        private boolean read(SimReplica life, ChannelReader reader, int channel, long next) {
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
                assertThat(given.judge(channel, expected, read.join())).isEqualTo(reader.position());
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
            while (nodes.stream().anyMatch(node -> Objects.requireNonNull(node.life).given + 1 < log.size())) {
                nodes.forEach(this::deliver);
            }
            SimReplica victim = Objects.requireNonNull(nodes.get(VICTIM).life);
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
                    SimReplica life = Objects.requireNonNull(node.life);
                    Position position =
                            life.ask(life.replica().position(channel)).join();
                    of = of == null ? position : of;
                    assertThat(position).as("channel %s", channel).isEqualTo(of);
                    assertThat(read(node, channel)).isTrue();
                }
            }
        }

        private ScrubReport scrub(SimReplica life) {
            CompletableFuture<ScrubReport> report = life.ask(life.scrub.now(null, 100_000));
            for (int i = 0; i < 5_000 && !report.isDone(); i++) {
                pass(10);
            }
            assertThat(report).isCompleted();
            assertThat(report.join().done()).isTrue();
            return report.join();
        }
    }
}
