package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.Entry;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.ReadLimit;
import io.wkmq.channel.records.RecordCheck;
import io.wkmq.channel.records.RecordRebuild;
import io.wkmq.channel.records.RecordStore;
import io.wkmq.channel.storage.SimulatedDisk;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Tests records in a file that is partly unreadable. */
class UnreadableSectorTest {
    private static final int RECORDS = 200;
    private static final int BODY_BYTES = 1_000;
    private static final Path FILE = SimulatedDisk.DIRECTORY.resolve("c1-1.records");

    private final FailingDisk disk = new FailingDisk(new SimulatedDisk(new SimDisk()));
    private RecordStore store = open();

    private RecordStore open() {
        try {
            return new RecordStore(disk, SimulatedDisk.DIRECTORY, RecordStore.FILE_BYTES_MAX, 2);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ChannelRecord record(long seq) {
        byte[] body = new byte[BODY_BYTES];
        body[0] = (byte) seq;
        return new ChannelRecord(seq, seq * 10, 1, new Entry(body, null));
    }

    private void write() throws IOException {
        store.begin(1, 1, 1);
        for (long seq = 1; seq <= RECORDS; seq++) {
            store.append(1, record(seq));
        }
        store.flush();
        store.sync();
    }

    private List<Long> read() throws IOException {
        return store.read(1, 1, new ReadLimit(RECORDS, Long.MAX_VALUE)).stream()
                .map(ChannelRecord::seq)
                .toList();
    }

    private List<Long> lost() throws IOException {
        List<Long> lost = new ArrayList<>();
        RecordCheck check = store.check(
                1,
                (file, from, next) ->
                        lost.addAll(LongStream.range(from, next).boxed().toList()));
        while (check.step(10_000)) {
            // until all was looked at
        }
        return lost;
    }

    @Test
    void whatCannotBeReadIsDamagedAndTheRestIsThere() throws IOException {
        write();
        disk.loseSector(FILE, 100_000);
        List<Long> there = read();
        assertThat(there)
                .hasSizeBetween(RECORDS - 40, RECORDS - 1)
                .startsWith(1L)
                .endsWith((long) RECORDS);
        List<Long> lost = lost();
        assertThat(lost).isNotEmpty().doesNotContainAnyElementsOf(List.of(1L, (long) RECORDS));
        assertThat(lost).as("what is not lost is read").containsAll(missing(there));
    }

    private static List<Long> missing(List<Long> there) {
        return LongStream.rangeClosed(1, RECORDS)
                .boxed()
                .filter(seq -> !there.contains(seq))
                .toList();
    }

    @Test
    void whatCannotBeReadAfterAStartComesFromElsewhere() throws IOException {
        write();
        store = open();
        store.begin(1, 1, RECORDS + 1);
        disk.loseSector(FILE, 100_000);
        assertThat(read()).startsWith(1L).hasSizeLessThan(RECORDS);
        assertThat(lost()).isNotEmpty();
        assertThat(store.notBeforeMs(1)).isEqualTo(10);

        store.seal(1, RECORDS + 1);
        RecordRebuild rebuild = store.rebuild(1, 1);
        for (long lost = rebuild.proceed(); lost < rebuild.end(); lost = rebuild.proceed()) {
            rebuild.take(List.of(record(lost)));
        }
        rebuild.finish();
        assertThat(lost()).isEmpty();
        assertThat(read()).hasSize(RECORDS);
    }

    @Test
    void aFirstRecordThatCannotBeReadHasNoTime() throws IOException {
        write();
        disk.loseSector(FILE, 10);
        assertThat(store.notBeforeMs(1)).isEqualTo(Long.MIN_VALUE);
    }
}
