package io.wkmq.session.mvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.MessageCodec;
import io.wkmq.routing.Message;
import io.wkmq.session.RestoredSessions;
import io.wkmq.session.Samples;
import io.wkmq.session.StampedMessage;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tests that data stored before stamps existed can still be read. */
final class StampedCodecTest {
    private static final Message OLD = Samples.message("t/ü", "from before");

    private static byte[] oldForm() {
        ByteWriter out = new ByteWriter(64);
        MessageCodec.write(out, OLD);
        return out.toBytes();
    }

    private static void assertOld(StampedMessage read) {
        assertThat(read.time()).isZero();
        assertThat(RestoredSessions.text(read)).isEqualTo(RestoredSessions.text(OLD));
        assertThat(Samples.stamped(OLD, 1).newerThan(read)).isTrue();
    }

    @Test
    void aMessageWithoutAStampHasStamp0() {
        assertOld(StampedCodec.read(new ByteReader(oldForm())));
    }

    @Test
    void aLogFromBeforeIsRead() {
        Pending pending = Pending.replayed();
        ByteWriter record = new ByteWriter(64);
        record.int8(RecordWriter.RETAIN).raw(oldForm());
        new RecordReader(pending, 1, 1).apply(new ByteReader(record.toBytes()));
        assertOld(Objects.requireNonNull(pending.retained().get(OLD.topic())).orElseThrow());
    }

    @Test
    void aStateFileFromBeforeIsRead() throws IOException {
        SimDisk disk = new SimDisk();
        SimulatedDisk.open(disk, TestOptions.small()).close();
        StateFile state = StateFile.open(new SimulatedDisk(disk), SimulatedDisk.DIRECTORY, TestOptions.small());
        state.tables().retained.put(OLD.topic().text(), oldForm());
        state.write(new Checkpoint(
                Pending.live(), true, state.folded(), state.nextSession(), state.nextMessage(), List.of()));
        state.close();

        List<StampedMessage> restored = new ArrayList<>();
        try (MvStorage storage = SimulatedDisk.open(disk, TestOptions.small())) {
            storage.retained().restore(restored::add);
        }
        assertThat(restored).hasSize(1);
        assertOld(restored.get(0));
    }

    @Test
    void aStampThatCannotBeIsCorrupt() {
        ByteWriter out = new ByteWriter(64);
        StampedCodec.write(out, Samples.stamped(OLD, StampedMessage.TIME_MAX));
        byte[] bytes = out.toBytes();
        assertThat(StampedCodec.read(new ByteReader(bytes)).time()).isEqualTo(StampedMessage.TIME_MAX);
        bytes[1] = (byte) 0x80;
        assertThatExceptionOfType(CorruptDataException.class)
                .isThrownBy(() -> StampedCodec.read(new ByteReader(bytes)))
                .withMessageContaining("stamp");
        bytes[0] = 3;
        assertThatExceptionOfType(CorruptDataException.class)
                .isThrownBy(() -> StampedCodec.read(new ByteReader(bytes)))
                .withMessageContaining("format 3");
    }
}
