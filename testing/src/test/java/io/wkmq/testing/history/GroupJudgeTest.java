package io.wkmq.testing.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.history.Event.Acknowledged;
import io.wkmq.testing.history.Event.Ended;
import io.wkmq.testing.history.Event.Published;
import io.wkmq.testing.history.Event.Received;
import io.wkmq.testing.history.Event.Subscribed;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupJudgeTest {
    private static final String ONCE = "once";
    private static final String EXACT = "exact";

    private final List<Event> events = new ArrayList<>();

    @BeforeEach
    void members() {
        events.add(new Subscribed(0, "here", "n1", false));
        events.add(new Subscribed(0, "there", "n2", false));
    }

    @Test
    void eachMessageGoesToOneMember() {
        sent(1, ONCE, 1, 2);
        received("here", ONCE, 1);
        sent(3, ONCE, 2, 4);
        received("there", ONCE, 2);

        GroupVerdict verdict = judge();

        assertThat(verdict.wrongMessages()).isEmpty();
        assertThat(verdict.acknowledged()).isEqualTo(2);
        assertThat(verdict.excused()).isZero();
    }

    @Test
    void whatNobodyGotIsLostIfItWasAcknowledged() {
        sent(1, ONCE, 1, 2);
        events.add(new Published(3, ONCE, "n1", 2));

        assertThat(judge().lost()).containsExactly("nobody got once 1");
    }

    @Test
    void whatTwoGotIsDoubledAndWhatOneGotTwiceToo() {
        sent(1, ONCE, 1, 2);
        received("here", ONCE, 1);
        received("there", ONCE, 1);
        sent(3, EXACT, 1, 4);
        received("here", EXACT, 1);
        received("here", EXACT, 1);

        assertThat(judge().wrongMessages())
                .containsExactly("once 1 went to [here, there]", "exact 1 went to [here, here]");
    }

    @Test
    void whatNobodyPublishedIsInvented() {
        received("here", ONCE, 7);

        assertThat(judge().wrongMessages()).containsExactly("[here] got once 7, which nobody published");
    }

    @Test
    void aCutExcusesOnceTwiceAndExactNever() {
        sent(9, ONCE, 1, 11);
        received("there", ONCE, 1);
        received("here", ONCE, 1);
        sent(9, EXACT, 1, 11);
        Cut cut = new Cut("n1", "n2", 10, 20);

        assertThat(judge(cut).wrongMessages()).isEmpty();
        assertThat(judge(cut).excused()).isEqualTo(2);
        assertThat(judge(new Cut("n2", "n3", 10, 20)).wrongMessages()).hasSize(2);
    }

    @Test
    void aCutExcusesNothingElse() {
        sent(9, ONCE, 1, 11);
        sent(9, EXACT, 1, 11);
        received("there", EXACT, 1);
        received("here", EXACT, 1);
        sent(21, ONCE, 2, 22);
        received("there", ONCE, 2);
        received("here", ONCE, 2);
        sent(21, EXACT, 2, 22);

        assertThat(judge(new Cut("n1", "n2", 10, 20)).wrongMessages())
                .containsExactly(
                        "nobody got once 1",
                        "nobody got exact 2",
                        "exact 1 went to [there, here]",
                        "once 2 went to [there, here]");
    }

    @Test
    void twoOfOneNodeAreNeverExcused() {
        sent(9, ONCE, 1, 11);
        received("here", ONCE, 1);
        received("here", ONCE, 1);

        assertThat(judge(new Cut("n1", "n2", 10, 20)).doubled()).hasSize(1);
    }

    @Test
    void connectionsThatEndAreTold() {
        events.add(new Ended(1, "here", "reason"));

        assertThat(judge().ended()).containsExactly("here: reason");
    }

    private GroupVerdict judge(Cut... cuts) {
        return GroupJudge.judge(events, List.of(cuts), Set.of(EXACT));
    }

    private void sent(long at, String publisher, long number, long acknowledgedAt) {
        events.add(new Published(at, publisher, "n1", number));
        events.add(new Acknowledged(acknowledgedAt, publisher, number));
    }

    private void received(String member, String publisher, long number) {
        events.add(new Received(50, member, publisher, number, publisher.equals(EXACT) ? 2 : 1));
    }
}
