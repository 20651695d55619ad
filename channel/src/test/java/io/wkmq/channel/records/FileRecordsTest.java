package io.wkmq.channel.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.Entry;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileRecordsTest {
    private static final int CHANNEL = 3;
    private static final long NONE = -1;
    private static final int COUNT = 40;
    private static final int BODY_BYTES = 1_000;

    private final FileRecords records = new FileRecords(Path.of("c3-1.records"), CHANNEL, 1);
    private final FileChannel file = open();

    private static FileChannel open() {
        try {
            return new SimDisk().open("c3-1.records");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void append(long first, int count) throws IOException {
        ByteBuffer encoded = ByteBuffer.allocate(count * 2 * BODY_BYTES);
        for (long seq = first; seq < first + count; seq++) {
            new RecordFormat(CHANNEL)
                    .write(encoded, new ChannelRecord(seq, seq, 1, new Entry(new byte[BODY_BYTES], null)));
        }
        encoded.flip();
        records.write(file, encoded.duplicate());
        records.take(encoded);
    }

    private List<Long> read(long from) throws IOException {
        List<ChannelRecord> found = new ArrayList<>();
        records.read(file, from, COUNT + 1, found, new ReadLimit(COUNT, Long.MAX_VALUE));
        return found.stream().map(ChannelRecord::seq).toList();
    }

    @Test
    void whatIsWrittenIsThereOnceItIsTaken() throws IOException {
        assertThat(records.find(file, 1)).isTrue();
        append(1, COUNT);
        assertThat(records.next()).isEqualTo(COUNT + 1);
        assertThat(records.end()).isEqualTo((int) file.size());
        assertThat(read(COUNT - 1)).containsExactly(COUNT - 1L, (long) COUNT);
    }

    @Test
    void whatIsForgottenTakesNoMemoryAndIsFoundAnew() throws IOException {
        records.find(file, 1);
        append(1, COUNT);
        long last = records.lastBytes(0, NONE);
        assertThat(last).isGreaterThan(1); // there is an index

        records.forget();
        assertThat(records.sought(COUNT + 1)).isFalse();
        assertThat(records.lastBytes(0, NONE)).isEqualTo(NONE);

        assertThat(records.find(file, COUNT + 1)).isTrue();
        assertThat(records.lastBytes(0, NONE)).isEqualTo(last);
        assertThat(read(COUNT)).containsExactly((long) COUNT);
    }

    @Test
    void whatIsLackingIsNotSoughtAgainUntilItIsToBeLookedAt() throws IOException {
        records.find(file, 1);
        append(1, COUNT);
        assertThat(records.find(file, COUNT + 2)).isFalse();
        assertThat(records.sought(COUNT + 2)).isFalse();
        records.lack(COUNT + 2);
        assertThat(records.sought(COUNT + 2)).isTrue();
        records.lookAnew();
        records.find(file, COUNT + 2);
        assertThat(records.sought(COUNT + 2)).isFalse();
    }
}
