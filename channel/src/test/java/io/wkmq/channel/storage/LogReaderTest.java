package io.wkmq.channel.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogReaderTest {
    private static final int SEGMENT_BYTES = 4 << 20;
    private static final LogRecord FRAME = new LogRecord(77);

    private final SimDisk simulated = new SimDisk();
    private final Disk disk = new SimulatedDisk(simulated);
    private final List<Integer> lengths = new ArrayList<>();

    private void write(byte[]... bodies) throws IOException {
        LogFiles files = new LogFiles(disk, SimulatedDisk.DIRECTORY, SEGMENT_BYTES);
        Log log = new Log(FRAME, files, files.begin(), 0);
        for (byte[] body : bodies) {
            ByteWriter out = new ByteWriter(64);
            out.skip(LogRecord.HEADER_BYTES);
            log.append(out.raw(body).view(), true);
        }
        log.close();
    }

    /** Damages the body of a record whose first byte is there. */
    private void damage(int at) throws IOException {
        try (FileChannel file = simulated.open(simulated.list().get(0))) {
            file.write(ByteBuffer.wrap(new byte[] {99, 98, 97}), at);
        }
    }

    private LogReader read() throws IOException {
        LogFiles files = new LogFiles(disk, SimulatedDisk.DIRECTORY, SEGMENT_BYTES);
        LogReader reader = new LogReader(FRAME, disk, files.existing(), 0);
        reader.read(body -> lengths.add(body.block().length));
        return reader;
    }

    private static byte[] block(byte[] body) {
        return new ByteWriter(64).block(body).toBytes();
    }

    /** What looks like the beginning of one record behind the other. */
    private static byte[] headers(long sequence, int bytes, int length) {
        ByteBuffer body = ByteBuffer.allocate(bytes);
        while (body.remaining() >= LogRecord.HEADER_BYTES) {
            body.putShort(LogRecord.MAGIC).put((byte) 1).put((byte) 1);
            body.putInt(length).putLong(sequence).putInt(5);
        }
        return body.array();
    }

    @Test
    void recordsAreReadAsTheyWereWritten() throws IOException {
        write(block(new byte[3]), block(new byte[100]));
        assertThat(read().damaged()).isFalse();
        assertThat(lengths).containsExactly(3, 100);
    }

    @Test
    void aHoleIsFound() throws IOException {
        write(block(new byte[3]), block(new byte[100]), block(new byte[200]));
        damage(60);
        LogReader reader = read();
        assertThat(reader.beyond()).isEqualTo(3);
        assertThat(lengths).containsExactly(3);
    }

    @Test
    void aHoleIsFoundBehindAWindow() throws IOException {
        write(block(new byte[3]), block(new byte[(1 << 20) + 5]), block(new byte[(1 << 20) + 5]));
        damage(60);
        assertThat(read().beyond()).isEqualTo(3);
    }

    @Test
    void aRecordThatWasNotWholeIsNoHoleWhateverIsInIt() throws IOException {
        write(block(new byte[3]), block(headers(1, 2 << 20, 1 << 20)));
        damage(60);
        assertThat(read().damaged()).isFalse();
        assertThat(lengths).containsExactly(3);
    }

    @Test
    void numbersThatNoRecordCanHaveAreNotLookedAt() throws IOException {
        write(block(new byte[3]), block(headers(Long.MAX_VALUE, 2 << 20, 1 << 20)));
        damage(60);
        assertThat(read().damaged()).isFalse();
    }

    @Test
    void whatCannotBeToldFromAHoleInBoundedTimeIsOne() throws IOException {
        write(block(new byte[3]), block(headers(7, 2 << 20, 1 << 20)));
        damage(60);
        assertThat(read().beyond()).isEqualTo(7);
    }
}
