package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.testing.ManualClock;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.SimDisk;
import io.wkmq.testing.sim.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/**
 * Readers that take a cursor from each other, acknowledge records in any order, and are cut off, on a node whose power fails at any moment,
 * through a log that loses, repeats and delays operations. A reader that takes the cursor receives everything unacknowledged: nothing is
 * skipped; and the cursor never moves back behind what a reader was given.
 */
class CursorSimulationTest {
    private static final int CHANNEL = 1;
    private static final String CURSOR = "c";
    private static final List<Loss> LOSSES = List.of(Loss.values());
    private static final LocalOptions OPTIONS =
            SimNode.small(2, new AppenderOptions(8, 1_000, 2, 6, 300, 40, 3, 100_000));

    @Test
    void whatNobodyHasAcknowledgedComesAgainAndNothingIsPassedOver() {
        Seeds.of("CursorSimulationTest", 2_000).forEach(random -> {
            try {
                new World(random).run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** A reader that believes to hold the cursor. */
    private static final class Reader {
        private final ChannelReader from;
        private final HeldCursor cursor;
        private final TreeSet<Long> open = new TreeSet<>();
        private long next;
        private boolean reading;
        private boolean lost;
        private boolean left;

        private Reader(ChannelReader from) {
            this.from = from;
            this.cursor = Objects.requireNonNull(from.cursor());
            this.next = cursor.next();
            cursor.whenLost(() -> lost = true);
        }

        private boolean over() {
            return lost || left;
        }

        private long done() {
            return open.isEmpty() ? next : open.first();
        }
    }

    /** What was known at some moment. */
    private record Mark(int moment, long acknowledged, long sure) {}

    /** The node's life from one crash to the next. */
    private static final class Life implements HeldCursors.Groups {
        private final SimNode node;
        private final FlakyLog log;
        private final Appender appender;
        private final HeldCursors cursors;

        private Life(SimDisk disk, Random random, ManualClock clock, LongSupplier takings) throws IOException {
            node = new SimNode(disk, OPTIONS);
            int group = CHANNEL % 2;
            log = new FlakyLog(node.log.of(group), node.loop, random);
            appender = new Appender(new UUID(random.nextLong(), group), log, node.loop, clock, OPTIONS.appender());
            cursors = new HeldCursors(this, node.loop, clock, takings);
            node.configure(CHANNEL, Retention.FOR_EVER);
        }

        @Override
        public GroupReplica replica(int channel) {
            return node.replica(channel);
        }

        @Override
        public CompletionStage<byte[]> propose(int group, byte[] op) {
            return log.propose(op);
        }
    }

    private static final class World {
        private final Random random;
        private SimDisk disk = new SimDisk();
        private Life life;
        private List<Reader> readers = new ArrayList<>();
        private final ManualClock clock = new ManualClock();
        private long acknowledged = 1; // all in front of it were, by one reader or another
        private long sure = 1; // the cursor is there at least
        private final List<Mark> marks = new ArrayList<>(); // in this life
        private int published;
        private int takings;

        private World(Random random) throws IOException {
            this.random = random;
            this.life = new Life(disk, random, clock, () -> ++takings);
            begin();
        }

        private void begin() {
            readers = new ArrayList<>();
            marks.clear();
            mark();
        }

        private void mark() {
            sure = stored();
            marks.add(new Mark(disk.now(), acknowledged, sure));
        }

        private void run() throws IOException {
            for (int step = 0; step < 200; step++) {
                switch (random.nextInt(20)) {
                    case 0 -> {
                        if (random.nextInt(4) == 0) {
                            crash();
                        }
                    }
                    case 1, 2 -> take();
                    case 3, 4 -> publish();
                    case 5 -> life.log.cut(random.nextInt(4) == 0);
                    case 6 -> leave();
                    case 7 -> {
                        life.node.background.work();
                        mark();
                    }
                    case 8, 9, 10 -> life.node.pass(random.nextInt(60));
                    case 11, 12, 13 -> read();
                    default -> acknowledge();
                }
                if (random.nextBoolean()) {
                    life.node.work();
                }
            }
            life.log.cut(false);
            finish();
        }

        /** In the end one reader gets all that is left. */
        private void finish() {
            life.node.pass(1_000);
            for (int i = 0; i < 50 && readers.stream().allMatch(Reader::over); i++) {
                take();
                life.node.pass(200);
            }
            readers.removeIf(Reader::over);
            assertThat(readers).as("one has the cursor").hasSize(1);
            Reader last = readers.get(0);
            long end = Objects.requireNonNull(life.node.position(CHANNEL)).next();
            while (last.next < end) {
                read(last);
                life.node.work();
            }
            last.open.clear();
            acknowledged(last);
            for (int i = 0; i < 50 && stored() < end; i++) {
                life.node.pass(1_000);
            }
            assertThat(stored()).isEqualTo(end);
        }

        private long stored() {
            return life.node.result(life.node.replica(CHANNEL).cursors(CHANNEL)).stream()
                    .filter(cursor -> cursor.name().equals(CURSOR))
                    .mapToLong(CursorStatus::next)
                    .findFirst()
                    .orElse(1);
        }

        private void publish() {
            for (int i = random.nextInt(8); i >= 0; i--) {
                life.appender.append(CHANNEL, SimNode.entry("m" + ++published)).whenComplete((appended, failure) -> {});
            }
        }

        private void take() {
            Life of = life;
            life.cursors.take(CHANNEL, CURSOR, "r", new ReadStart.Earliest()).whenComplete((from, failure) -> {
                if (failure == null && of == life) {
                    of.node.loop.execute(() -> taken(from)); // here, for what a callback throws nobody sees
                }
            });
        }

        private void taken(ChannelReader from) {
            Reader reader = new Reader(from);
            assertThat(from.position()).isEqualTo(reader.next);
            assertThat(reader.next)
                    .as("the cursor is not beyond what was acknowledged")
                    .isLessThanOrEqualTo(acknowledged);
            assertThat(reader.next).as("the cursor has not gone back").isGreaterThanOrEqualTo(sure);
            readers.add(reader);
        }

        private void leave() {
            if (!readers.isEmpty()) {
                Reader leaving = readers.get(random.nextInt(readers.size()));
                leaving.from.close(); // what is on its way may be acknowledged all the same
                leaving.left = true;
                if (random.nextBoolean()) {
                    readers.remove(leaving);
                }
            }
        }

        private void read() {
            if (!readers.isEmpty()) {
                read(readers.get(random.nextInt(readers.size())));
            }
        }

        private void read(Reader reader) {
            if (reader.reading || reader.left) {
                return;
            }
            Life of = life;
            reader.reading = true;
            reader.from.read(1 + random.nextInt(8), 1_000).whenComplete((batch, failure) -> {
                if (failure == null && of == life) {
                    of.node.loop.execute(() -> {
                        reader.reading = false;
                        for (ChannelRecord record : batch.records()) {
                            assertThat(record.seq()).isEqualTo(reader.next++);
                            reader.open.add(record.seq());
                        }
                    });
                }
            });
        }

        private void acknowledge() {
            if (readers.isEmpty()) {
                return;
            }
            Reader reader = readers.get(random.nextInt(readers.size()));
            for (int i = random.nextInt(6); i >= 0 && !reader.open.isEmpty(); i--) {
                List<Long> all = List.copyOf(reader.open);
                reader.open.remove(all.get(random.nextInt(all.size())));
            }
            acknowledged(reader);
        }

        private void acknowledged(Reader reader) {
            acknowledged = Math.max(acknowledged, reader.done());
            reader.cursor.done(reader.done());
        }

        private void crash() throws IOException {
            Mark mark = marks.get(random.nextInt(marks.size()));
            acknowledged = mark.acknowledged();
            disk = disk.crashed(mark.moment(), LOSSES.get(random.nextInt(LOSSES.size())), random);
            life = new Life(disk, random, clock, () -> ++takings);
            begin();
            assertThat(stored()).as("what was stored is there").isGreaterThanOrEqualTo(mark.sure());
            assertThat(stored()).isLessThanOrEqualTo(acknowledged);
        }
    }

    @Test
    void aCursorIsUsedAsLongAsItIsHeld() throws IOException {
        SimNode node = new SimNode(new SimDisk(), OPTIONS);
        node.configure(CHANNEL, Retention.FOR_EVER);
        ManualClock clock = new ManualClock();
        HeldCursors cursors = new HeldCursors(
                new HeldCursors.Groups() {
                    @Override
                    public GroupReplica replica(int channel) {
                        return node.replica(channel);
                    }

                    @Override
                    public CompletionStage<byte[]> propose(int group, byte[] op) {
                        return node.log.of(group).propose(op);
                    }
                },
                node.loop,
                clock,
                () -> 7);
        ChannelReader reader = node.result(cursors.take(CHANNEL, CURSOR, "r", new ReadStart.Next()));
        long before = used(node);
        clock.advance(Duration.ofMinutes(1));
        node.pass(61_000);
        assertThat(used(node)).isEqualTo(before + 60_000);
        reader.close();
        clock.advance(Duration.ofMinutes(2));
        node.pass(121_000);
        assertThat(used(node)).isEqualTo(before + 60_000);
        node.propose(CHANNEL, new GroupOp.ExpireCursors(CHANNEL, before + 60_001));
        assertThat(node.result(node.replica(CHANNEL).cursors(CHANNEL))).isEmpty();
    }

    private static long used(SimNode node) {
        return node.result(node.replica(CHANNEL).cursors(CHANNEL)).get(0).usedMs();
    }
}
