package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.OpId;
import io.wkmq.channel.group.Retention;
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
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Three nodes that follow one log. Some are away for so long that the others truncate it: they fetch what they miss, while entries are
 * appended, records are trimmed, channels are dropped, tables are damaged, answers are lost and power fails at any moment. An incomplete
 * replica is never read; a complete one has every record once and in order.
 */
class FillSimulationTest {
    private static final int NODES = 3;
    private static final int CHANNELS = 8;

    /** Its records are imported, until the end. */
    private static final int IMPORTED = CHANNELS - 1;

    private static final int SNAPSHOT_EVERY = 12;
    private static final int LOG_MAX = 20;
    private static final int KEPT_BEHIND_SNAPSHOT = 2;
    private static final List<Loss> LOSSES = List.of(Loss.values());

    @Test
    void whatIsMissingIsFetchedWhateverHappensMeanwhile() {
        int[] fills = new int[3];
        Seeds.of("FillSimulationTest", 150).forEach(random -> {
            try {
                World world = new World(random);
                world.run();
                fills[0] += world.fills;
                fills[1] += world.damages;
                fills[2] += world.refills;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(fills[0]).as("replicas that were filled").isPositive();
        assertThat(fills[1]).as("tables that were damaged").isPositive();
        assertThat(fills[2]).as("channels that were fetched anew").isPositive();
    }

    /** A snapshot that a node's log starts with: its own, or an installed one. */
    private record Snapshot(int moment, long index, byte[] marker, boolean installed) {}

    /** A node across its restarts. Its log survives every crash; what the log was truncated for is in the snapshots. */
    private static final class Node implements SimDonors.Node {
        final NodeId id;
        final List<Snapshot> snapshots = new ArrayList<>();
        SimDisk disk = new SimDisk();
        long received;
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

        long logBegins() {
            return snapshots.isEmpty() ? 0 : snapshots.get(snapshots.size() - 1).index();
        }
    }

    private static final class World {
        private final Random random;
        private final List<Node> nodes = new ArrayList<>();
        private final List<byte @Nullable []> log = new ArrayList<>();
        private final UUID producer = new UUID(1, 1);

        private final GivenRecords given = new GivenRecords();
        private long appends;
        private int nextChannel = CHANNELS;
        private boolean lossy = true;
        private int fills;
        private int damages;
        private int refills;

        World(Random random) throws IOException {
            this.random = random;
            for (int i = 0; i < NODES; i++) {
                nodes.add(new Node(i));
            }
            log.add(null); // there is no entry 0
            log.add(null); // the first leader
            for (int channel = 0; channel < IMPORTED; channel++) {
                configure(channel);
            }
            propose(new GroupOp.BeginImport(IMPORTED, SimNode.rules(Retention.FOR_EVER), 1));
            given.begin(IMPORTED);
            for (Node node : nodes) {
                start(node);
            }
        }

        void run() throws IOException {
            for (int step = 0; step < 400; step++) {
                Node node = nodes.get(random.nextInt(NODES));
                switch (random.nextInt(24)) {
                    case 0 -> {
                        if (node.life != null) {
                            crash(node);
                        } else {
                            start(node);
                        }
                    }
                    case 1 -> trim(random.nextInt(CHANNELS), 1 + random.nextInt(40));
                    case 2 -> shortLife();
                    case 3 -> log.add(null);
                    case 4, 5, 6, 7, 8 -> append(random.nextInt(CHANNELS));
                    case 9, 10 -> steps(node);
                    case 11 -> refill(node);
                    default -> {
                        // one of them is behind more often than not
                        for (int i = 0; i < NODES; i++) {
                            if (i != step / 100 % NODES || random.nextInt(12) == 0) {
                                deliver(nodes.get(i));
                            }
                        }
                        steps(node);
                    }
                }
                if (step % 20 == 0) {
                    look();
                }
            }
            end();
        }

        private void propose(GroupOp op) {
            log.add(OpCodec.encode(op));
        }

        private void configure(int channel) {
            propose(new GroupOp.Configure(channel, SimNode.rules(Retention.FOR_EVER)));
            given.begin(channel);
        }

        private void trim(int channel, long first) {
            propose(new GroupOp.Trim(channel, first));
            given.trim(channel, first);
        }

        private void append(int channel) {
            List<Entry> entries = given.some(channel, random);
            if (channel == IMPORTED) {
                importSome(given.count(channel) - entries.size() + 1, entries);
                return;
            }
            long number = ++appends;
            propose(new GroupOp.Append(
                    new OpId(producer, 0, number), number, List.of(new GroupOp.Part(channel, entries))));
        }

        /** What is to come next, and sometimes something in front of it or behind it, which changes nothing. */
        private void importSome(long from, List<Entry> entries) {
            List<GroupOp.ImportedRecord> records = entries.stream()
                    .map(entry -> new GroupOp.ImportedRecord(from, 1, entry))
                    .toList();
            for (long each : random.nextInt(3) == 0 ? new long[] {from + 1, from, from, from - 1} : new long[] {from}) {
                propose(new GroupOp.Import(IMPORTED, each, List.of(), records, List.of()));
            }
        }

        private void shortLife() {
            int channel = nextChannel++;
            configure(channel);
            append(channel);
            propose(new GroupOp.Drop(channel));
        }

        private void start(Node node) throws IOException {
            if (random.nextInt(4) == 0 && spared(node) && node.disk.exists("table.mv")) {
                damage(node);
            }
            node.begun = node.disk.now();
            SimReplica life = new SimReplica(node.disk, random::nextLong);
            life.fetchFrom(new SimDonors(nodes, node, life.timer, random, () -> lossy));
            node.life = life;
            life.given = node.logBegins();
            if (!node.snapshots.isEmpty()) {
                life.follower.restore(
                        node.snapshots.get(node.snapshots.size() - 1).marker());
            }
        }

        /** Whether the other nodes have all that was given up of any log, for good, so that this one may lose what it has applied. */
        private boolean spared(Node node) {
            Snapshot newest = newest();
            List<Node> others = nodes.stream().filter(other -> other != node).toList();
            for (Node other : others) {
                SimReplica life = other.life;
                if (life == null
                        || !life.follower.whole()
                        || (newest != null && life.given < newest.index())
                        || life.given < node.logBegins()) {
                    return false;
                }
            }
            for (Node other : others) {
                other.begun = other.disk.now(); // a crash is behind that
            }
            return true;
        }

        private void damage(Node node) throws IOException {
            try (FileChannel table = node.disk.open("table.mv")) {
                table.write(ByteBuffer.wrap(new byte[(int) table.size()]), 0);
                table.force(true);
            }
            damages++;
        }

        /** As if it had something else than the others. */
        private void refill(Node node) {
            SimReplica life = node.life;
            if (life != null && life.follower.whole() && spared(node)) {
                Set<NodeId> others = nodes.stream()
                        .filter(other -> other != node)
                        .map(other -> other.id)
                        .collect(Collectors.toSet());
                life.ask(life.store.refill(random.nextInt(CHANNELS), others)).join();
                refills++;
            }
        }

        private void crash(Node node) {
            int moment = node.begun + random.nextInt(node.disk.now() - node.begun + 1);
            boolean installLost =
                    node.snapshots.stream().anyMatch(snapshot -> snapshot.moment() > moment && snapshot.installed());
            node.snapshots.removeIf(snapshot -> snapshot.moment() > moment);
            node.snapshots.replaceAll(
                    snapshot -> new Snapshot(0, snapshot.index(), snapshot.marker(), snapshot.installed()));
            if (installLost) {
                node.received = node.logBegins(); // what came behind it is of no use without it
            }
            node.disk = node.disk.crashed(moment, LOSSES.get(random.nextInt(LOSSES.size())), random);
            node.life = null;
        }

        /** Gives a node the next entry, or what stands for those that are in no log any more. */
        private void deliver(Node node) throws IOException {
            SimReplica life = node.life;
            if (life == null) {
                return;
            }
            if (life.follower.whole() && life.given - node.logBegins() >= SNAPSHOT_EVERY) {
                byte[] marker = life.follower.snapshot();
                node.snapshots.add(new Snapshot(node.disk.now(), life.given, marker, false));
            }
            long next = life.given + 1;
            Snapshot newest = newest();
            if (next >= log.size()) {
                return;
            }
            if (next > node.received && newest != null && next <= newest.index() - KEPT_BEHIND_SNAPSHOT) {
                boolean whole = life.follower.whole();
                node.snapshots.add(new Snapshot(node.disk.now(), newest.index(), newest.marker(), true));
                node.received = newest.index();
                life.given = newest.index();
                life.follower.restore(newest.marker());
                fills += whole && !life.follower.whole() ? 1 : 0;
            } else if (next <= node.received || next - node.logBegins() <= LOG_MAX) {
                node.received = Math.max(node.received, next);
                byte[] op = log.get((int) next);
                if (op == null) {
                    life.follower.newTerm(next);
                } else {
                    life.follower.apply(next, op);
                }
                life.given = next;
            }
        }

        /** The snapshot that the log of a leader would begin with. */
        private @Nullable Snapshot newest() {
            Snapshot newest = null;
            for (Node node : nodes) {
                if (node.life != null && !node.snapshots.isEmpty()) {
                    Snapshot last = node.snapshots.get(node.snapshots.size() - 1);
                    newest = newest == null || last.index() > newest.index() ? last : newest;
                }
            }
            return newest;
        }

        /** Lets some of a node's threads work, each for itself. */
        private void steps(Node node) {
            SimReplica life = node.life;
            if (life == null) {
                return;
            }
            switch (random.nextInt(5)) {
                case 0 -> life.loop.work();
                case 1 -> life.reads.work();
                case 2 -> life.writes.work();
                case 3 -> life.timer.pass(random.nextInt(150));
                default -> life.work();
            }
        }

        /** Who is not whole is not read; who is has all that it was given. */
        private void look() {
            for (Node node : nodes) {
                SimReplica life = node.life;
                if (life == null) {
                    continue;
                }
                life.work();
                int channel = random.nextInt(CHANNELS);
                CompletableFuture<@Nullable Position> position =
                        life.ask(life.replica().position(channel));
                CompletableFuture<ChannelReader> read =
                        life.ask(life.replica().read(channel, new ReadStart.Earliest()));
                if (life.follower.whole()) {
                    assertThat(position).isCompleted();
                    if (read.isCompletedExceptionally()) {
                        assertThat(position.join())
                                .as("only what is not there cannot be read")
                                .isNull();
                    } else {
                        read.join().close();
                        records(life, channel);
                    }
                } else {
                    assertThat(position).isCompletedExceptionally();
                    assertThat(read).isCompletedExceptionally();
                }
            }
        }

        /** Everything works again. */
        private void end() throws IOException {
            lossy = false;
            propose(new GroupOp.EndImport(IMPORTED, given.count(IMPORTED) + 1, 1_000, 5));
            for (Node node : nodes) {
                if (node.life == null) {
                    start(node);
                }
            }
            for (int round = 0; round < 4_000 && !allHere(); round++) {
                for (Node node : nodes) {
                    deliver(node);
                    Objects.requireNonNull(node.life).timer.pass(10);
                    Objects.requireNonNull(node.life).work();
                }
            }
            assertThat(allHere()).as(this::where).isTrue();
            for (int channel = 0; channel < nextChannel; channel++) {
                Position first = null;
                for (Node node : nodes) {
                    SimReplica life = Objects.requireNonNull(node.life);
                    Position position =
                            life.ask(life.replica().position(channel)).join();
                    if (channel >= CHANNELS) {
                        assertThat(position).as("dropped channel %s", channel).isNull();
                        continue;
                    }
                    records(life, channel);
                    first = first == null ? position : first;
                    assertThat(position).as("channel %s", channel).isEqualTo(first);
                    assertThat(Objects.requireNonNull(position).next()).isEqualTo(given.count(channel) + 1);
                }
            }
        }

        private String where() {
            StringBuilder all = new StringBuilder("all nodes have all " + (log.size() - 1) + " entries:");
            for (Node node : nodes) {
                SimReplica life = Objects.requireNonNull(node.life);
                all.append(" applied=")
                        .append(life.given)
                        .append(" whole=")
                        .append(life.follower.whole())
                        .append(" received=")
                        .append(node.received)
                        .append(" logBegins=")
                        .append(node.logBegins());
            }
            return all.toString();
        }

        private boolean allHere() {
            return nodes.stream()
                    .map(node -> node.life)
                    .allMatch(life -> life != null && life.follower.whole() && life.given == log.size() - 1);
        }

        /** All records of a channel on a node are those that it was given, without a gap. */
        private void records(SimReplica life, int channel) {
            Position position = Objects.requireNonNull(
                    life.ask(life.replica().position(channel)).join());
            try (ChannelReader reader = life.ask(life.replica().read(channel, new ReadStart.Earliest()))
                    .join()) {
                long expected = position.first();
                assertThat(reader.position()).isEqualTo(expected);
                while (expected < position.next()) {
                    CompletableFuture<ReadBatch> read = life.ask(reader.read(7, 2_000));
                    for (int i = 0; i < 300 && !read.isDone(); i++) {
                        life.timer.pass(10); // what was trimmed before a crash is asked for, until it is trimmed again
                        life.work();
                    }
                    if (read.isCompletedExceptionally()) {
                        assertThat(expected)
                                .as("channel %s of %s", channel, position)
                                .isLessThan(given.trimmed(channel));
                        break;
                    }
                    // files go when the entry that trims is applied; after a crash it comes again a little later
                    expected = given.judge(channel, expected, read.join());
                }
            }
            life.work();
        }
    }
}
