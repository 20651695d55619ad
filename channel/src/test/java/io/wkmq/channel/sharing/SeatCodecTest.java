package io.wkmq.channel.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.sharing.SeatAnswer.Batch;
import io.wkmq.channel.sharing.SeatAnswer.Missing;
import io.wkmq.channel.sharing.SeatReport.Kind;
import io.wkmq.channel.sharing.SeatReport.Outcome;
import io.wkmq.channel.sharing.SeatReport.Outcomes;
import io.wkmq.channel.sharing.SeatReport.Seat;
import io.wkmq.channel.sharing.SeatReport.Wish;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.testing.sim.Seeds;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeatCodecTest {
    private static final SeatReport REPORT = new SeatReport(
            new Seat(7, "group:workers/a/+", -5),
            300,
            new Wish(12, 16, 131_072),
            new Outcomes(
                    41,
                    List.of(
                            new Outcome(1L << 40, Kind.DONE),
                            new Outcome(2, Kind.REFUSED),
                            new Outcome(3, Kind.RETURNED))),
            List.of(4L, 1L << 50),
            true);
    private static final List<SeatAnswer> ANSWERS = List.of(
            new SeatAnswer.Word(43, null),
            new SeatAnswer.Word(43, new Batch(12, null, List.of(5L, 9L), List.of())),
            new SeatAnswer.Word(0, new Batch(12, new Missing(1, 4), List.of(5L), List.of())),
            new SeatAnswer.NotHome(),
            new SeatAnswer.Ended("for a reason"));

    @Test
    void whatIsReportedComesBack() {
        assertThat(SeatCodec.decodeReport(SeatCodec.encode(REPORT))).isEqualTo(REPORT);
    }

    @Test
    void whatIsAnsweredComesBack() {
        ANSWERS.forEach(answer ->
                assertThat(SeatCodec.decodeAnswer(SeatCodec.encode(answer))).isEqualTo(answer));
    }

    @Test
    void whatIsCutOffIsCorrupt() {
        byte[] report = SeatCodec.encode(REPORT);
        for (int length = 0; length < report.length; length++) {
            byte[] cut = Arrays.copyOf(report, length);
            assertThatThrownBy(() -> SeatCodec.decodeReport(cut)).isInstanceOf(CorruptDataException.class);
        }
        for (SeatAnswer answer : ANSWERS) {
            byte[] whole = SeatCodec.encode(answer);
            byte[] cut = Arrays.copyOf(whole, whole.length - 1);
            assertThatThrownBy(() -> SeatCodec.decodeAnswer(cut)).isInstanceOf(CorruptDataException.class);
        }
    }

    @Test
    void whatMakesNoSenseIsCorruptAndNothingWorse() {
        Seeds.of("SeatCodecTest", 300).forEach(random -> {
            byte[] report = SeatCodec.encode(REPORT);
            report[random.nextInt(report.length)] = (byte) random.nextInt(256);
            try {
                assertThat(SeatCodec.decodeReport(report)).isNotNull();
            } catch (CorruptDataException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        });
    }
}
