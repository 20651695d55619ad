package io.wkmq.channel.engine;

import io.wkmq.channel.group.Cursor;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.GroupOp.Append;
import io.wkmq.channel.group.GroupOp.Part;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.OpId;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.sharing.SeatAnswer;
import io.wkmq.channel.sharing.SeatCodec;
import io.wkmq.channel.sharing.SeatReport;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.SimulatedDisk;
import io.wkmq.routing.NodeId;
import io.wkmq.testing.ManualClock;
import io.wkmq.testing.disk.SimDisk;
import io.wkmq.testing.sim.SimTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes that follow one log and share a group of readers, with messages that are delayed and reordered, and optionally lost or
 * duplicated. Single-threaded, in simulated time.
 */
final class SharingWorld {
    static final int NODES = 3;
    static final int CHANNEL = 1;
    static final String CURSOR = "group:g";
    private static final int CONFIGURED = 2; // the entry that makes the channel
    private static final int DELAY_MS_MAX = 20;
    private static final int LOST_AFTER_MS = 3_000;
    private static final int NOTICED_AFTER_MS = 500;

    final Random random;
    final List<Node> nodes = new ArrayList<>();
    final Map<Long, Integer> dead = new HashMap<>(); // letters, with how many deliveries
    private final ReadingGroup group;
    private final GroupOptions options;
    private final List<byte @Nullable []> log = new ArrayList<>();
    private final SimTime network = new SimTime();
    private final ManualClock clock = new ManualClock();
    private long ids;
    private int published;
    boolean lossy;

    @Nullable
    Node cutOff; // whose messages do not arrive

    SharingWorld(Random random, boolean ordered, GroupOptions options) {
        this.random = random;
        this.group = new ReadingGroup("g", CURSOR, ordered);
        this.options = options;
        log.add(null); // there is no entry 0
        log.add(null); // the first leader
        log.add(OpCodec.encode(new GroupOp.Configure(CHANNEL, SimNode.rules(Retention.FOR_EVER))));
        for (int i = 0; i < NODES; i++) {
            nodes.add(new Node(i));
        }
        pass(50);
    }

    /** A node across its restarts. Each restart loses its state and applies the log from the beginning. */
    final class Node {
        final NodeId id;

        @Nullable
        Life life;

        private long goneMs;

        private Node(long number) {
            id = new NodeId(new UUID(0, number));
            start();
        }

