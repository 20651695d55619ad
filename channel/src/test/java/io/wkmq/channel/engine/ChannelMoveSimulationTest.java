package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.AppendResult;
import io.wkmq.channel.group.AppendResult.Outcome;
import io.wkmq.channel.group.ChannelState;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.ImportAnswer;
import io.wkmq.channel.group.MessageKey;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.OpId;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.group.StateCodec;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.channel.registry.RegistryCodec;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.channel.storage.SimulatedDisk;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.SimDisk;
import io.wkmq.testing.sim.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Moves a channel from a local disk to a log while operations are lost, duplicated or delayed, power fails on either side at any moment,
 * and the source is trimmed in between. In the end the channel is complete and unchanged, and accepts new messages.
 */
class ChannelMoveSimulationTest {
    private static final int GROUPS = 3;
    private static final int MOVED_TO = 5;
    private static final List<Loss> LOSSES = List.of(Loss.values());
    private static final ChannelSettings SETTINGS = new ChannelSettings(Retention.FOR_EVER, 20, 300, 600_000);
    private static final ChannelMove.Limits SMALL = new ChannelMove.Limits(3, 7, 900, 2);
    private static final LocalOptions OPTIONS =
            SimNode.small(GROUPS, new AppenderOptions(8, 1_000, 2, 6, 300, 40, 3, 100_000));

