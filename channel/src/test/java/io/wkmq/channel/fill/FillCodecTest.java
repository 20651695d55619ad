package io.wkmq.channel.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.storage.CorruptDataException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FillCodecTest {
    private static final byte[] BYTES = {1, 2, 3};

    @Test
    void questionsAreWhatTheyWere() {
        for (FillQuestion question : List.of(
                new FillQuestion.Hello(3, Long.MAX_VALUE),
                new FillQuestion.State(Long.MIN_VALUE, 7),
                new FillQuestion.Rows(-1, Integer.MAX_VALUE, 0),
                new FillQuestion.Records(5, 6, 1L << 40, 8),
                new FillQuestion.Bye(9))) {
            assertThat(FillCodec.decodeQuestion(FillCodec.encode(question))).isEqualTo(question);
        }
    }

    @Test
    void answersAreWhatTheyWere() {
        for (FillAnswer answer : List.of(new FillAnswer.Offer(-5, 1L << 50), new FillAnswer.Refused("not now"))) {
            assertThat(FillCodec.decodeAnswer(FillCodec.encode(answer))).isEqualTo(answer);
        }
        assertThat(FillCodec.decodeAnswer(FillCodec.encode(new FillAnswer.Part(10, BYTES))))
                .isInstanceOfSatisfying(FillAnswer.Part.class, part -> {
                    assertThat(part.total()).isEqualTo(10);
                    assertThat(part.bytes()).isEqualTo(BYTES);
                });
    }

    @Test
    void pagesAreWhatTheyWere() {
        FillPages.Rows rows = FillPages.decodeRows(FillPages.encode(new FillPages.Rows(
                List.of(new FillPages.Row(4, BYTES), new FillPages.Row(9, new byte[0])), Integer.MAX_VALUE)));
        assertThat(rows.next()).isEqualTo(Integer.MAX_VALUE);
        assertThat(rows.rows()).extracting(FillPages.Row::channel).containsExactly(4, 9);
        assertThat(rows.rows().get(0).row()).isEqualTo(BYTES);
        assertThat(rows.rows().get(1).row()).isEmpty();
        FillPages.Records records = FillPages.decodeRecords(FillPages.encode(new FillPages.Records(77, BYTES)));
        assertThat(records.first()).isEqualTo(77);
        assertThat(records.page()).isEqualTo(BYTES);
    }

    @Test
    void whatIsOfAnotherVersionOrTypeIsRefused() {
        assertThatThrownBy(() -> FillCodec.decodeQuestion(new byte[] {2, 1, 0, 0}))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("version 2; expected 1");
        assertThatThrownBy(() -> FillCodec.decodeQuestion(new byte[] {1, 6}))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("type 6; expected 1 to 5");
        assertThatThrownBy(() -> FillCodec.decodeAnswer(new byte[] {1, 2, 10, 4, 1}))
                .isInstanceOf(CorruptDataException.class);
    }
}
