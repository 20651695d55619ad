package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.engine.ClusterReading.Home;
import io.wkmq.channel.engine.SharingWorld.Life;
import io.wkmq.channel.engine.SharingWorld.Node;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.testing.sim.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Readers on three nodes that share a group, while they come and go, refuse and forget records, nodes are killed and cut off, and messages
 * between them are lost: in the end every record is done or a dead letter, and the cursor never passes one that is not.
 */
class ClusterReadingSimulationTest {
    private static final GroupOptions HASTY = new GroupOptions(10, 1_000, Duration.ofSeconds(2), 3);
    private static final GroupOptions PATIENT = new GroupOptions(10, 1_000, Duration.ofMinutes(10), 50);

    @Test
    void everyRecordIsDoneWithOrDeadWhateverIsLost() {
        Seeds.of("ClusterReadingSimulationTest", 80)
                .forEach(random -> new Readers(random, random.nextBoolean(), HASTY, true).run());
    }

    @Test
    void noRecordIsWithTwoReadersOfOneHome() {
        Seeds.of("ClusterReadingSimulationTest.exclusive", 80)
                .forEach(random -> new Readers(random, random.nextBoolean(), PATIENT, false).run());
    }

    /** A reader that has joined, with the records it holds and the home that gave them. */
    private static final class Reader {
        private final Life life;
        private final GroupSeat seat;
        private final Map<Long, @Nullable Home> has = new HashMap<>();
        private boolean reading;
        private boolean over;

        private Reader(Life life) {
            this.life = life;
            this.seat = life.join();
            seat.whenEnded(() -> over = true);
        }

        private boolean here() {
            return !over && life.alive();
        }
    }

    private static final class Readers {
        private final Random random;
        private final boolean ordered;
        private final boolean faulty;
        private final SharingWorld world;
        private final List<Reader> readers = new ArrayList<>();
        private final Set<Long> settled = new HashSet<>();

        private Readers(Random random, boolean ordered, GroupOptions options, boolean faulty) {
            this.random = random;
            this.ordered = ordered;
            this.faulty = faulty;
            this.world = new SharingWorld(random, ordered, options);
            world.lossy = faulty;
        }

        private void run() {
            for (int step = 0; step < 250; step++) {
                Node node = world.nodes.get(random.nextInt(SharingWorld.NODES));
                switch (random.nextInt(24)) {
                    case 0 -> killOrStart(node);
                    case 1 -> cut(node);
                    case 2, 3 -> join(node);
                    case 4 -> leave();
                    case 5, 6 -> world.publish(random.nextInt(5));
                    case 7 -> world.pass(random.nextInt(3_000));
                    case 8, 9, 10, 11, 12, 13 -> read();
                    default -> answer();
                }
                world.pass(random.nextInt(30));
                check();
            }
            finish();
        }

        private void killOrStart(Node node) {
            if (node.life == null) {
                node.start();
            } else if (random.nextInt(3) == 0) {
                node.kill();
            }
        }

        private void cut(Node node) {
            if (faulty) {
                world.cutOff = world.cutOff == null && random.nextBoolean() ? node : null;
            }
        }

        private void join(Node node) {
            readers.removeIf(reader -> !reader.here());
            Life life = node.life;
            if (life != null && readers.size() < 5) {
                readers.add(new Reader(life));
            }
        }

        private @Nullable Reader any() {
            readers.removeIf(reader -> !reader.here());
            return readers.isEmpty() ? null : readers.get(random.nextInt(readers.size()));
        }

        private void leave() {
            Reader reader = any();
            if (reader != null) {
                readers.remove(reader);
                if (random.nextBoolean()) {
                    reader.seat.giveBack(reader.has.keySet().stream().limit(1).toList());
                }
                reader.seat.close();
            }
        }

        private void read() {
            Reader reader = any();
            if (reader != null) {
                read(reader, 1 + random.nextInt(4));
            }
        }

        private void read(Reader reader, int count) {
            if (reader.reading) {
                return;
            }
            reader.reading = true;
            reader.seat
                    .read(count, 1_000)
                    .whenComplete((batch, failure) -> reader.life.timer.execute(() -> {
                        reader.reading = false;
                        if (batch != null && readers.contains(reader)) {
                            Home home = reader.life.home();
                            for (ChannelRecord record : batch.records()) {
                                got(reader, record, home);
                            }
                        }
                    })); // there, for what a callback throws nobody sees
        }