        void start() {
            try {
                life = new Life(this);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void kill() {
            life = null;
            goneMs = network.nowMs();
        }

        private boolean here() {
            return life != null || network.nowMs() - goneMs < NOTICED_AFTER_MS;
        }
    }

    /** One run of a node's process. */
    final class Life implements HeldCursors.Groups, ClusterReading.Nodes {
        final Node node;
        final SimLoop loop = new SimLoop();
        final SimLoop timer = new SimLoop();
        final SimExecutor reads = new SimExecutor();
        final SimExecutor writes = new SimExecutor();
        private final ReplicaStore store;
        private final LogFollower follower;
        final SharedReadings readings;
        private final HomeSeats homeSeats;
        private final TreeMap<Long, CompletableFuture<byte[]>> proposed = new TreeMap<>();
        private final TreeMap<Long, List<CompletableFuture<Void>>> behind = new TreeMap<>();
        private long applied;

        @Nullable
        ClusterReading reading;

        private Life(Node node) throws IOException {
            this.node = node;
            store = ReplicaStore.open(
                    new SimulatedDisk(new SimDisk()),
                    SimulatedDisk.DIRECTORY,
                    new ReplicaOptions(1, 2_000, 2, 2),
                    new ReplicaThreads(reads, reads, writes, writes, timer));
            follower = store.follow(0, loop);
            readings = new SharedReadings(new HeldCursors(this, timer, clock, () -> ++ids), timer, options);
            homeSeats = new HomeSeats(readings, timer, other -> other.equals(node.id) || here(other));
        }

        boolean alive() {
            return node.life == this;
        }

        GroupSeat join() {
            ClusterReading of = reading;
            if (of == null) {
                of = new ClusterReading(CHANNEL, group, timer, this);
                reading = of;
            }
            return of.join(new RecordFetch(replica(CHANNEL), CHANNEL));
        }

        /** By which hold a home has the cursor: that of this node is told as others would. */
        ClusterReading.@Nullable Home home() {
            ClusterReading of = reading;
            ClusterReading.Home home = of == null ? null : of.home();
            if (home == null || home.hold() > 0) {
                return home;
            }
            Cursor cursor =
                    applied < CONFIGURED ? null : result(replica(CHANNEL).cursor(CHANNEL, CURSOR));
            return cursor == null ? null : new ClusterReading.Home(node.id, cursor.hold());
        }

        private <T extends @Nullable Object> T result(CompletionStage<T> stage) {
            work();
            return stage.toCompletableFuture().join();
        }

        /** Its log goes on behind what it has: it waits for what is missing, which nobody gives it. */
        void missSome() {
            try {
                byte version = follower.snapshot()[0];
                follower.restore(new ByteWriter(16)
                        .int8(version)
                        .number(log.size() + 1_000L)
                        .toBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void apply() {
            try {
                long next = applied + 1;
                byte[] op = log.get((int) next);
                if (op == null) {
                    follower.newTerm(next);
                } else {
                    byte[] answer = follower.apply(next, op);
                    CompletableFuture<byte[]> waiting = proposed.remove(next);
                    if (waiting != null) {
                        waiting.complete(answer);
                    }
                }
                applied = next;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Map<Long, List<CompletableFuture<Void>>> here = behind.headMap(applied, true);
            List<CompletableFuture<Void>> all =
                    here.values().stream().flatMap(List::stream).toList();
            here.clear();
            all.forEach(waiting -> waiting.complete(null));
        }

        private void work() {
            boolean more = true;
            while (more) {
                loop.work();
                timer.work();
                more = writes.work();
                more = reads.work() || more;
            }
            loop.work();
        }

        @Override
        public GroupReplica replica(int channel) {
            return Objects.requireNonNull(store.replica(0));
        }

        @Override
        public CompletionStage<byte[]> propose(int ofGroup, byte[] op) {
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            boolean failed = lossy && random.nextInt(10) == 0;
            if (!failed || random.nextBoolean()) {
                log.add(op);
                proposed.put((long) log.size() - 1, answer);
            }
            if (failed) {
                network.after(
                        random.nextInt(100),
                        () -> answer.completeExceptionally(new IndeterminateException("made by the test", null)));
            }
            return answer;
        }

        @Override
        public NodeId self() {
            return node.id;
        }

        @Override
        public boolean here(NodeId other) {
            return nodes.stream().anyMatch(each -> each.id.equals(other) && each.here());
        }

        @Override
        public CompletionStage<@Nullable Cursor> cursor() {
            if (lossy && random.nextInt(10) == 0) {
                return CompletableFuture.failedFuture(new IOException("made by the test"));
            }
            long last = log.size() - 1L;
            CompletableFuture<Void> caughtUp = new CompletableFuture<>();
            if (applied == last) {
                caughtUp.complete(null);
            } else {
                behind.computeIfAbsent(last, index -> new ArrayList<>()).add(caughtUp);
            }
            return caughtUp.thenCompose(nothing -> replica(CHANNEL).cursor(CHANNEL, CURSOR));
        }

        @Override
        public CompletionStage<SeatAnswer> ask(NodeId other, SeatReport report) {
            CompletableFuture<SeatAnswer> answer = new CompletableFuture<>();
            byte[] bytes = SeatCodec.encode(report);
            Node to = nodes.stream()
                    .filter(each -> each.id.equals(other))
                    .findFirst()
                    .orElseThrow();
            for (int i = lossy && random.nextInt(20) == 0 ? 2 : 1; i > 0; i--) {
                carry(node, to, () -> {
                    Life home = to.life;
                    if (home != null) {
                        home.timer.execute(() -> home.homeSeats
                                .report(node.id, SeatCodec.decodeReport(bytes))
                                .whenComplete((said, failure) -> {
                                    byte[] back = SeatCodec.encode(said);
                                    carry(to, node, () -> answer.complete(SeatCodec.decodeAnswer(back)));
                                }));
                    }
                });
            }
            network.after(LOST_AFTER_MS, () -> answer.completeExceptionally(new IOException("no answer")));
            return answer;
        }

        @Override
        public void settle(String reader) {
            var unused = readings.open(CHANNEL, group, reader, new ReadStart.Earliest(), (record, deliveries) -> {
                dead.put(record.seq(), deliveries);
                return CompletableFuture.completedFuture(null);
            });
        }

        @Override
        public CompletionStage<SeatAnswer> askSelf(SeatReport report) {
            return homeSeats.report(node.id, report);
        }

        @Override
        public long newId() {
            return ++ids;
        }

        @Override
        public void unused(ClusterReading of) {
            if (reading == of) {
                reading = null;
            }
        }
    }

    private void carry(Node from, Node to, Runnable arrival) {
        if (!(lossy && random.nextInt(8) == 0)) {
            network.after(random.nextInt(DELAY_MS_MAX), () -> {
                if (from != cutOff && to != cutOff) {
                    arrival.run();
                }
            });
        }
    }

    /** The nodes that run. */
    List<Life> lives() {
        return nodes.stream().map(node -> node.life).filter(Objects::nonNull).toList();
    }

    /** Publishes messages, which are called as their sequence numbers. */
    void publish(int count) {
        for (int i = 0; i < count; i++) {
            OpId id = new OpId(new UUID(7, ++published), 0, 1);
            add(new Append(id, 1, List.of(new Part(CHANNEL, List.of(SimNode.entry("m" + published))))));
        }
    }

    void add(GroupOp op) {
        log.add(OpCodec.encode(op));
    }

    /** The sequence number behind the last message. */
    long end() {
        return published + 1L;
    }

    /** Whether a record is the one that was published with that sequence number. */
    static boolean isRight(ChannelRecord record) {
        return SimNode.text(record.entry().body()).equals("m" + record.seq());
    }

    /** The group's cursor, as the node has it that has applied most. */
    long cursor() {
        return lives().stream()
                .filter(life -> life.applied >= CONFIGURED && life.follower.whole())
                .map(life -> life.result(life.replica(CHANNEL).cursor(CHANNEL, CURSOR)))
                .mapToLong(cursor -> cursor == null ? 1 : cursor.next())
                .max()
                .orElse(1);
    }

    /** Lets time pass, in which nodes apply what they have not, each at its pace. */
    void pass(long ms) {
        for (long i = 0; i < ms; i++) {
            network.pass(1);
            for (Life life : lives()) {
                for (int entries = random.nextInt(4); entries > 0 && life.applied < log.size() - 1; entries--) {
                    life.apply();
                }
                life.loop.pass(1);
                life.timer.pass(1);
                life.work();
            }
        }
    }
}
