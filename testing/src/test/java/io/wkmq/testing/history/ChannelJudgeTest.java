package io.wkmq.testing.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.testing.history.ChannelHistory.Acknowledged;
import io.wkmq.testing.history.ChannelHistory.Read;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A channel in which nothing is wrong, and what is found when something is. */
class ChannelJudgeTest {
    private final ChannelHistory history = new ChannelHistory();
    private final List<String> first = new ArrayList<>();
    private final List<String> second = new ArrayList<>();

    @BeforeEach
    void threeMessagesAreOnBothNodes() {
        history.sent("named", true, 2);
        history.sent("plain", false, 2);
        history.acknowledged(new Acknowledged("named", 1, 1, false));
        history.acknowledged(new Acknowledged("named", 2, 3, false));
        first.addAll(List.of(named(1, 1), plain(2, 1), named(3, 2)));
        second.addAll(first);
    }

    @Test
    void nothingIsWrong() {
        read(1, 1, "named 1");
        read(1, 2, "plain 1");
        read(2, 2, "plain 1");
        read(2, 3, "named 2");

        ChannelVerdict verdict = judge();

        assertThat(verdict.wrong()).isEmpty();
        assertThat(verdict.acknowledged()).isEqualTo(2);
        assertThat(verdict.kept()).isEqualTo(3);
        assertThat(verdict.read()).isEqualTo(4);
    }

    @Test
    void whatIsNotAcknowledgedMayBeMissing() {
        first.set(1, line(2, 1, 2, "plain", null, "plain 2"));
        second.set(1, first.get(1));

        assertThat(judge().wrong()).isEmpty();
    }

    @Test
    void nodesDiffer() {
        second.set(1, line(2, 1, 2, "plain", null, "plain 2"));

        assertThat(judge().wrong())
                .singleElement()
                .asString()
                .startsWith("divergence: n1 has 3 messages and n2 3; line 2: ");
    }

    @Test
    void oneNodeHasLostTheEnd() {
        second.remove(2);

        assertThat(judge().wrong())
                .hasSize(2)
                .anySatisfy(
                        wrong -> assertThat(wrong).startsWith("divergence: ").endsWith(" and none"))
                .anySatisfy(wrong -> assertThat(wrong).startsWith("lost: n2: ").contains("number=2"));
    }

    @Test
    void allNodesHaveLostAMessage() {
        first.remove(2);
        second.remove(2);

        assertThat(judge().wrong()).singleElement().asString().startsWith("lost: n1: ");
    }

    @Test
    void whatOlderClientsAreAcknowledgedIsLostToo() {
        history.acknowledged(new Acknowledged("plain", 2, 0, false));

        assertThat(judge().wrong()).singleElement().asString().startsWith("lost: n1: ");
    }

    @Test
    void aMessageIsNotWhereItsPublisherWasTold() {
        history.acknowledged(new Acknowledged("plain", 1, 3, false));

        assertThat(judge().wrong())
                .singleElement()
                .asString()
                .startsWith("moved: n1: ")
                .endsWith(" is 2");
    }

    @Test
    void aMessageIsThereTwice() {
        append(named(4, 1));

        assertThat(judge().wrong()).containsExactly("twice: n1: 'named 1' is 1 and 4");
    }

    @Test
    void aSequenceNumberIsMissing() {
        append(plain(5, 2));

        assertThat(judge().wrong()).singleElement().asString().startsWith("gap: n1: line 4 is ");
    }

    @Test
    void nobodySentIt() {
        append(line(4, 1, 4, "plain", null, "other"));

        assertThat(judge().wrong()).singleElement().asString().startsWith("invented: n1: ");
    }

    @Test
    void itHasAnotherTopicOrName() {
        append(line(4, 1, 4, "named", null, "plain 2"));
        first.set(0, line(1, 1, 1, "named", "2", "named 1"));
        second.set(0, first.get(0));

        assertThat(judge().wrong())
                .hasSize(2)
                .allSatisfy(wrong -> assertThat(wrong).startsWith("changed: n1: "));
    }

    @Test
    void termsAndTimesGoBack() {
        first.set(0, line(1, 2, 1, "named", "1", "named 1"));
        second.set(0, first.get(0));
        append(line(4, 1, 1, "plain", null, "plain 2"));

        assertThat(judge().wrong())
                .hasSize(2)
                .allSatisfy(wrong -> assertThat(wrong).startsWith("back: n1: "));
    }

    @Test
    void thePublishersOrderIsNotKept() {
        history.sent("named", true, 4);
        append(named(4, 4));
        append(named(5, 3));
        history.acknowledged(new Acknowledged("named", 4, 4, false));
        history.acknowledged(new Acknowledged("named", 3, 5, false));

        assertThat(judge().wrong()).containsExactly("order: n1: 'named 4' is 4, and an earlier one of it 5");
    }

    @Test
    void whatWasRefusedBeforeNeedNotBeInOrder() {
        history.sent("named", true, 4);
        append(named(4, 4));
        append(named(5, 3));
        history.acknowledged(new Acknowledged("named", 4, 4, false));
        history.acknowledged(new Acknowledged("named", 3, 5, true));

        assertThat(judge().wrong()).isEmpty();
    }

    @Test
    void aReaderGetsWhatIsNotThere() {
        read(1, 1, "named 1");
        read(1, 2, "plain 2");

        assertThat(judge().wrong()).singleElement().asString().startsWith("read: n1: ");
    }

    @Test
    void aReaderMissesAMessage() {
        read(1, 1, "named 1");
        read(1, 3, "named 2");

        assertThat(judge().wrong()).singleElement().asString().startsWith("skipped: ");
    }

    @Test
    void aReaderMissesAMessageBetweenTwoConnections() {
        read(1, 1, "named 1");
        read(2, 3, "named 2");

        assertThat(judge().wrong()).singleElement().asString().startsWith("skipped: ");
    }

    @Test
    void aLineThatCannotBeReadIsShown() {
        first.add("Error: the channel is not here");

        assertThatThrownBy(this::judge)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'Error: the channel is not here'");
    }

    private ChannelVerdict judge() {
        return ChannelJudge.judge(history, "load/", Map.of("n1", first, "n2", second));
    }

    private void read(int run, long seq, String payload) {
        history.read(new Read("reader", run, seq, payload));
    }

    private void append(String line) {
        first.add(line);
        second.add(line);
    }

    private static String named(long seq, long number) {
        return line(seq, 1, seq, "named", Long.toString(number), "named " + number);
    }

    private static String plain(long seq, long number) {
        return line(seq, 1, seq, "plain", null, "plain " + number);
    }

    private static String line(
            long seq, long term, long second, String publisher, @Nullable String name, String payload) {
        return "{\"seq\":" + seq + ",\"id\":" + (name == null ? "null" : '"' + name + '"') + ",\"term\":" + term
                + ",\"ts\":\"2026-11-20T08:00:0" + second + "Z\",\"topic\":\"load/" + publisher + "\",\"sha256\":\""
                + digest(payload) + "\"}";
    }

    private static String digest(String payload) {
        try {
            byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