        private void got(Reader reader, ChannelRecord record, @Nullable Home home) {
            assertThat(SharingWorld.isRight(record))
                    .as("record %s", record.seq())
                    .isTrue();
            if (!faulty && home != null) {
                for (Reader other : readers) {
                    boolean both = other != reader && other.here() && home.equals(other.has.get(record.seq()));
                    assertThat(both)
                            .as("record %s is with two readers", record.seq())
                            .isFalse();
                    boolean active = ordered && other != reader && other.here() && other.has.containsValue(home);
                    assertThat(active).as("two are served in order").isFalse();
                }
            }
            reader.has.put(record.seq(), home);
            if (random.nextInt(8) > 0) {
                reader.seat.sent(record.seq());
            }
        }

        private void answer() {
            Reader reader = any();
            if (reader == null || reader.has.isEmpty()) {
                return;
            }
            List<Long> all = List.copyOf(reader.has.keySet());
            long seq = all.get(random.nextInt(all.size()));
            if (random.nextInt(4) == 0) {
                if (ordered) { // it begins again from there
                    reader.has.keySet().removeIf(each -> each > seq);
                }
                reader.has.remove(seq);
                reader.seat.refused(seq);
            } else {
                done(reader, seq);
            }
        }

        private void done(Reader reader, long seq) {
            reader.has.remove(seq);
            settled.add(seq);
            reader.seat.done(seq);
        }

        private void check() {
            settled.addAll(world.dead.keySet());
            long cursor = world.cursor();
            for (long seq = 1; seq < cursor; seq++) {
                assertThat(settled).as("in front of the cursor at %s", cursor).contains(seq);
            }
        }

        private void finish() {
            world.lossy = false;
            world.cutOff = null;
            world.nodes.stream().filter(node -> node.life == null).forEach(Node::start);
            long end = world.end();
            for (int i = 0; i < 2_000 && world.cursor() < end; i++) {
                readers.removeIf(reader -> !reader.here());
                if (readers.isEmpty()) {
                    join(world.nodes.get(i % SharingWorld.NODES));
                }
                for (Reader reader : readers) {
                    List.copyOf(reader.has.keySet()).forEach(seq -> done(reader, seq));
                    read(reader, 4);
                }
                world.pass(20);
                check();
            }
            assertThat(world.cursor()).as("where the cursor is in the end").isEqualTo(end);
        }
    }

    /** Has a reader read; what he gets is in the list as soon as he has it. */
    private static List<Long> wants(GroupSeat seat, int count) {
        List<Long> got = new ArrayList<>();
        seat.read(count, 1_000).whenComplete((batch, failure) -> {
            if (batch != null) {
                batch.records().forEach(record -> got.add(record.seq()));
            }
        });
        return got;
    }

    /** What a reader gets within a second. */
    private static List<Long> read(SharingWorld world, GroupSeat seat, int count) {
        List<Long> got = wants(seat, count);
        world.pass(1_000);
        return got;
    }

    private static Life life(SharingWorld world, int node) {
        return Objects.requireNonNull(world.nodes.get(node).life);
    }

    private static SharingWorld world(boolean ordered, GroupOptions options) {
        return new SharingWorld(Seeds.one("ClusterReadingSimulationTest"), ordered, options);
    }

