package io.wkmq.testing.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.history.Event.Acknowledged;
import io.wkmq.testing.history.Event.Answered;
import io.wkmq.testing.history.Event.Ended;
import io.wkmq.testing.history.Event.Published;
import io.wkmq.testing.history.Event.Received;
import io.wkmq.testing.history.Event.SessionLost;
import io.wkmq.testing.history.Event.Subscribed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private final List<Event> events = new ArrayList<>();

    @Test
    void whatIsAcknowledgedHasToCome() {
        subscribed(1, "s", "n2", false);
        published(2, 1).acknowledged(3, 1);
        published(4, 2).acknowledged(5, 2);
        received(6, "s", 2);

        Verdict verdict = judge();

        assertThat(verdict.lost()).containsExactly("s on n2 did not get of p on n1: 1");
        assertThat(verdict.owed()).isEqualTo(2);
        assertThat(verdict.received()).isEqualTo(1);
        assertThat(verdict.wrongMessages()).hasSize(1);
    }

    @Test
    void whatIsNotAcknowledgedMayCome() {
        subscribed(1, "s", "n2", false);
        published(2, 1);
        published(3, 2);
        received(4, "s", 2);

        assertThat(judge().wrongMessages()).isEmpty();
        assertThat(judge().owed()).isZero();
    }

    @Test
    void whatWasSentBeforeTheSubscriptionIsNotOwed() {
        published(1, 1);
        subscribed(2, "s", "n2", false);
        acknowledged(3, 1);

        assertThat(judge().wrongMessages()).isEmpty();
    }

    @Test
    void aDurableSubscriberIsOwedWhatWasSentWhileItWasAway() {
        subscribed(1, "durable", "n2", true);
        subscribed(1, "clean", "n2", false);
        ended(2, "durable");
        ended(2, "clean");
        published(3, 1).acknowledged(4, 1);
        subscribed(5, "durable", "n2", true);
        subscribed(5, "clean", "n2", false);

        assertThat(judge().lost()).containsExactly("durable on n2 did not get of p on n1: 1");
    }

    @Test
    void aCleanSubscriberIsOwedNothingOfAConnectionThatEnds() {
        subscribed(1, "s", "n2", false);
        published(2, 1).acknowledged(3, 1);
        ended(4, "s");

        assertThat(judge().lost()).isEmpty();
        assertThat(judge().ended()).containsExactly("s: reason");
    }

    @Test
    void aCutExcusesWhatWasOnItsWayBetweenItsNodes() {
        subscribed(0, "there", "n2", false);
        subscribed(0, "here", "n1", false);
        published(2, 1).acknowledged(3, 1);
        published(4, 2).acknowledged(10, 2);
        published(15, 3).acknowledged(16, 3);
        published(18, 4).acknowledged(30, 4);
        published(21, 5).acknowledged(22, 5);

        Verdict verdict = judge(new Cut("n2", "n1", 10, 20));

        assertThat(verdict.lost())
                .filteredOn(text -> text.startsWith("there"))
                .containsExactly("there on n2 did not get of p on n1: 1, 5");
        assertThat(verdict.lost())
                .filteredOn(text -> text.startsWith("here"))
                .containsExactly("here on n1 did not get of p on n1: 1-5");
    }

    @Test
    void aCutBetweenOthersExcusesNothing() {
        subscribed(0, "s", "n2", false);
        published(2, 1).acknowledged(3, 1);

        assertThat(judge(new Cut("n1", "n3", 0, 9)).lost()).hasSize(1);
    }

    @Test
    void theOrderOfFirstArrivalsIsThePublishers() {
        subscribed(0, "s", "n2", false);
        published(1, 1).published(2, 2).published(3, 3);
        received(4, "s", 1).received(5, "s", 3).received(6, "s", 2);

        assertThat(judge().reordered()).containsExactly("s got p 2 after 3");
    }

    @Test
    void duplicatesAreCountedAndNotOutOfOrder() {
        subscribed(0, "s", "n2", false);
        published(1, 1).published(2, 2);
        received(3, "s", 1).received(4, "s", 2).received(5, "s", 1).received(6, "s", 2);

        assertThat(judge().wrongMessages()).isEmpty();
        assertThat(judge().duplicates()).isEqualTo(2);
        assertThat(judge().received()).isEqualTo(2);
    }

    @Test
    void withQos2NothingMayComeTwice() {
        subscribed(0, "s", "n2", false);
        published(1, 1).published(2, 2);
        received(3, "s", 1).received(4, "s", 1);
        events.add(new Received(5, "s", "p", 2, 2));
        events.add(new Received(6, "s", "p", 2, 2));

        assertThat(judge().doubled()).containsExactly("s got p 2 twice");
        assertThat(judge().wrongMessages()).hasSize(1);
        assertThat(judge().duplicates()).isEqualTo(2);
    }

    @Test
    void withQos0NothingMayComeTwice() {
        subscribed(0, "s", "n2", false);
        published(1, 1);
        events.add(new Received(2, "s", "p", 1, 0));
        events.add(new Received(3, "s", "p", 1, 0));

        assertThat(judge().wrongMessages()).containsExactly("s got p 1 twice");
    }

    @Test
    void answersToConnectAreMeasuredFromWhenTheyWereAskedFor() {
        History history = new History();
        long second = Duration.ofSeconds(1).toNanos();
        history.record(new Answered(5 * second, "c", "n1", 0, 4 * second));
        history.record(new Answered(9 * second, "c", "n2", 0x89, 2 * second));
        history.record(new Answered(10 * second, "c", "n2", 0, second));

        assertThat(history.longestConnect(0)).isEqualTo(Duration.ofSeconds(4));
        assertThat(history.longestConnect(2 * second)).isEqualTo(Duration.ofSeconds(2));
        assertThat(history.accepted(2 * second)).isEqualTo(1);
        assertThat(history.refusals(0)).singleElement().asString().contains("code=137");
    }

    @Test
    void whatNobodyPublishedIsInvented() {
        subscribed(0, "s", "n2", false);
        received(1, "s", 7);

        assertThat(judge().invented()).containsExactly("s got p 7, which nobody published");
    }

    @Test
    void aMessageMayBeRecordedAsReceivedFirst() {
        subscribed(0, "s", "n2", false);
        received(2, "s", 1);
        published(1, 1).acknowledged(3, 1);

        assertThat(judge().wrongMessages()).isEmpty();
    }

    @Test
    void aLostSessionIsTold() {
        events.add(new SessionLost(1, "s"));

        assertThat(judge().ended()).containsExactly("s: its session is lost");
    }

    @Test
    void whatALostSessionHadIsNotOwed() {
        subscribed(1, "s", "n2", true);
        published(2, 1).acknowledged(3, 1);
        events.add(new SessionLost(4, "s"));
        subscribed(5, "s", "n3", true);
        published(6, 2).acknowledged(7, 2);

        assertThat(judge().lost()).containsExactly("s on n3 did not get of p on n1: 2");
    }

    @Test
    void aSessionThatMovesIsOwedWhatIsSentOnItsSideOfACut() {
        connected(1, "s", "n2", 1);
        events.add(new Answered(5, "s", "n1", 0, 1));
        published(5, 0);
        received(6, "s", 0, 1);
        published(7, 1).acknowledged(8, 1);
        published(12, 2).acknowledged(13, 2);
        events.add(new Answered(16, "s", "n3", 0x89, 2));
        published(17, 3).acknowledged(18, 3);
        published(30, 4).acknowledged(31, 4);

        Verdict verdict = judge(new Cut("n1", "n2", 10, 20), new Cut("n1", "n3", 10, 20));

        assertThat(verdict.lost()).containsExactly("s in session 1 on n2 did not get of p on n1: 1-2, 4");
        assertThat(verdict.changed()).isEmpty();
    }

    @Test
    void onlyTheSessionThatAClientHasInTheEndIsOwedSomething() {
        connected(1, "s", "n2", 1);
        published(2, 1).acknowledged(3, 1);
        connected(12, "s", "n1", 2);
        published(13, 2).acknowledged(14, 2);

        assertThat(judge().lost()).containsExactly("s in session 2 on n1 did not get of p on n1: 2");
    }

    @Test
    void theOrderIsThatOfOneSession() {
        connected(1, "s", "n2", 1);
        connected(2, "s", "n1", 2);
        published(3, 1).published(3, 2);
        received(4, "s", 2, 2).received(5, "s", 1, 1);
        assertThat(judge().wrongMessages()).isEmpty();

        received(6, "s", 1, 2);
        assertThat(judge().reordered()).containsExactly("s in session 2 got p 1 after 2");
    }

    @Test
    void onlyACutMayChangeAClientsSession() {
        connected(5, "s", "n2", 1);
        connected(12, "s", "n1", 2);
        published(13, 1);
        events.add(new Answered(15, "s", "n2", 0, 1));
        received(16, "s", 1, 1);
        events.add(new Answered(25, "s", "n3", 0, 1));
        received(26, "s", 1, 2);

        assertThat(judge(new Cut("n1", "n2", 10, 20)).changed())
                .containsExactly("s found on n3 its session 2 instead of 1, which was on [n2]");
        assertThat(judge(new Cut("n2", "n3", 0, 30)).changed())
                .containsExactly(
                        "s found on n1 a new session 2 instead of 1, which was on [n2]",
                        "s found on n2 its session 1 instead of 2, which was on [n1]");
    }

    @Test
    void aSessionMayBeOnBothSidesIfItWasCrossingWhenTheCutBegan() {
        connected(1, "s", "n2", 1);
        events.add(new Answered(12, "s", "n1", 0, 4));
        published(13, 1);
        events.add(new Received(14, "s", "p", 1, 2, 1));
        events.add(new Received(15, "s", "p", 1, 2, 1));

        Verdict verdict = judge(new Cut("n1", "n2", 10, 20));
        assertThat(verdict.crossing()).containsExactly("s");
        assertThat(verdict.wrongMessages()).hasSize(1);
        assertThat(verdict.wrongMessagesButOfCrossing()).isEmpty();
        assertThat(judge(new Cut("n1", "n2", 13, 20)).wrongMessagesButOfCrossing())
                .hasSize(1);
        assertThat(judge(new Cut("n2", "n3", 10, 20)).wrongMessagesButOfCrossing())
                .hasSize(1);
    }

    @Test
    void pausesAreOfOnePublisher() {
        History history = new History();
        for (long second : new long[] {1, 2, 9, 10, 13}) {
            history.record(new Acknowledged(Duration.ofSeconds(second).toNanos(), "p", second));
        }
        history.record(new Acknowledged(Duration.ofSeconds(30).toNanos(), "q", 1));

        assertThat(history.longestAckPause("p"::equals, 0)).isEqualTo(Duration.ofSeconds(7));
        assertThat(history.longestAckPause("p"::equals, Duration.ofSeconds(9).toNanos()))
                .isEqualTo(Duration.ofSeconds(3));
        assertThat(history.longestAckPause("q"::equals, 0)).isZero();
    }

    @Test
    void pausesOfDeliveriesAreOfOnePublisherAndOneSubscriber() {
        History history = new History();
        for (long second : new long[] {1, 2, 9, 10}) {
            history.record(new Received(Duration.ofSeconds(second).toNanos(), "s", "p", second, 1));
        }
        history.record(new Received(Duration.ofSeconds(30).toNanos(), "s", "q", 1, 1));
        history.record(new Received(Duration.ofSeconds(40).toNanos(), "t", "p", 10, 1));

        assertThat(history.longestDeliveryPause("p"::equals, subscriber -> true, 0))
                .isEqualTo(Duration.ofSeconds(7));
        assertThat(history.longestDeliveryPause(
                        "p"::equals, "s"::equals, Duration.ofSeconds(9).toNanos()))
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(history.longestDeliveryPause("q"::equals, subscriber -> true, 0))
                .isZero();
    }

    @Test
    void clientsThatWereDisconnectedAreKnownByName() {
        History history = new History();
        history.record(new Ended(1, "p", "the connection was closed"));
        history.record(new Ended(3, "q", "the connection was closed"));

        assertThat(history.disconnected(0)).containsExactlyInAnyOrder("p", "q");
        assertThat(history.disconnected(2)).containsExactly("q");
    }

    private Verdict judge(Cut... cuts) {
        return Judge.judge(events, List.of(cuts));
    }

    private JudgeTest published(long at, long number) {
        events.add(new Published(at, "p", "n1", number));
        return this;
    }

    private JudgeTest acknowledged(long at, long number) {
        events.add(new Acknowledged(at, "p", number));
        return this;
    }

    private void subscribed(long at, String subscriber, String node, boolean durable) {
        events.add(new Subscribed(at, subscriber, node, durable));
    }

    /** A client gets a new session. */
    private void connected(long at, String client, String node, int session) {
        events.add(new Answered(at, client, node, 0, 1));
        events.add(new Subscribed(at, client, node, true, session));
    }

    private JudgeTest received(long at, String subscriber, long number, int session) {
        events.add(new Received(at, subscriber, "p", number, 1, session));
        return this;
    }

    private JudgeTest received(long at, String subscriber, long number) {
        events.add(new Received(at, subscriber, "p", number, 1));
        return this;
    }

    private void ended(long at, String client) {
        events.add(new Ended(at, client, "reason"));
    }
}
