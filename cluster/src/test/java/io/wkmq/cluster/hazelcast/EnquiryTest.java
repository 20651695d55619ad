package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.cluster.security.Verdict;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnquiryTest {
    private static final EnquiryAnswer ANSWER = new EnquiryAnswer(
            Verdict.refusal(Verdict.Code.NO_WAY, "no way"),
            List.of(TestNode.peer("a").node(), TestNode.peer("b").node()),
            65_000);

    @Test
    void aQuestionIsReadAsItWasAskedThoughItComesInParts() {
        Enquiry.Question question = Enquiry.Question.join(65_535, 6_379);
        ByteBuffer sent = question.encode();
        ByteBuffer came = ByteBuffer.allocate(Enquiry.QUESTION_BYTES_MAX);
        while (Enquiry.missing(came) > 0) {
            came.put(sent.get());
        }
        assertThat(sent.hasRemaining()).isFalse();
        assertThat(Enquiry.question(came.flip())).isEqualTo(question);
    }

    @Test
    void aQuestionOfTheFirstVersionHasNoPortsAndIsAnsweredInThatVersion() throws IOException {
        ByteBuffer came = ByteBuffer.allocate(Enquiry.QUESTION_BYTES_MAX).put((byte) 1);
        assertThat(Enquiry.missing(came)).isOne();
        came.put((byte) 1);
        assertThat(Enquiry.missing(came)).isZero();
        Enquiry.Question question = Enquiry.question(came.flip());
        assertThat(question).isEqualTo(new Enquiry.Question((byte) 1, true, 0, 0));

        EnquiryAnswer read = read(Enquiry.encode(ANSWER, question.version()));
        assertThat(read.members()).isEqualTo(ANSWER.members());
        assertThat(read.linkPort()).isZero();
    }

    @Test
    void aQuestionOfALaterVersionIsTakenAsFarAsItIsUnderstood() {
        ByteBuffer later = ByteBuffer.wrap(new byte[] {9, 0, 0, 7, 0, 8});
        assertThat(Enquiry.question(later)).isEqualTo(new Enquiry.Question(Enquiry.VERSION, false, 7, 8));
    }

    @Test
    void anAnswerIsReadAsItWasGiven() throws IOException {
        assertThat(read(Enquiry.encode(ANSWER, Enquiry.VERSION))).isEqualTo(ANSWER);
        ByteBuffer later = Enquiry.encode(ANSWER, (byte) (Enquiry.VERSION + 1));
        assertThatThrownBy(() -> read(later)).isInstanceOf(IOException.class).hasMessageContaining("version 3");
    }

    private static EnquiryAnswer read(ByteBuffer bytes) throws IOException {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return Enquiry.read(new DataInputStream(new ByteArrayInputStream(copy)));
    }
}