    @Test
    void readersOnThreeNodesGetEachRecordOnce() {
        SharingWorld world = world(false, PATIENT);
        List<GroupSeat> seats = world.lives().stream().map(Life::join).toList();
        world.publish(30);
        world.pass(200);
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            for (GroupSeat seat : seats) {
                List<Long> got = read(world, seat, 2);
                assertThat(got).hasSize(2);
                all.addAll(got);
                got.forEach(seat::sent);
                got.forEach(seat::done);
            }
        }
        assertThat(all).doesNotHaveDuplicates().hasSize(30);
        world.pass(500);
        assertThat(world.cursor()).isEqualTo(31);
    }

    @Test
    void whatTheHomeGaveOutIsGoneOnWithByAnotherOneWhenItEnds() {
        SharingWorld world = world(false, PATIENT);
        GroupSeat first = life(world, 0).join();
        world.pass(500);
        GroupSeat second = life(world, 1).join();
        world.publish(8);
        world.pass(200);
        assertThat(read(world, first, 3)).containsExactly(1L, 2L, 3L);
        List<Long> got = read(world, second, 2);
        assertThat(got).containsExactly(4L, 5L);
        world.nodes.get(0).kill();
        List<Long> more = wants(second, 10);
        got.forEach(second::done); // the new home hears of it
        world.pass(3_000);
        List<Long> all = new ArrayList<>(more);
        all.addAll(read(world, second, 10));
        assertThat(all).containsExactly(1L, 2L, 3L, 6L, 7L, 8L);
        all.forEach(second::done);
        world.pass(500);
        assertThat(world.cursor()).isEqualTo(9);
    }

    @Test
    void orderedGroupIsHandedOverToAnotherNode() {
        SharingWorld world = world(true, PATIENT);
        GroupSeat first = life(world, 0).join();
        world.pass(500);
        GroupSeat second = life(world, 1).join();
        world.publish(4);
        world.pass(200);
        assertThat(read(world, first, 3)).containsExactly(1L, 2L, 3L);
        first.done(1);
        List<Long> waits = wants(second, 9);
        List<Long> last = wants(life(world, 2).join(), 9);
        world.pass(1_000);
        assertThat(waits).isEmpty();
        first.close();
        world.pass(500);
        assertThat(waits).containsExactly(2L, 3L, 4L);
        waits.forEach(second::done);
        world.pass(500);
        assertThat(last).isEmpty();
        assertThat(world.cursor()).isEqualTo(5);
    }

    @Test
    void readerWhoHasWhatAnEarlierHomeGaveInOrderMakesWay() {
        SharingWorld world = world(true, PATIENT);
        GroupSeat home = life(world, 0).join();
        world.pass(500);
        GroupSeat first = life(world, 1).join();
        List<Boolean> ended = new ArrayList<>();
        first.whenEnded(() -> ended.add(true));
        world.publish(3);
        world.pass(200);
        home.close();
        List<Long> got = read(world, first, 2);
        assertThat(got).containsExactly(1L, 2L);
        got.forEach(first::sent);
        world.nodes.get(0).kill();
        world.pass(3_000);
        assertThat(ended).hasSize(1);
        GroupSeat second = life(world, 2).join();
        assertThat(read(world, second, 9)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void readerWhoHasNothingKeepsHisPlaceInOrderAtAnotherHome() {
        SharingWorld world = world(true, PATIENT);
        GroupSeat home = life(world, 0).join();
        world.pass(500);
        GroupSeat first = life(world, 1).join();
        List<Boolean> ended = new ArrayList<>();
        first.whenEnded(() -> ended.add(true));
        world.publish(3);
        world.pass(200);
        home.close();
        List<Long> got = read(world, first, 2);
        got.forEach(first::sent);
        got.forEach(first::done);
        world.pass(500);
        world.nodes.get(0).kill();
        world.pass(3_000);
        assertThat(read(world, first, 2)).containsExactly(3L);
        assertThat(ended).isEmpty();
    }

    @Test
    void readerOfWhomNothingWasHeardIsToldThatOthersHaveHisPlaceInOrder() {
        SharingWorld world = world(true, PATIENT);
        GroupSeat home = life(world, 0).join();
        world.pass(500);
        GroupSeat first = life(world, 1).join();
        List<Boolean> ended = new ArrayList<>();
        first.whenEnded(() -> ended.add(true));
        world.publish(4);
        world.pass(200);
        home.close();
        assertThat(read(world, first, 2)).containsExactly(1L, 2L);
        first.sent(1);
        GroupSeat second = life(world, 2).join();
        List<Long> got = wants(second, 9);
        world.pass(1_000);
        world.cutOff = world.nodes.get(1);
        world.pass(7_000);
        assertThat(got).containsExactly(1L, 2L, 3L, 4L);
        assertThat(ended).isEmpty();
        world.cutOff = null;
        world.pass(5_000);
        assertThat(ended).hasSize(1);
    }

    @Test
    void groupWhoseHomeMissesRecordsGoesOnAtAnotherNode() {
        SharingWorld world = world(false, PATIENT);
        life(world, 0).join();
        world.pass(500);
        GroupSeat second = life(world, 1).join();
        world.pass(500);
        life(world, 0).missSome();
        List<Long> got = wants(second, 9);
        world.publish(3);
        world.pass(3_000);
        List<Long> all = new ArrayList<>(got);
        all.addAll(read(world, second, 9));
        assertThat(all).containsExactly(1L, 2L, 3L);
        all.forEach(second::done);
        world.pass(500);
        assertThat(world.cursor()).isEqualTo(4);
    }

    @Test
    void groupWhoseOnlyReaderHasLeftAlreadyGetsNoHome() {
        SharingWorld world = world(false, PATIENT);
        life(world, 0).join().close();
        world.pass(2_000);
        assertThat(life(world, 0).readings.find(SharingWorld.CHANNEL, SharingWorld.CURSOR))
                .isNull();
    }

    @Test
    void homeToWhichNoReaderComesEnds() {
        SharingWorld world = world(false, HASTY);
        life(world, 0).settle("r");
        world.pass(1_000);
        assertThat(life(world, 0).readings.find(SharingWorld.CHANNEL, SharingWorld.CURSOR))
                .isNotNull();
        world.pass(2_000);
        assertThat(life(world, 0).readings.find(SharingWorld.CHANNEL, SharingWorld.CURSOR))
                .isNull();
    }

    @Test
    void whatANodeTookWithItUnsentDoesNotCount() {
        SharingWorld world = world(false, new GroupOptions(10, 1_000, Duration.ofMinutes(10), 2));
        GroupSeat stays = life(world, 0).join();
        world.pass(500);
        world.publish(1);
        world.pass(200);
        for (int i = 0; i < 4; i++) {
            GroupSeat ends = life(world, 1).join();
            assertThat(read(world, ends, 1)).containsExactly(1L);
            world.pass(1_500);
            world.nodes.get(1).kill();
            world.pass(3_000);
            world.nodes.get(1).start();
            world.pass(500);
        }
        assertThat(world.dead).isEmpty();
        assertThat(read(world, stays, 1)).containsExactly(1L);
    }

    @Test
    void whatReadersGotWithANodeThatEndedAgainAndAgainGoesToTheDeadLetters() {
        SharingWorld world = world(false, new GroupOptions(10, 1_000, Duration.ofMinutes(10), 2));
        life(world, 0).join();
        world.pass(500);
        world.publish(1);
        world.pass(200);
        for (int i = 0; i < 2; i++) {
            GroupSeat ends = life(world, 1).join();
            assertThat(read(world, ends, 1)).containsExactly(1L);
            ends.sent(1);
            world.pass(1_500);
            world.nodes.get(1).kill();
            world.pass(3_000);
            world.nodes.get(1).start();
            world.pass(500);
        }
        assertThat(world.dead).containsOnlyKeys(1L);
    }

    @Test
    void readersGoOnFromWhereTheCursorIsSet() {
        SharingWorld world = world(false, PATIENT);
        GroupSeat first = life(world, 0).join();
        world.pass(500);
        GroupSeat second = life(world, 1).join();
        world.publish(5);
        world.pass(200);
        List<Long> got = read(world, first, 5);
        got.forEach(first::done);
        world.pass(500);
        assertThat(world.cursor()).isEqualTo(6);
        world.add(new GroupOp.SetCursor(SharingWorld.CHANNEL, SharingWorld.CURSOR, 3, 1));
        world.pass(3_000);
        assertThat(read(world, second, 5)).containsExactly(3L, 4L, 5L);
    }

    @Test
    void homeThatDoesNotAnswerIsGivenUp() {
        SharingWorld world = world(false, PATIENT);
        GroupSeat first = life(world, 0).join();
        world.pass(500);
        world.publish(2);
        world.pass(200);
        world.cutOff = world.nodes.get(0);
        GroupSeat second = life(world, 1).join();
        List<Long> got = wants(second, 2);
        world.pass(10_000);
        assertThat(got).isEmpty();
        world.pass(10_000);
        assertThat(got).containsExactly(1L, 2L);
        first.close();
        second.done(1);
        second.done(2);
        world.pass(2_000);
        assertThat(world.cursor()).isEqualTo(3);
    }
}
