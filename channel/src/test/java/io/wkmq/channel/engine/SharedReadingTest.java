package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.GroupOp.Append;
import io.wkmq.channel.group.GroupOp.Part;
import io.wkmq.channel.group.OpId;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.DamagedRecordException;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.testing.ManualClock;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.SimDisk;
import io.wkmq.testing.sim.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests readers that share the records of a channel. */
class SharedReadingTest {
    private static final int CHANNEL = 1;
    private static final String CURSOR = "group:g";
    private static final List<Loss> LOSSES = List.of(Loss.values());
    private static final GroupOptions GROUP = new GroupOptions(10, 1_000, Duration.ofMillis(200), 3);
    private static final LocalOptions OPTIONS =
            SimNode.small(2, new AppenderOptions(8, 1_000, 2, 6, 300, 40, 3, 100_000));

    private Life life = new Life(new SimDisk());

    @BeforeEach
    void configure() {
        life.node.configure(CHANNEL, Retention.FOR_EVER);
    }

    /** The node's life from one crash to the next. */
    private static final class Life implements HeldCursors.Groups, SharedReading.DeadLetters {
        private final SimDisk disk;
        private final SimNode node;
        private final SharedReadings readings;
        private final Map<Long, Integer> dead = new HashMap<>(); // with how many deliveries
        private final ManualClock clock = new ManualClock();
        private boolean troubled; // dead letters cannot be kept
        private boolean unreadable; // what would be one makes no sense
        private boolean cutOff; // nothing gets into the log any more
        private long takings;
        private int published;

        private Life(SimDisk disk) {
            this.disk = disk;
            try {
                this.node = new SimNode(disk, OPTIONS);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            this.takings = disk.now();
            HeldCursors cursors = new HeldCursors(this, node.loop, clock, () -> ++takings);
            this.readings = new SharedReadings(cursors, node.loop, GROUP);
        }

        @Override
        public GroupReplica replica(int channel) {
            return node.replica(channel);
        }

        @Override
        public CompletionStage<byte[]> propose(int group, byte[] op) {
            return cutOff ? new CompletableFuture<>() : node.log.of(group).propose(op);
        }

        @Override
        public CompletionStage<?> keep(ChannelRecord record, int deliveries) {
            if (unreadable) {
                throw new CorruptDataException("made by the test");
            }
            if (troubled) {
                return CompletableFuture.failedFuture(new IOException("made by the test"));
            }
            dead.put(record.seq(), deliveries);
            return CompletableFuture.completedFuture(null);
        }

        private void publish(int count) {
            for (int i = 0; i < count; i++) {
                OpId id = new OpId(new UUID(disk.now(), ++published), 0, 1);
                node.propose(
                        CHANNEL,
                        new Append(id, 1, List.of(new Part(CHANNEL, List.of(SimNode.entry("m" + published))))));
            }
        }

        private GroupSeat join() {
            return join(false);
        }

        private GroupSeat join(boolean ordered) {
            ReadingGroup group = new ReadingGroup("g", CURSOR, ordered);
            return node.result(readings.join(CHANNEL, group, "r", new ReadStart.Earliest(), this));
        }

        private long cursor() {
            return node.result(node.replica(CHANNEL).cursors(CHANNEL)).stream()
                    .mapToLong(CursorStatus::next)
                    .findFirst()
                    .orElse(1);
        }

        private List<Long> read(GroupSeat seat, int count) {
            CompletableFuture<ReadBatch> read = seat.read(count, 1_000).toCompletableFuture();
            node.work();
            return read.isDone()
                    ? read.join().records().stream().map(ChannelRecord::seq).toList()
                    : List.of();
        }
    }

    /** Reports that lost records cannot be supplied now. */
    private static final class NotNow implements Damages {
        private int found;

        @Override
        public CompletionStage<Void> found(int channel, long from, long next) {
            found++;
            return CompletableFuture.failedFuture(new DamagedRecordException(channel, from, next, "made by the test"));
        }

        @Override
        public void looking(int channel) {}

        @Override
        public void forget(int channel, long first) {}

        @Override
        public @Nullable String trouble() {
            return null;
        }
    }

    /** Flips a bit of a message on the disk. */
    private void flip(String message) throws IOException {
        String name = life.disk.list().stream()
                .filter(file -> file.endsWith("c" + CHANNEL + "-1.records"))
                .findFirst()
                .orElseThrow();
        ByteBuffer bytes = ByteBuffer.allocate((int) life.disk.size(name));
        try (FileChannel file = life.disk.open(name)) {
            file.read(bytes, 0);
            int at = new String(bytes.array(), StandardCharsets.ISO_8859_1).indexOf(message);
            file.write(ByteBuffer.wrap(new byte[] {(byte) (bytes.get(at) ^ 1)}), at);
        }
    }