    @Test
    void whatWasMovedIsAsItWasWhateverHappensMeanwhile() {
        int[] interrupted = new int[1];
        int[] begunAgain = new int[1];
        Seeds.of("ChannelMoveSimulationTest", 150).forEach(random -> {
            try {
                World world = new World(random);
                interrupted[0] += world.run();
                begunAgain[0] += world.begunAgain;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(interrupted[0]).as("moves that were interrupted").isPositive();
        assertThat(begunAgain[0])
                .as("moves that began again behind what was trimmed")
                .isPositive();
    }

    private static final class World {
        private final Random random;
        private final UUID producer = new UUID(1, 1);
        private final List<byte[]> proposed = new ArrayList<>();
        private final List<Long> beginnings = new ArrayList<>();
        private int begunAgain;
        private SimDisk fromDisk = new SimDisk();
        private SimDisk toDisk = new SimDisk();
        private int fromBegun;
        private SimNode to;
        private long number;
        private long timeMs = 1_000;

        World(Random random) throws IOException {
            this.random = random;
            this.to = new SimNode(toDisk, OPTIONS);
        }

        /** Returns how often the move was interrupted. */
        int run() throws IOException {
            SimNode old = new SimNode(fromDisk, OPTIONS);
            ChannelDefinition from = declare(old);
            boolean known = random.nextInt(10) > 0; // else the node has ended before the group heard of its channel
            Position position = new Position(1, 1, 0, 0);
            List<ChannelRecord> records = List.of();
            if (known) {
                old.propose(from.number(), new GroupOp.Configure(from.number(), from.rules()));
                for (int i = random.nextInt(60); i > 0; i--) {
                    change(old, from.number());
                }
                position = Objects.requireNonNull(old.position(from.number()));
                records = records(old, from.number(), position);
            }
            crashFrom(fromDisk.now());
            ChannelDefinition target =
                    new ChannelDefinition(MOVED_TO, 1, from.name(), from.filter(), from.settings(), from.createdAtMs());
            int interrupted = 0;
            while (!move(from, target)) {
                assertThat(++interrupted).as("interruptions").isLessThan(2_000);
                if (known && random.nextInt(4) == 0) {
                    position = trim(from.number(), position);
                }
            }
            Position moved = Objects.requireNonNull(to.position(MOVED_TO));
            assertThat(moved.first())
                    .isLessThanOrEqualTo(position.first())
                    .isIn(beginnings); // what was there before is there
            assertThat(moved)
                    .isEqualTo(new Position(moved.first(), position.next(), position.lastTimeMs(), position.digest()));
            assertThat(behind(position, records(to, MOVED_TO, position)))
                    .usingRecursiveComparison()
                    .isEqualTo(behind(position, records));
            sameState(from);
            goesOn(position.next());
            return interrupted;
        }

        /** The node is started alone again, and its channel trimmed. */
        private Position trim(int channel, Position before) throws IOException {
            SimNode old = new SimNode(fromDisk, OPTIONS);
            long room = before.next() - before.first();
            old.propose(channel, new GroupOp.Trim(channel, before.first() + random.nextInt((int) room + 1)));
            Position after = Objects.requireNonNull(old.position(channel));
            crashFrom(fromDisk.now());
            return after;
        }

        private static List<ChannelRecord> behind(Position position, List<ChannelRecord> records) {
            return records.stream()
                    .filter(record -> record.seq() >= position.first())
                    .toList();
        }

        private ChannelDefinition declare(SimNode node) {
            RegistryOp create = new RegistryOp.Create("plant", TopicFilter.of("plant/#"), SETTINGS, 1);
            node.result(node.log.of(node.store.registry().group()).propose(RegistryCodec.encode(create)));
            return Objects.requireNonNull(node.store.registry().find("plant"));
        }

        private void change(SimNode node, int channel) {
            timeMs += random.nextInt(20);
            switch (random.nextInt(8)) {
                case 0 -> node.propose(channel, new GroupOp.Trim(channel, 1 + random.nextInt(60)));
                case 1 ->
                    node.propose(
                            channel,
                            new GroupOp.SetCursor(channel, "c" + random.nextInt(5), 1 + random.nextInt(60), timeMs));
                case 2 ->
                    node.propose(
                            channel,
                            new GroupOp.TakeCursor(
                                    channel, "c" + random.nextInt(5), "reader", random.nextInt(), 1, timeMs));
                default -> {
                    List<Entry> entries = new ArrayList<>();
                    for (int i = random.nextInt(5); i >= 0; i--) {
                        entries.add(entry());
                    }
                    append(node, channel, entries);
                }
            }
        }

        private AppendResult append(SimNode node, int channel, List<Entry> entries) {
            GroupOp.Append op = new GroupOp.Append(
                    new OpId(producer, 0, ++number), timeMs, List.of(new GroupOp.Part(channel, entries)));
            return StateCodec.decodeResult(
                    node.result(node.log.of(channel % GROUPS).propose(OpCodec.encode(op))));
        }

        private Entry entry() {
            String body = "x".repeat(random.nextInt(300)) + number;
            MessageKey key = random.nextBoolean() ? null : new MessageKey(random.nextInt(30), 1, 1);
            return new Entry(body.getBytes(StandardCharsets.UTF_8), key);
        }

        private static List<ChannelRecord> records(SimNode node, int channel, Position position) {
            List<ChannelRecord> all = new ArrayList<>();
            try (ChannelReader reader = node.read(channel, new ReadStart.Earliest())) {
                while (reader.position() < position.next()) {
                    ReadBatch batch = node.result(reader.read(50, 1_000_000));
                    assertThat(batch.gap()).isNull();
                    all.addAll(batch.records());
                }
            }
            node.work();
            return all;
        }

        private void crashFrom(int moment) {
            fromDisk = fromDisk.crashed(moment, LOSSES.get(random.nextInt(LOSSES.size())), random);
            fromBegun = fromDisk.now();
        }

        /** What a node does from its start on; false if it was interrupted. */
        private boolean move(ChannelDefinition from, ChannelDefinition target) throws IOException {
            boolean done = false;
            FormerChannels former = FormerChannels.open(new SimulatedDisk(fromDisk), SimulatedDisk.DIRECTORY, OPTIONS);
            try {
                assertThat(former.channels()).containsExactly(from);
                new ChannelMove(former, from, target, this::propose, SMALL, count -> {}).run();
                done = true;
            } catch (Interrupted e) {
                crashFrom(fromBegun + random.nextInt(fromDisk.now() - fromBegun + 1));
            }
            if (done) {
                former.close();
            }
            return done;
        }

        private ImportAnswer propose(int channel, GroupOp op) throws IOException {
            byte[] bytes = OpCodec.encode(op);
            proposed.add(bytes);
            int before = toDisk.now();
            switch (random.nextInt(20)) {
                case 0 -> throw new Interrupted();
                case 1 -> {
                    commit(bytes); // and the answer is lost
                    throw new Interrupted();
                }
                case 2 -> {
                    commit(bytes);
                    crashTo(before + random.nextInt(toDisk.now() - before + 1));
                    throw new Interrupted();
                }
                case 3 -> commit(bytes);
                case 4 -> commit(proposed.get(random.nextInt(proposed.size()))); // one that is late
                case 5 -> crashTo(before);
                default -> {
                    // all is well
                }
            }
            return StateCodec.decodeImport(commit(bytes));
        }

        private byte[] commit(byte[] op) {
            if (OpCodec.decode(op) instanceof GroupOp.BeginImport begin) {
                Position there = to.position(MOVED_TO);
                begunAgain += there != null && begin.first() > there.next() ? 1 : 0;
                beginnings.add(begin.first());
            }
            return to.result(to.log.of(MOVED_TO % GROUPS).propose(op));
        }

        private void crashTo(int moment) throws IOException {
            toDisk = toDisk.crashed(moment, LOSSES.get(random.nextInt(LOSSES.size())), random);
            to = new SimNode(toDisk, OPTIONS);
        }

        /** Names that are known again, and cursors. */
        private void sameState(ChannelDefinition from) throws IOException {
            SimDisk disk = toDisk.crashed(toDisk.now(), LOSSES.get(0), random);
            try (FormerChannels was =
                            FormerChannels.open(new SimulatedDisk(fromDisk), SimulatedDisk.DIRECTORY, OPTIONS);
                    FormerChannels is =
                            FormerChannels.open(new SimulatedDisk(disk), SimulatedDisk.DIRECTORY, OPTIONS)) {
                ChannelState before = was.state(from.number());
                ChannelState after = Objects.requireNonNull(is.state(MOVED_TO));
                assertThat(after.importing()).isFalse();
                assertThat(after.rules()).isEqualTo(from.rules());
                assertThat(after.known()).isEqualTo(before == null ? List.of() : before.known());
                assertThat(cursors(after)).isEqualTo(before == null ? List.of() : cursors(before));
            }
        }

        private static List<String> cursors(ChannelState state) {
            return state.readers().entrySet().stream()
                    .map(cursor -> cursor.getKey()
                            + ' '
                            + cursor.getValue().next()
                            + ' '
                            + cursor.getValue().usedMs()
                            + ' '
                            + cursor.getValue().reader())
                    .toList();
        }

        /** The next message gets the next number, and what is late changes nothing. */
        private void goesOn(long next) {
            number = 0;
            commit(proposed.get(random.nextInt(proposed.size())));
            Entry entry = new Entry("next".getBytes(StandardCharsets.UTF_8), null);
            if (append(to, MOVED_TO, List.of(entry)) instanceof AppendResult.Done done) {
                assertThat(done.parts().get(0).outcome(0)).isEqualTo(Outcome.APPENDED);
                assertThat(done.parts().get(0).seqs()).containsExactly(next);
            } else {
                throw new AssertionError("It was not appended");
            }
        }
    }

    /** Thrown when the moving node has died. */
    private static final class Interrupted extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
