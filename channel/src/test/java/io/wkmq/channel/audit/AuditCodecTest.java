package io.wkmq.channel.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.routing.NodeId;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class AuditCodecTest {
    private static final List<AuditQuestion> QUESTIONS = List.of(
            new AuditQuestion.Extent(7),
            new AuditQuestion.Prefix(Integer.MAX_VALUE, Long.MAX_VALUE),
            new AuditQuestion.Range(1, 1, 5_000_000_000L),
            new AuditQuestion.Refill(7, 40, -3, List.of(new NodeId(new UUID(-1, 2)), new NodeId(new UUID(3, -4)))));
    private static final List<AuditAnswer> ANSWERS = List.of(
            new AuditAnswer.Extent(1, 1, false),
            new AuditAnswer.Extent(5, 9, true),
            new AuditAnswer.Prefix(-1),
            new AuditAnswer.Range(9, Long.MIN_VALUE),
            new AuditAnswer.Damaged(8, "a bit"),
            new AuditAnswer.Trimmed(100),
            new AuditAnswer.Refused("n\u00e4"));

    @Test
    void questionsAndAnswersAreWhatTheyWere() {
        assertThat(QUESTIONS)
                .allSatisfy(question -> assertThat(AuditCodec.decodeQuestion(AuditCodec.encode(question)))
                        .isEqualTo(question));
        assertThat(ANSWERS)
                .allSatisfy(answer -> assertThat(AuditCodec.decodeAnswer(AuditCodec.encode(answer)))
                        .isEqualTo(answer));
    }

    @Test
    void whatMakesNoSenseIsNeitherQuestionNorAnswer() {
        for (byte[] bytes : List.of(new byte[0], new byte[] {2, 1, 1}, new byte[] {1, 99, 1})) {
            assertThatThrownBy(() -> AuditCodec.decodeQuestion(bytes)).isInstanceOf(CorruptDataException.class);
            assertThatThrownBy(() -> AuditCodec.decodeAnswer(bytes)).isInstanceOf(CorruptDataException.class);
        }
        byte[] whole = AuditCodec.encode(new AuditAnswer.Damaged(8, "a bit"));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> AuditCodec.decodeAnswer(cut)).isInstanceOf(CorruptDataException.class);
        }
    }
}