    @Test
    void damagedRecordsAreWaitedForInPlace() throws IOException {
        NotNow repairs = new NotNow();
        life.replica(CHANNEL).tell(repairs);
        life.publish(3);
        flip("m2");
        GroupSeat seat = life.join();
        GroupSeat other = life.join();
        assertThat(life.read(seat, 1)).containsExactly(1L);
        CompletableFuture<ReadBatch> read = other.read(2, 1_000).toCompletableFuture();
        life.node.pass(150);
        seat.done(1);
        life.node.pass(3_500);

        assertThat(read).isNotDone();
        assertThat(repairs.found).as("once a second").isBetween(3, 5);
        flip("l2"); // as if it had been fetched
        life.node.pass(1_100);
        assertThat(read.join().records()).extracting(ChannelRecord::seq).containsExactly(2L, 3L);
        other.done(2);
        other.done(3);
        life.node.pass(300);
        assertThat(life.cursor()).isEqualTo(4);
    }

    @Test
    void aGroupWhoseDamagedRecordsDoNotComeEnds() throws IOException {
        life.replica(CHANNEL).tell(new NotNow());
        life.publish(2);
        flip("m1");
        CompletableFuture<ReadBatch> read = life.join().read(1, 1_000).toCompletableFuture();
        life.node.pass(58_000);
        assertThat(read).isNotDone();
        life.node.pass(5_000);
        assertThat(read).isCompletedExceptionally();
    }

    @Test
    void nothingIsGivenOutWhileTheCursorCannotBeStored() {
        life.publish(60);
        GroupSeat seat = life.join();
        long given = 0;
        life.cutOff = true;
        CompletableFuture<ReadBatch> read = seat.read(1, 1_000).toCompletableFuture();
        for (int i = 0; i < 50; i++) { // one each 200 ms
            life.node.work();
            if (read.isDone()) {
                seat.done(++given);
                read = seat.read(1, 1_000).toCompletableFuture();
            }
            life.node.pass(200);
        }
        assertThat(given).as("for 3 s").isBetween(14L, 17L);

        life.cutOff = false;
        life.node.pass(7_000);
        assertThat(read.join().records()).extracting(ChannelRecord::seq).containsExactly(given + 1);
    }

    @Test
    void groupEndsIfOthersHaveItsCursorInWhatIsFetched() {
        GroupSeat seat = life.join();
        Life other = new Life(new SimDisk());
        other.node.configure(CHANNEL, Retention.FOR_EVER);
        other.join();
        life.node.work();
        other.node.work();
        LiveChannel here = life.node.result(life.replica(CHANNEL).pin(CHANNEL));
        LiveChannel there = other.node.result(other.replica(CHANNEL).pin(CHANNEL));
        List<Boolean> ended = new ArrayList<>();
        seat.whenEnded(() -> ended.add(true));
        here.replace(there.state, 1_000);
        life.node.work();
        assertThat(ended).isEmpty(); // it is who has taken it
        other.node.propose(CHANNEL, new GroupOp.TakeCursor(CHANNEL, CURSOR, "node:b", 1_000, 1, 1));
        here.replace(there.state, 1_000);
        life.node.work();
        assertThat(ended).hasSize(1);
    }

    @Test
    void eachRecordIsGivenToOneReader() {
        life.publish(5);
        GroupSeat first = life.join();
        GroupSeat second = life.join();
        assertThat(life.read(first, 2)).containsExactly(1L, 2L);
        assertThat(life.read(second, 2)).containsExactly(3L, 4L);
        assertThat(life.read(first, 2)).containsExactly(5L);
        assertThat(life.read(second, 2)).isEmpty();
        first.done(1);
        second.done(3);
        life.node.pass(150);
        assertThat(life.cursor()).isEqualTo(2);
    }

    @Test
    void whatAReaderRefusesAnotherOneGets() {
        life.publish(2);
        GroupSeat first = life.join();
        GroupSeat second = life.join();
        life.read(first, 1);
        first.refused(1);
        assertThat(life.read(second, 2)).containsExactly(1L, 2L);
    }

    @Test
    void whatAReaderLeavesAnotherOneGets() {
        life.publish(3);
        GroupSeat first = life.join();
        GroupSeat second = life.join();
        life.read(first, 3);
        first.done(2);
        first.close();
        assertThat(life.read(second, 3)).containsExactly(1L, 3L);
        assertThatThrownBy(() -> life.node.result(first.read(1, 1))).hasMessageContaining("not read any more");
    }

