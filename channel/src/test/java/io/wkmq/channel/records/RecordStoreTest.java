package io.wkmq.channel.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.MessageKey;
import io.wkmq.channel.storage.SimulatedDisk;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.Operation;
import io.wkmq.testing.disk.SimDisk;
import io.wkmq.testing.sim.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecordStoreTest {
    private static final int FILE_BYTES = 1000;
    private static final List<Loss> LOSSES = List.of(Loss.values());

    private SimDisk disk = new SimDisk();
    private RecordStore store = open(disk);

    private static RecordStore open(SimDisk disk) {
        try {
            return new RecordStore(new SimulatedDisk(disk), SimulatedDisk.DIRECTORY, FILE_BYTES, 2);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void begin() {
        store.begin(1, 1, 1);
        store.begin(2, 1, 1);
    }

    private static ChannelRecord record(long seq, int bodyBytes) {
        byte[] body = new byte[bodyBytes];
        new Random(seq).nextBytes(body);
        MessageKey key = seq % 3 == 0 ? new MessageKey(seq, 1, 2) : null;
        return new ChannelRecord(seq, seq * 10, seq / 7, new Entry(body, key));
    }

    /** A record in comparable form. */
    private record Plain(
            long seq, long timeMs, long term, @Nullable MessageKey key, ByteBuffer body) {}

    private static Plain plain(ChannelRecord record) {
        Entry entry = record.entry();
        return new Plain(record.seq(), record.timeMs(), record.term(), entry.key(), ByteBuffer.wrap(entry.body()));
    }

    private static List<Plain> plain(List<ChannelRecord> records) {
        return records.stream().map(RecordStoreTest::plain).toList();
    }

    private void append(int channel, long from, long to) throws IOException {
        for (long seq = from; seq <= to; seq++) {
            store.append(channel, record(seq, 100));
            store.flush();
        }
    }

    private List<Long> read(int channel, long from, int count) throws IOException {
        return store.read(channel, from, new ReadLimit(count, Long.MAX_VALUE)).stream()
                .map(ChannelRecord::seq)
                .toList();
    }

    @Test
    void whatIsSkippedIsNotThereAndCrashesBeforeItCountsLeaveWhatWas() throws IOException {
        append(1, 1, 19);
        store.sync();
        store.skip(1, 50);
        assertThat(store.first(1)).isEqualTo(50);
        assertThat(store.next(1)).isEqualTo(50);
        append(1, 50, 89);
        store.sync();
        assertThat(read(1, 1, 99)).isEqualTo(LongStream.range(50, 90).boxed().toList());

        RecordStore before = open(disk.crashed(disk.now(), Loss.ALL, new Random(1)));
        before.begin(1, 1, 20); // as if no row had said so
        assertThat(before.read(1, 1, new ReadLimit(100, 100_000)))
                .extracting(ChannelRecord::seq)
                .isEqualTo(LongStream.range(1, 20).boxed().toList());

        RecordStore behind = open(disk.crashed(disk.now(), Loss.ALL, new Random(1)));
        behind.begin(1, 50, 90);
        behind.trim(1, 50);
        assertThat(behind.read(1, 1, new ReadLimit(100, 100_000)))
                .extracting(ChannelRecord::seq)
                .isEqualTo(LongStream.range(50, 90).boxed().toList());
    }

    @Test
    void recordsAreReadAsTheyWereWritten() throws IOException {
        append(1, 1, 3);
        assertThat(plain(store.read(1, 1, new ReadLimit(9, 9_999))))
                .isEqualTo(plain(List.of(record(1, 100), record(2, 100), record(3, 100))));
        assertThat(read(2, 1, 9)).isEmpty();
    }

    @Test
    void whatIsNotFlushedIsNotRead() throws IOException {
        store.append(1, record(1, 10));
        assertThat(read(1, 1, 9)).isEmpty();
        store.flush();
        assertThat(read(1, 1, 9)).containsExactly(1L);
    }

    @Test
    void readingGoesOverFiles() throws IOException {
        append(1, 1, 50);
        assertThat(disk.list()).hasSizeGreaterThan(5);
        assertThat(read(1, 3, 20)).hasSize(20).startsWith(3L).endsWith(22L);
        assertThat(read(1, 49, 20)).containsExactly(49L, 50L);
        assertThat(read(1, 51, 20)).isEmpty();
    }

    @Test
    void theBytesOfAChannelAreThoseOfItsFiles() throws IOException {
        assertThat(store.bytes(1)).isZero();
        append(1, 1, 50);
        long all = store.bytes(1);
        assertThat(all).isBetween(50L * 100, 50L * 200);
        assertThat(store.bytes(2)).isZero();
        store.end(1);
        store.begin(1, 1, 51);
        assertThat(store.bytes(1)).as("of files that are not open").isEqualTo(all);
        store.trim(1, 40);
        assertThat(store.bytes(1)).isBetween(11L * 100, all / 2);
    }

    @Test
    void aReadTakesNoMoreBytesThanWanted() throws IOException {
        append(1, 1, 10);
        assertThat(store.read(1, 1, new ReadLimit(9, 1))).hasSize(1);
        assertThat(store.read(1, 1, new ReadLimit(9, 200))).hasSize(2);
    }

    @Test
    void aRecordMayBeLargerThanAFile() throws IOException {
        store.append(1, record(1, 10));
        store.append(1, record(2, 300_000));
        store.append(1, record(3, 10));
        store.flush();
        assertThat(plain(store.read(1, 1, new ReadLimit(9, 999_999))))
                .isEqualTo(plain(List.of(record(1, 10), record(2, 300_000), record(3, 10))));
    }

    @Test
    void aTimeLeadsToTheFirstRecordThatIsNotOlder() throws IOException {
        append(1, 1, 50);
        assertThat(store.seqAt(1, 0)).isEqualTo(1);
        assertThat(store.seqAt(1, 250)).isEqualTo(25);
        assertThat(store.seqAt(1, 251)).isEqualTo(26);
        assertThat(store.seqAt(1, 501)).isEqualTo(51);
    }

    @Test
    void aTimeIsSoughtInOneFileAlone() throws IOException {
        append(1, 1, 100);
        store.sync();
        store = open(disk);
        store.begin(1, 1, 101);
        long before = disk.bytesRead();
        assertThat(store.seqAt(1, 251)).isEqualTo(26);
        assertThat(disk.bytesRead() - before).isLessThan(3 * FILE_BYTES);
        assertThat(store.bytes(1)).isGreaterThan(10 * FILE_BYTES);
    }

    @Test
    void aTimeIsFoundWhateverIsDamaged() throws IOException {
        append(1, 1, 50);
        store.sync();
        long second = second();
        try (FileChannel file = disk.open("c1-" + second + ".records")) {
            file.write(ByteBuffer.wrap(new byte[] {1}), 60); // in the body of its first record
        }
        for (long timeMs = 0; timeMs < 510; timeMs++) {
            store = open(disk);
            store.begin(1, 1, 51);
            long first = Math.max(1, (timeMs + 9) / 10);
            boolean unknown = first == second + 1;
            assertThat(store.seqAt(1, timeMs)).as("at %d", timeMs).isEqualTo(unknown ? second : first);
        }
    }

    @Test
    void theFirstRecordThatIsNotOlderIsFoundFromTheBeginning() throws IOException {
        append(1, 1, 50);
        assertThat(store.notOlder(1, 0)).isEqualTo(1);
        assertThat(store.notOlder(1, 251)).isEqualTo(26);
        assertThat(store.notOlder(1, 501)).isEqualTo(51);
        store.trim(1, 30);
        assertThat(store.notOlder(1, 251)).isEqualTo(30);
    }

    @Test
    void thatNoRecordIsOlderIsKnownFromTheFirstOne() throws IOException {
        assertThat(store.notBeforeMs(1)).isEqualTo(Long.MIN_VALUE);
        append(1, 1, 5);
        store.sync();
        store = open(disk);
        store.begin(1, 1, 6);
        try (FileChannel file = disk.open("c1-1.records")) {
            file.write(ByteBuffer.wrap(new byte[] {1}), 200); // the first record is before that
        }
        assertThat(store.notBeforeMs(1)).isEqualTo(10);
    }

    @Test
    void whenAllIsTrimmedNoFileIsLeft() throws IOException {
        append(1, 1, 20);
        store.trim(1, 21);
        assertThat(disk.list()).isEmpty();
        assertThat(read(1, 1, 9)).isEmpty();
        append(1, 21, 22);
        store.sync();
        assertThat(read(1, 1, 9)).containsExactly(21L, 22L);
    }

    @Test
    void theLastBytesBeginWithAFile() throws IOException {
        append(1, 1, 50);
        assertThat(store.lastBytes(1, Long.MAX_VALUE)).isEqualTo(1);
        long first = store.lastBytes(1, 2_500);
        assertThat(store.read(1, first, new ReadLimit(99, 99_999)).stream()
                        .mapToLong(ChannelRecord::bytes)
                        .sum())
                .isBetween(2_500L, 2_500L + FILE_BYTES);
    }

    @Test
    void anEndedChannelMayBeBegunAgain() throws IOException {
        append(1, 1, 20);
        store.end(1);
        assertThat(store.hasUnused(1)).isTrue();
        store.begin(1, 1, 21);
        append(1, 21, 22);
        assertThat(read(1, 18, 9)).containsExactly(18L, 19L, 20L, 21L, 22L);
    }

    @Test
    void aChannelThatCannotBeEndedKeepsItsRecords() throws IOException {
        append(1, 1, 20);
        disk.fail(Operation.SYNC, 0, 1, SimDisk.BROKEN);
        assertThatThrownBy(() -> store.end(1)).isInstanceOf(IOException.class);
        assertThat(store.next(1)).isEqualTo(21);
        assertThatThrownBy(() -> store.end(1)).hasMessageContaining("could not be synced before");
        store.begin(1, 1, 21);
        assertThat(read(1, 1, 99)).hasSize(20);
    }

    @Test
    void theDirectoryIsSyncedWhenFilesHaveComeOrGone() throws IOException {
        append(1, 1, 2);
        store.sync();
        disk.fail(Operation.SYNC_NAMES, SimDisk.BROKEN);
        append(1, 3, 4);
        store.sync();
        append(2, 1, 1);
        assertThatThrownBy(store::sync).as("there is another file").isInstanceOf(IOException.class);
        assertThatThrownBy(store::sync).as("still").isInstanceOf(IOException.class);
        disk.heal();
        store.sync();

        disk.fail(Operation.SYNC_NAMES, SimDisk.BROKEN);
        append(2, 2, 2);
        store.sync();
        store.trim(2, 3);
        assertThatThrownBy(store::sync).as("there is a file less").isInstanceOf(IOException.class);
        disk.heal();
        store.sync();
        store.drop(1);
        disk.fail(Operation.SYNC_NAMES, SimDisk.BROKEN);
        assertThatThrownBy(store::sync).as("there is none").isInstanceOf(IOException.class);
    }

    @Test
    void trimmedFilesAreDeleted() throws IOException {
        append(1, 1, 50);
        int before = disk.list().size();
        store.trim(1, 45);
        assertThat(disk.list()).hasSizeLessThan(before - 3);
        assertThat(read(1, 1, 3)).containsExactly(45L, 46L, 47L);
        assertThat(store.seqAt(1, 0)).isEqualTo(45);
        append(1, 51, 51);
        assertThat(read(1, 51, 3)).containsExactly(51L);
    }

    @Test
    void readersAndTheWriterGetAlongWithFewOpenFiles() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> readers = new ArrayList<>();
        for (int channel = 1; channel <= 2; channel++) {
            for (int i = 0; i < 2; i++) {
                int of = channel;
                Thread reader = new Thread(() -> {
                    try {
                        long expected = 1;
                        while (!over.get()) {
                            for (ChannelRecord record : store.read(of, expected, new ReadLimit(20, 9_999))) {
                                assertThat(record.seq()).isEqualTo(expected);
                                expected++;
                            }
                            expected = expected > 400 ? 1 : expected;
                        }
                    } catch (IOException | AssertionError | IllegalStateException e) {
                        failure.set(e);
                    }
                });
                reader.start();
                readers.add(reader);
            }
        }
        for (long seq = 1; seq <= 1_000; seq++) {
            append(1, seq, seq);
            append(2, seq, seq);
            if (seq % 100 == 0) {
                store.sync();
            }
        }
        over.set(true);
        for (Thread reader : readers) {
            reader.join(10_000);
            assertThat(reader.isAlive()).isFalse();
        }
        assertThat(failure).hasNullValue();
        assertThat(read(1, 1, 9_999)).hasSize(1_000);
    }

    @Test
    void aDroppedChannelLeavesNothing() throws IOException {
        append(1, 1, 50);
        append(2, 1, 2);
        store.drop(1);
        assertThat(disk.list()).hasSize(1);
        assertThatThrownBy(() -> read(1, 1, 1)).hasMessage("Channel 1 is used but was not begun");
    }

    @Test
    void damageIsToldAndNotRead() throws IOException {
        append(1, 1, 3);
        try (FileChannel file = disk.open("c1-1.records")) {
            file.write(ByteBuffer.wrap(new byte[] {1}), 200);
        }
        assertThat(read(1, 1, 9)).containsExactly(1L, 3L);
        assertThat(store.seqAt(1, 15)).as("nobody knows how old it is").isEqualTo(2);
        assertThat(lost(1)).containsExactly("c1-1.records 2-2");

        store.sync();
        store = open(disk);
        store.begin(1, 1, 4);
        assertThat(read(1, 1, 9)).containsExactly(1L, 3L);
        assertThat(lost(1)).containsExactly("c1-1.records 2-2");
    }

    private List<String> lost(int channel) throws IOException {
        List<String> lost = new ArrayList<>();
        RecordCheck check = store.check(
                channel, (file, from, next) -> lost.add(file.getFileName() + " " + from + "-" + (next - 1)));
        while (check.step(300)) {
            // until all was looked at
        }
        return lost;
    }

    @Test
    void whatIsIntactIsAllLookedThrough() throws IOException {
        append(1, 1, 50);
        RecordCheck check = store.check(1, (file, from, next) -> {
            throw new AssertionError("Records " + from + " to " + next + " of " + file);
        });
        int steps = 1;
        while (check.step(300)) {
            steps++;
        }
        assertThat(steps).isGreaterThan(10);
        assertThat(check.bytes()).isEqualTo(store.bytes(1));
    }

    @Test
    void aDamagedLengthLosesItsRecordAlone() throws IOException {
        for (int at = 0; at < 4; at++) {
            for (int bit = 0; bit < 8; bit++) {
                disk = new SimDisk();
                store = open(disk);
                store.begin(1, 1, 1);
                append(1, 1, 20);
                store.sync();
                flip(133 + at, bit); // of the second record
                for (int opened = 0; opened < 2; opened++) {
                    assertThat(read(1, 1, 99)).as("byte " + at + " bit " + bit).hasSize(19);
                    assertThat(lost(1)).containsExactly("c1-1.records 2-2");
                    store = open(disk);
                    store.begin(1, 1, 21);
                }
            }
        }
    }

    @Test
    void damagedLengthsBehindOtherDamageArePassed() throws IOException {
        append(1, 1, 7);
        store.sync();
        flip(0, 3); // the first one's length
        flip(133 + 60, 1); // what is in the second one
        flip(2 * 133 + 2, 0); // the third one's length; it is longer, for it has a key
        flip(3 * 133 + 24 + 3, 6);
        store = open(disk);
        store.begin(1, 1, 8);
        assertThat(read(1, 1, 99)).startsWith(5L).hasSize(3);
        assertThat(lost(1)).containsExactly("c1-1.records 1-4");
    }

    @Test
    void whatLooksLikeARecordInADamagedOneIsNone() throws IOException {
        ByteBuffer forged = ByteBuffer.allocate(133);
        new RecordFormat(1).write(forged, new ChannelRecord(2, 10, 0, new Entry(new byte[100], null)));
        store.append(1, new ChannelRecord(1, 10, 0, new Entry(forged.array(), null)));
        append(1, 2, 3);
        store.sync();
        flip(3, 0);
        store = open(disk);
        store.begin(1, 1, 4);
        assertThat(plain(store.read(1, 1, new ReadLimit(9, 9_999))))
                .isEqualTo(plain(List.of(record(2, 100), record(3, 100))));
    }

    @Test
    void headsThatMakeNoSenseLoseTheRestOfTheFileOrWhatIsNotInTheIndex() throws IOException {
        append(1, 1, 20);
        store.sync();
        store = open(disk);
        store.begin(1, 1, 21);
        List<Long> firsts = read(1, 1, 99);
        assertThat(firsts).hasSize(20);
        try (FileChannel file = disk.open("c1-1.records")) {
            file.write(ByteBuffer.wrap(new byte[] {0x7f, -1, -1, -1, 1, 2, 3, 4}), 0);
        }
        long second = second();
        store = open(disk);
        store.begin(1, 1, 21);
        assertThat(read(1, 1, 99))
                .isEqualTo(LongStream.range(second, 21).boxed().toList());
        assertThat(lost(1)).containsExactly("c1-1.records 1-" + (second - 1));
    }

    private void flip(long position, int bit) throws IOException {
        try (FileChannel file = disk.open("c1-1.records")) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, position);
            one.put(0, (byte) (one.get(0) ^ 1 << bit)).flip();
            file.write(one, position);
        }
    }

    /** The first record of the second file. */
    private long second() {
        return disk.list().stream()
                .filter(name -> name.endsWith(".records") && !name.equals("c1-1.records"))
                .mapToLong(name -> Long.parseLong(name.substring(3, name.indexOf('.'))))
                .min()
                .orElseThrow();
    }

    @Test
    void lostFilesAreFound() throws IOException {
        append(1, 1, 50);
        store.sync();
        long second = second();
        disk.delete("c1-1.records");
        assertThat(lost(1)).as("it is open").containsExactly("c1-1.records 1-" + (second - 1));
        store = open(disk);
        store.begin(1, 1, 51);
        assertThat(lost(1)).as("it is not listed").containsExactly("c1-1.records 1-" + (second - 1));
        assertThat(read(1, 1, 1)).containsExactly(second);
        assertThat(store.seqAt(1, 0)).isEqualTo(1);
        assertThat(store.notOlder(1, 0)).isEqualTo(1);
    }

    @Test
    void filesArePutTogetherAnewWhateverIsLost() {
        Seeds.of("RecordStoreTest.rebuild", 200).forEach(random -> {
            try {
                damageAndRebuild(random);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void damageAndRebuild(Random random) throws IOException {
        disk = new SimDisk();
        store = open(disk);
        store.begin(1, 1, 1);
        long end = 1L + random.nextInt(60);
        for (long seq = 1; seq < end; seq++) {
            store.append(1, record(seq, random.nextInt(random.nextInt(8) == 0 ? 1_500 : 120)));
            store.flush();
        }
        store.sync();
        List<Plain> all = plain(store.read(1, 1, new ReadLimit(999, Long.MAX_VALUE)));
        List<ChannelRecord> elsewhere = store.read(1, 1, new ReadLimit(999, Long.MAX_VALUE));
        if (random.nextBoolean()) {
            store.trim(1, 1 + random.nextInt((int) end));
        }
        long first = store.first(1);
        damage(random);
        if (random.nextBoolean()) {
            store = open(disk);
            store.begin(1, first, end);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            for (ChannelRecord read : store.read(1, first, new ReadLimit(999, Long.MAX_VALUE))) {
                assertThat(plain(read)).as("nothing wrong is read").isEqualTo(all.get((int) read.seq() - 1));
            }
        }
        store.seal(1, end);
        long at = first;
        while (at < end) {
            RecordRebuild rebuild = store.rebuild(1, at);
            for (long lost = rebuild.proceed(); lost < rebuild.end(); lost = rebuild.proceed()) {
                int to = (int) Math.min(lost - 1 + 1 + random.nextInt(9), elsewhere.size());
                rebuild.take(elsewhere.subList((int) lost - 1, to));
            }
            if (random.nextInt(8) == 0) {
                rebuild.abandon();
            } else {
                rebuild.finish();
                at = rebuild.end();
            }
        }
        assertThat(lost(1)).isEmpty();
        assertThat(plain(store.read(1, first, new ReadLimit(999, Long.MAX_VALUE))))
                .isEqualTo(all.subList((int) first - 1, all.size()));
        store.append(1, record(end, 50));
        store.flush();
        store.sync();

        store = open(disk.crashed(disk.now(), LOSSES.get(random.nextInt(LOSSES.size())), random));
        store.begin(1, first, end + 1);
        assertThat(lost(1)).isEmpty();
        assertThat(plain(store.read(1, first, new ReadLimit(999, Long.MAX_VALUE))))
                .hasSize((int) (end + 1 - first));
    }

    /** Flips bits in some files, cuts some and deletes some. */
    private void damage(Random random) throws IOException {
        for (String name : disk.list()) {
            long size = disk.size(name);
            switch (random.nextInt(5)) {
                case 0 -> disk.delete(name);
                case 1 -> {
                    try (FileChannel file = disk.open(name)) {
                        file.truncate(size == 0 ? 0 : random.nextInt((int) size));
                    }
                }
                case 2, 3 -> flip(name, size, 1 + random.nextInt(4), random);
                default -> {
                    // it stays as it is
                }
            }
        }
    }

    private void flip(String name, long size, int bits, Random random) throws IOException {
        try (FileChannel file = disk.open(name)) {
            for (int i = 0; i < bits && size > 0; i++) {
                int at = random.nextInt((int) size);
                ByteBuffer one = ByteBuffer.allocate(1);
                file.read(one, at);
                one.put(0, (byte) (one.get(0) ^ 1 << random.nextInt(8))).flip();
                file.write(one, at);
            }
        }
    }

    @Test
    void whatACrashLeftBehindDoesNotCount() throws IOException {
        append(1, 1, 3);
        append(1, 4, 30);
        store.sync();
        store = open(disk);
        store.begin(1, 1, 4);
        assertThat(read(1, 1, 99)).containsExactly(1L, 2L, 3L);
        for (long seq = 4; seq <= 12; seq++) {
            store.append(1, record(seq, 77));
        }
        store.flush();
        assertThat(plain(store.read(1, 4, new ReadLimit(99, 99_999))))
                .isEqualTo(plain(LongStream.rangeClosed(4, 12)
                        .mapToObj(seq -> record(seq, 77))
                        .toList()));
    }

    @Test
    void nothingIsWrittenToASealedFileThoughACrashLeftOneBehindIt() throws IOException {
        append(1, 1, 3);
        store.append(1, record(4, 900)); // has a file of its own
        store.flush();
        store.sync();
        store = open(disk);
        store.begin(1, 1, 4); // the last one was not there for sure
        store.seal(1, 4);
        RecordRebuild rebuild = rebuildSecond();
        append(1, 4, 4);
        rebuild.finish();
        assertThat(read(1, 1, 9)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(disk.list()).hasSize(2);
    }

    /** Damages the second record of three, and puts the file together anew. */
    private RecordRebuild rebuildSecond() throws IOException {
        try (FileChannel file = disk.open("c1-1.records")) {
            file.write(ByteBuffer.wrap(new byte[] {1}), 200);
        }
        RecordRebuild rebuild = store.rebuild(1, 1);
        assertThat(rebuild.proceed()).isEqualTo(2);
        rebuild.take(List.of(record(2, 100)));
        assertThat(rebuild.proceed()).isEqualTo(rebuild.end());
        return rebuild;
    }

    @Test
    void aFileOfWhichNothingIsLostIsNotCopied() throws IOException {
        append(1, 1, 50);
        store.sync();
        store.trim(1, 3);
        int before = disk.now();
        RecordRebuild rebuild = store.rebuild(1, 3);
        assertThat(rebuild.proceed()).isEqualTo(rebuild.end()).isEqualTo(second());
        rebuild.finish();
        assertThat(disk.now()).as("nothing was written").isEqualTo(before);
        assertThat(read(1, 1, 99)).isEqualTo(LongStream.range(3, 51).boxed().toList());
    }

    @Test
    void aFileThatIsWrittenIsNotReplaced() throws IOException {
        append(1, 1, 3);
        RecordRebuild rebuild = rebuildSecond();
        append(1, 4, 4);
        assertThatThrownBy(rebuild::finish).isInstanceOf(IOException.class).hasMessageContaining("is written");
        rebuild.abandon();
        assertThat(read(1, 1, 9)).containsExactly(1L, 3L, 4L);
    }

    @Test
    void whatIsTrimmedWhileItIsPutTogetherAnewLeavesNothing() throws IOException {
        append(1, 1, 3);
        ChannelRecord large = record(4, 900);
        store.append(1, large); // the fourth one has a file of its own
        store.flush();
        append(1, 5, 5); // and the fifth one as well
        store.sync();
        disk.delete("c1-4.records");
        store = open(disk);
        store.begin(1, 1, 6);
        RecordRebuild rebuild = store.rebuild(1, 1);
        for (long lost = rebuild.proceed(); lost < rebuild.end(); lost = rebuild.proceed()) {
            assertThat(lost).isEqualTo(4);
            rebuild.take(List.of(large));
        }
        store.trim(1, 5);
        rebuild.finish();
        assertThat(disk.list()).containsExactly("c1-5.records");
        assertThat(read(1, 1, 9)).containsExactly(5L);
    }

    @Test
    void aTrimWaitsForFilesThatTakeTheirPlace() throws Exception {
        append(1, 1, 3);
        store.append(1, record(4, 900));
        store.flush();
        append(1, 5, 5);
        store.sync();
        disk.delete("c1-4.records");
        List<Thread> trimming = new ArrayList<>();
        store = new RecordStore(
                new BetweenRenames(disk, () -> {
                    if (trimming.isEmpty()) {
                        trimming.add(started(() -> store.trim(1, 5)));
                        awaitWaitingOrDone(trimming.get(0), ChannelRecords.class, "trim");
                    }
                }),
                SimulatedDisk.DIRECTORY,
                FILE_BYTES,
                2);
        store.begin(1, 1, 6);
        RecordRebuild rebuild = store.rebuild(1, 1);
        for (long lost = rebuild.proceed(); lost < rebuild.end(); lost = rebuild.proceed()) {
            rebuild.take(List.of(record(4, 900)));
        }
        rebuild.finish();
        trimming.get(0).join(10_000);
        assertThat(disk.list()).containsExactly("c1-5.records");
    }

    /** A disk with a hook after each rename. */
    private static final class BetweenRenames extends SimulatedDisk {
        private final Runnable then;

        private BetweenRenames(SimDisk disk, Runnable then) {
            super(disk);
            this.then = then;
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            super.rename(from, to);
            then.run();
        }
    }

    /** A step that may fail. */
    private interface Step {
        void run() throws IOException;
    }

    private static Thread started(Step step) {
        Thread thread = new Thread(() -> {
            try {
                step.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Waits until a thread waits in a method of a class, or has ended. */
    private static void awaitWaitingOrDone(Thread thread, Class<?> in, String method) {
        long end = System.nanoTime() + 10_000_000_000L;
        while (thread.isAlive() && !waits(thread, in, method)) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static boolean waits(Thread thread, Class<?> in, String method) {
        return (thread.getState() == Thread.State.BLOCKED || thread.getState() == Thread.State.WAITING)
                && Stream.of(thread.getStackTrace())
                        .filter(frame -> !frame.getClassName().equals(Object.class.getName()))
                        .limit(1)
                        .anyMatch(frame -> frame.getClassName().equals(in.getName())
                                && frame.getMethodName().equals(method));
    }

    @Test
    void whoSyncsWaitsForWhoSyncsAlready() throws Exception {
        append(1, 1, 3);
        disk.hang();
        Thread first = started(() -> store.sync());
        awaitWaitingOrDone(first, SimDisk.class, "sync");
        Thread second = started(() -> store.sync());
        awaitWaitingOrDone(second, RecordStore.class, "sync");
        assertThat(second.isAlive()).as("nothing is on disk yet").isTrue();
        disk.resume();
        first.join(10_000);
        second.join(10_000);
        assertThat(second.isAlive()).isFalse();
    }

    @Test
    void aSyncThatFailedFailsForAllThatCome() throws IOException {
        append(1, 1, 3);
        disk.fail(Operation.SYNC, 0, 1, SimDisk.BROKEN);
        assertThatThrownBy(store::sync).hasMessage(SimDisk.BROKEN);
        assertThatThrownBy(store::sync).hasMessageContaining("could not be synced before");
        append(2, 1, 1);
        assertThatThrownBy(store::sync).hasMessageContaining("could not be synced before");
    }

    @Test
    void channelsThatWereNeverBegunAreKnown() throws IOException {
        append(2, 1, 1);
        store = open(disk);
        assertThat(store.hasUnused(1)).isFalse();
        assertThat(store.hasUnused(2)).isTrue();
        store.begin(2, 1, 1);
        assertThat(store.hasUnused(2)).isFalse();
    }

    /** The expected content of a channel. */
    private static final class Model {
        private long first = 1;
        private long next = 1;
        private final Map<Long, ChannelRecord> records = new HashMap<>();
        private long syncedFirst = 1;
        private long syncedNext = 1;
    }

    @Test
    void whatWasSyncedSurvivesAPowerLoss() {
        Seeds.of("RecordStoreTest", 150).forEach(random -> {
            try {
                crashes(random);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void crashes(Random random) throws IOException {
        disk = new SimDisk();
        store = open(disk);
        List<Model> models = new ArrayList<>();
        for (int channel = 0; channel < 4; channel++) {
            models.add(new Model());
            store.begin(channel, 1, 1);
        }
        for (int step = 0; step < 100; step++) {
            int channel = random.nextInt(4);
            Model model = models.get(channel);
            switch (random.nextInt(10)) {
                case 0 -> {
                    store.sync();
                    models.forEach(each -> {
                        each.syncedFirst = each.first;
                        each.syncedNext = each.next;
                    });
                }
                case 1 -> {
                    model.first = Math.min(model.next, model.first + random.nextInt(5));
                    store.trim(channel, model.first);
                }
                case 2 -> {
                    if (random.nextInt(4) == 0) {
                        disk = disk.crashed(disk.now(), LOSSES.get(random.nextInt(LOSSES.size())), random);
                        store = open(disk);
                        for (int i = 0; i < 4; i++) {
                            Model each = models.get(i);
                            store.begin(i, each.syncedFirst, each.syncedNext);
                            each.first = Math.min(each.first, each.syncedNext);
                            each.next = each.syncedNext;
                            store.trim(i, each.first); // as the group's log says again
                        }
                    }
                }
                case 3 -> check(channel, model, random);
                default -> {
                    for (int i = random.nextInt(6); i > 0; i--) {
                        ChannelRecord record = record(model.next * 1000 + step, 10 + random.nextInt(400));
                        ChannelRecord numbered =
                                new ChannelRecord(model.next, model.next * 5, record.term(), record.entry());
                        model.records.put(model.next++, numbered);
                        store.append(channel, numbered);
                    }
                    store.flush();
                }
            }
        }
        for (int channel = 0; channel < 4; channel++) {
            check(channel, models.get(channel), random);
        }
    }

    private void check(int channel, Model model, Random random) throws IOException {
        long from = model.first + random.nextInt((int) (model.next - model.first) + 1);
        List<ChannelRecord> read = store.read(channel, from, new ReadLimit(Integer.MAX_VALUE, Long.MAX_VALUE));
        assertThat(read).hasSize((int) (model.next - from));
        for (ChannelRecord record : read) {
            assertThat(plain(record)).isEqualTo(plain(Objects.requireNonNull(model.records.get(record.seq()))));
        }
        assertThat(store.seqAt(channel, from * 5)).isEqualTo(from);
    }
}