    @Test
    void whatAReaderSaysNothingAboutAnotherOneGetsAndWhoIsFirstIsHeard() {
        life.publish(2);
        GroupSeat first = life.join();
        GroupSeat second = life.join();
        life.read(first, 2);
        assertThat(life.read(second, 2)).isEmpty();
        life.node.pass(250);
        GroupSeat third = life.join();
        assertThat(life.read(third, 2)).as("the second one has them").isEmpty();
        first.done(1);
        first.refused(2); // he has it no more
        life.node.pass(100);
        assertThat(life.cursor()).isEqualTo(2);
        assertThat(life.read(first, 2)).isEmpty();
    }

    @Test
    void aRecordThatNobodyCanDoWithGoesToTheDeadLetters() {
        life.publish(2);
        GroupSeat reader = life.join();
        life.troubled = true;
        for (int i = 0; i < GROUP.deliveriesMax(); i++) {
            assertThat(life.read(reader, 1)).containsExactly(1L);
            reader.refused(1);
        }
        assertThat(life.read(reader, 1)).containsExactly(2L);
        reader.done(2);
        life.node.pass(500);
        assertThat(life.cursor()).as("it is not there yet").isEqualTo(1);
        life.troubled = false;
        life.node.pass(1_500);
        assertThat(life.dead).containsExactly(Map.entry(1L, 3));
        assertThat(life.cursor()).isEqualTo(3);
    }

    @Test
    void aRecordThatCannotBeReadForTheDeadLettersIsTriedAgain() {
        life.publish(1);
        GroupSeat reader = life.join();
        life.unreadable = true;
        for (int i = 0; i < GROUP.deliveriesMax(); i++) {
            assertThat(life.read(reader, 1)).containsExactly(1L);
            life.node.pass(450); // he says nothing
        }
        assertThat(life.cursor()).isEqualTo(1);
        life.unreadable = false;
        life.node.pass(1_500);
        assertThat(life.dead).containsExactly(Map.entry(1L, 3));
        assertThat(life.cursor()).isEqualTo(2);
    }

    @Test
    void whatAReaderDidNotBeginDoesNotCount() {
        life.publish(1);
        for (int i = 0; i < 2 * GROUP.deliveriesMax(); i++) {
            GroupSeat reader = life.join();
            assertThat(life.read(reader, 1)).containsExactly(1L);
            reader.giveBack(List.of(1L));
            reader.close();
            life.node.work();
        }
        assertThat(life.dead).isEmpty();
    }

    @Test
    void aRecordThatEndsItsOnlyReaderAgainAndAgainGoesToTheDeadLetters() {
        life.publish(1);
        for (int i = 0; i < GROUP.deliveriesMax(); i++) {
            GroupSeat reader = life.join();
            assertThat(life.read(reader, 1)).containsExactly(1L);
            reader.close();
            life.node.work();
        }
        assertThat(life.dead).containsOnlyKeys(1L);
    }

    @Test
    void aGroupWhoseCursorIsSetEnds() {
        life.publish(3);
        GroupSeat reader = life.join();
        boolean[] ended = {false};
        reader.whenEnded(() -> ended[0] = true);
        life.read(reader, 3);
        life.node.propose(CHANNEL, new GroupOp.SetCursor(CHANNEL, CURSOR, 2, 1));
        life.node.work();
        assertThat(ended[0]).isTrue();
        assertThat(life.read(life.join(), 3)).containsExactly(2L, 3L);
    }

    @Test
    void anOrderedGroupIsReadByTheFirstOneUntilHeLeaves() {
        life.publish(4);
        GroupSeat first = life.join(true);
        GroupSeat second = life.join(true);
        CompletableFuture<ReadBatch> waits = second.read(9, 1_000).toCompletableFuture();
        assertThat(life.read(first, 3)).containsExactly(1L, 2L, 3L);
        first.done(1);
        first.done(3);
        life.node.work();
        assertThat(waits).isNotDone();
        first.close();
        life.node.work();
        assertThat(waits.join().records()).extracting(ChannelRecord::seq).containsExactly(2L, 4L);
    }

    @Test
    void whatIsRefusedInAnOrderedGroupComesAgainInFrontOfTheRest() {
        life.publish(4);
        GroupSeat reader = life.join(true);
        for (int i = 1; i <= GROUP.deliveriesMax(); i++) {
            assertThat(life.read(reader, 3)).containsExactly(1L, 2L, 3L);
            reader.refused(1);
            reader.done(2); // in front of what comes again: it does not count
        }
        assertThat(life.read(reader, 9)).containsExactly(2L, 3L, 4L);
        assertThat(life.dead).containsOnlyKeys(1L);
    }

    @Test
    void whoSaysNothingInAnOrderedGroupMakesWay() {
        life.publish(2);
        GroupSeat first = life.join(true);
        GroupSeat second = life.join(true);
        boolean[] ended = {false};
        first.whenEnded(() -> ended[0] = true);
        life.read(first, 2);
        CompletableFuture<ReadBatch> waits = second.read(9, 1_000).toCompletableFuture();
        life.node.pass(250);
        assertThat(ended[0]).isTrue();
        assertThat(waits.join().records()).extracting(ChannelRecord::seq).containsExactly(1L, 2L);
    }

    @Test
    void everyRecordIsDoneWithOrDeadAndTheCursorNeverPassesOneOver() {
        Seeds.of("SharedReadingTest", 150).forEach(random -> new World(random, random.nextBoolean()).run());
    }

    private static final class World {
        private final Random random;
        private final boolean ordered;
        private Life life = new Life(new SimDisk());
        private final Set<Long> settled = new HashSet<>();
        private final Map<GroupSeat, TreeSet<Long>> seats = new LinkedHashMap<>();
        private final Set<GroupSeat> reading = new HashSet<>();

        private World(Random random, boolean ordered) {
            this.random = random;
            this.ordered = ordered;
        }

        private void run() {
            life.node.configure(CHANNEL, Retention.FOR_EVER);
            for (int step = 0; step < 150; step++) {
                switch (random.nextInt(12)) {
                    case 0 -> {
                        if (random.nextInt(4) == 0) {
                            crash();
                        }
                    }
                    case 1 -> join();
                    case 2 -> life.publish(random.nextInt(4));
                    case 3 -> leave();
                    case 4 -> life.node.pass(random.nextInt(300));
                    case 5 -> life.troubled = random.nextBoolean();
                    case 6, 7, 8 -> read();
                    default -> answer();
                }
                life.node.work();
                check();
            }
            life.troubled = false;
            finish();
        }

        private void check() {
            settled.addAll(life.dead.keySet());
            life.dead.values().forEach(count -> assertThat(count).isEqualTo(GROUP.deliveriesMax()));
            long cursor = life.cursor();
            for (long seq = 1; seq < cursor; seq++) {
                assertThat(settled).as("in front of the cursor at %s", cursor).contains(seq);
            }
        }

        private void join() {
            if (seats.size() < 4) {
                GroupSeat seat = life.join(ordered);
                seats.put(seat, new TreeSet<>());
                seat.whenEnded(() -> seats.remove(seat));
            }
        }

        private @Nullable GroupSeat any() {
            List<GroupSeat> all = new ArrayList<>(seats.keySet());
            return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
        }

        private void leave() {
            GroupSeat seat = any();
            if (seat != null) {
                TreeSet<Long> has = Objects.requireNonNull(seats.remove(seat));
                if (!has.isEmpty() && random.nextBoolean()) {
                    seat.giveBack(List.of(has.last()));
                }
                seat.close();
            }
        }

        private void read() {
            GroupSeat seat = any();
            if (seat != null && reading.add(seat)) {
                Set<Long> has = Objects.requireNonNull(seats.get(seat));
                Life of = life;
                seat.read(1 + random.nextInt(4), 1_000).whenComplete((batch, failure) -> {
                    reading.remove(seat);
                    if (failure == null && of == life) {
                        batch.records().forEach(record -> has.add(record.seq()));
                    }
                });
            }
        }

        private void answer() {
            GroupSeat seat = any();
            TreeSet<Long> has = seat == null ? null : seats.get(seat);
            if (seat == null || has == null || has.isEmpty()) {
                return;
            }
            List<Long> all = List.copyOf(has);
            long seq = all.get(random.nextInt(all.size()));
            has.remove(seq);
            if (random.nextInt(4) == 0) {
                seat.refused(seq);
            } else {
                settled.add(seq);
                seat.done(seq);
            }
        }

        private void crash() {
            SimDisk disk = life.disk.crashed(life.disk.now(), LOSSES.get(random.nextInt(LOSSES.size())), random);
            seats.clear();
            int published = life.published;
            life = new Life(disk);
            life.published = published;
        }

        private void finish() {
            long end = Objects.requireNonNull(life.node.position(CHANNEL)).next();
            for (int i = 0; i < 1_000 && life.cursor() < end; i++) {
                if (seats.isEmpty()) {
                    join();
                }
                read();
                answer();
                life.node.pass(20);
                check();
            }
            assertThat(life.cursor()).isEqualTo(end);
        }
    }
}
