package io.wkmq.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.transport.LinkStatus.State;
import io.wkmq.routing.Audience;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import io.wkmq.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class NodeLinksTest {
    private static final SubscriptionFilter GROUP = SubscriptionFilter.parse("$share/g/t/#");
    private static final SubscriptionFilter OTHER_GROUP = SubscriptionFilter.parse("$share/h/t/#");

    private final LinkNode a = new LinkNode("a");
    private final LinkNode b = new LinkNode("b");

    @AfterEach
    void closeNodes() {
        a.close();
        b.close();
    }

    @Test
    void whatEachThreadForwardsArrivesInItsOrder() throws InterruptedException {
        LinkNode.meet(a, b);
        CountedHandOver handOver = new CountedHandOver();
        List<Thread> publishers = new ArrayList<>();
        for (String publisher : List.of("p", "q", "r")) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 5_000; i++) {
                    a.links.forward(
                            b.id(), TestMessages.message(publisher, Qos.of(i % 3), i), Audience.PLAIN, handOver);
                }
            });
            thread.start();
            publishers.add(thread);
        }
        for (Thread publisher : publishers) {
            publisher.join();
        }
        handOver.awaitEnd();
        Await.until("all messages have come", () -> b.delivered.size() == 15_000);
        for (String publisher : List.of("p", "q", "r")) {
            assertThat(b.numbersOf(publisher)).isEqualTo(upTo(5_000));
        }
        assertThat(b.delivered).allSatisfy(each -> {
            assertThat(each.from()).isEqualTo(a.id());
            assertThat(each.plain()).isTrue();
        });
        assertThat(a.count(LinkCounter.SENT)).isEqualTo(15_000);
        assertThat(b.count(LinkCounter.RECEIVED)).isEqualTo(15_000);
        a.awaitEmptyQueue(b);
    }

    @Test
    void bothDirectionsAtOnce() {
        LinkNode.meet(a, b);
        CountedHandOver handOver = new CountedHandOver();
        for (int i = 0; i < 1_000; i++) {
            a.links.forward(b.id(), TestMessages.message("p", Qos.AT_LEAST_ONCE, i), Audience.PLAIN, handOver);
            b.links.forward(a.id(), TestMessages.message("q", Qos.EXACTLY_ONCE, i), Audience.PLAIN, handOver);
        }
        handOver.awaitEnd();
        assertThat(b.numbersOf("p")).isEqualTo(upTo(1_000));
        assertThat(a.numbersOf("q")).isEqualTo(upTo(1_000));
    }

    @Test
    void everythingThatASubscriberSeesOfAMessageArrives() {
        LinkNode.meet(a, b);
        byte[] correlation = {0, 1, -1};
        MessageProperties properties = new MessageProperties(
                true,
                "text/plain",
                "answers/\u00e4",
                correlation,
                List.of(new UserProperty("k", "v"), new UserProperty("k", "")));
        long expiresAtMs = System.currentTimeMillis() + 60_000;
        Message message = new Message(
                TopicName.of("t/p"),
                new byte[] {1, 2},
                Qos.EXACTLY_ONCE,
                true,
                properties,
                "publisher",
                5,
                expiresAtMs);
        CountedHandOver handOver = new CountedHandOver();
        a.links.forward(b.id(), message, Audience.PLAIN, handOver);
        handOver.awaitEnd();
        Message there = b.delivered.remove().message();
        assertThat(there.topic()).isEqualTo(message.topic());
        assertThat(there.payload()).isEqualTo(message.payload());
        assertThat(there.qos()).isEqualTo(Qos.EXACTLY_ONCE);
        assertThat(there.retain()).as("for Retain As Published").isTrue();
        assertThat(there.publisher()).as("for No Local").isEqualTo("publisher");
        assertThat(there.properties().payloadIsUtf8()).isTrue();
        assertThat(there.properties().contentType()).isEqualTo("text/plain");
        assertThat(there.properties().responseTopic()).isEqualTo("answers/\u00e4");
        assertThat(there.properties().correlationData()).isEqualTo(correlation);
        assertThat(there.properties().userProperties()).isEqualTo(properties.userProperties());
        assertThat(there.expiresAtMs())
                .as("but for the time between two looks at clocks")
                .isBetween(expiresAtMs, expiresAtMs + 30_000);
    }

    @Test
    void largeMessagesPass() {
        LinkNode.meet(a, b);
        CountedHandOver handOver = new CountedHandOver();
        for (int bytes : new int[] {4, 65_536, 3 << 20, 1_000_000, 4}) {
            a.links.forward(
                    b.id(), TestMessages.message("p", Qos.AT_LEAST_ONCE, bytes, bytes), Audience.PLAIN, handOver);
        }
        handOver.awaitEnd();
        assertThat(b.delivered)
                .extracting(each -> each.message().payload().length)
                .containsExactly(4, 65_536, 3 << 20, 1_000_000, 4);
    }

    @Test
    void hundredCutsUnderLoadLoseNothingAndBringNothingTwice() throws InterruptedException {
        Queue<HandOver> taken = new ConcurrentLinkedQueue<>();
        b.inlet = (from, message, plain, groups, handOver) -> {
            if (message.qos() != Qos.AT_MOST_ONCE && TestMessages.number(message) % 3 == 0) {
                handOver.expect();
                taken.add(handOver); // another thread says that it is done
            }
            return List.of();
        };
        CountedHandOver handOver = new CountedHandOver();
        try (Wire wire = new Wire(b.links.port())) {
            a.links.here(b.peerAt(wire.port()));
            b.links.here(a.peer());
            Publishing p = new Publishing(a, b, "p", Qos.AT_LEAST_ONCE, handOver);
            Publishing q = new Publishing(a, b, "q", Qos.EXACTLY_ONCE, handOver);
            Taking taking = new Taking(taken);
            for (int cut = 1; cut <= 100; cut++) {
                long opened = cut;
                Await.until(
                        Await.DEFAULT,
                        () -> "the link is open for the " + opened + ". time; " + a.statusOf(b),
                        () -> a.count(LinkCounter.OPENED) >= opened);
                long came = b.count(LinkCounter.RECEIVED);
                Await.until("messages flow again", () -> b.count(LinkCounter.RECEIVED) > came + 100);
                wire.cut();
            }
            p.stop();
            q.stop();
            handOver.awaitEnd();
            taking.stop();
            assertThat(b.numbersOf("p")).isEqualTo(upTo(p.published()));
            assertThat(b.numbersOf("q")).isEqualTo(upTo(q.published()));
            assertThat(handOver.done.get()).isEqualTo(p.published() + q.published());
            assertThat(handOver.failures).isEmpty();
            assertThat(b.count(LinkCounter.DUPLICATES)).isZero();
            Await.until("the last cut is noticed", () -> a.count(LinkCounter.LOST) >= 100);
        }
    }

    @Test
    void handOverWaitsForThatOfTheOtherNode() {
        Queue<HandOver> taken = new ConcurrentLinkedQueue<>();
        b.inlet = (from, message, plain, groups, handOver) -> {
            handOver.expect();
            handOver.expect();
            taken.add(handOver);
            return List.of();
        };
        LinkNode.meet(a, b);
        CountedHandOver first = forward(0);
        CountedHandOver second = forward(1);
        Await.until("both have come", () -> taken.size() == 2);
        HandOver firstThere = taken.remove();
        HandOver secondThere = taken.remove();
        secondThere.done();
        secondThere.done();
        firstThere.done();
        assertThat(first.open()).isEqualTo(1);
        firstThere.done();
        first.awaitEnd();
        second.awaitEnd();
        assertThat(first.done.get()).isEqualTo(1);
        assertThat(second.done.get()).isEqualTo(1);
    }

    @Test
    void messageThatAnotherNodeCannotTakeFailsAlone() {
        b.inlet = (from, message, plain, groups, handOver) -> {
            if (TestMessages.number(message) == 1) {
                handOver.expect();
                handOver.failed("the disk is full");
            }
            return List.of();
        };
        LinkNode.meet(a, b);
        CountedHandOver before = forward(0);
        CountedHandOver failing = forward(1);
        CountedHandOver after = forward(2);
        after.awaitEnd();
        assertThat(before.done.get()).isEqualTo(1);
        assertThat(failing.failures).containsExactly("node b@127.0.0.1: the disk is full");
        assertThat(after.done.get()).isEqualTo(1);
        assertThat(a.count(LinkCounter.FAILED)).isEqualTo(1);
    }

    @Test
    void bugThatAMessageBringsToLightFailsIt() {
        b.inlet = (from, message, plain, groups, handOver) -> {
            if (TestMessages.number(message) == 0) {
                throw new IllegalStateException("thrown on purpose");
            }
            return List.of();
        };
        LinkNode.meet(a, b);
        CountedHandOver failing = forward(0);
        CountedHandOver after = forward(1);
        after.awaitEnd();
        assertThat(failing.failures).singleElement().asString().contains("an internal error");
        assertThat(a.count(LinkCounter.LOST)).isZero();
    }

    @Test
    void whatFailedIsToldThoughTheConnectionBrokeBeforeItWasHeard() {
        Queue<HandOver> taken = new ConcurrentLinkedQueue<>();
        b.inlet = (from, message, plain, groups, handOver) -> {
            handOver.expect();
            taken.add(handOver);
            return groups;
        };
        try (Wire wire = new Wire(b.links.port())) {
            a.links.here(b.peerAt(wire.port()));
            b.links.here(a.peer());
            a.awaitState(b, State.OPEN);
            wire.silent(true); // b gets nothing, and a will not hear
            CountedHandOver handOver = new CountedHandOver();
            wire.silent(false);
            a.links.forward(
                    b.id(),
                    TestMessages.message("p", Qos.AT_LEAST_ONCE, 0),
                    Audiences.of(b.id(), true, GROUP, OTHER_GROUP),
                    handOver);
            Await.until("it has come", () -> taken.size() == 1);
            wire.down(true);
            taken.remove().failed("the disk is full");
            Await.until("the link is lost", () -> a.count(LinkCounter.LOST) == 1);
            wire.down(false);
            handOver.awaitEnd();
            assertThat(handOver.failures).containsExactly("node b@127.0.0.1: the disk is full");
            assertThat(a.refusals).extracting(LinkNode.Refusal::group).containsExactly(GROUP, OTHER_GROUP);
            assertThat(b.delivered).hasSize(1);
        }
    }

    @Test
    void groupsWithoutMembersThereAreRefusedBeforeTheHandOverIsDone() {
        b.inlet = (from, message, plain, groups, handOver) -> List.of(OTHER_GROUP);
        CountedHandOver handOver = new CountedHandOver();
        Queue<Integer> openAtRefusal = new ConcurrentLinkedQueue<>();
        a.onRefusal = expects -> openAtRefusal.add(handOver.open());
        LinkNode.meet(a, b);
        Message message = TestMessages.message("p", Qos.AT_LEAST_ONCE, 0);
        a.links.forward(b.id(), message, Audiences.of(b.id(), false, GROUP, OTHER_GROUP), handOver);
        handOver.awaitEnd();
        assertThat(a.refusals).containsExactly(new LinkNode.Refusal(b.id(), OTHER_GROUP, message, true));
        assertThat(openAtRefusal).containsExactly(1);
        assertThat(b.delivered).singleElement().satisfies(each -> {
            assertThat(each.plain()).isFalse();
            assertThat(each.groups()).containsExactly(GROUP, OTHER_GROUP);
        });
    }

    @Test
    void goneNodeHoldsNoPublisherBackAndItsGroupsAreLookedForElsewhere() {
        b.inlet = (from, message, plain, groups, handOver) -> {
            handOver.expect();
            return List.of();
        };
        LinkNode.meet(a, b);
        CountedHandOver handOver = new CountedHandOver();
        Message once = TestMessages.message("p", Qos.AT_LEAST_ONCE, 0);
        a.links.forward(b.id(), once, Audiences.of(b.id(), true, GROUP), handOver);
        a.links.forward(
                b.id(), TestMessages.message("p", Qos.EXACTLY_ONCE, 1), Audiences.of(b.id(), true, GROUP), handOver);
        Await.until("they have come", () -> b.delivered.size() == 2);
        assertThat(handOver.open()).isEqualTo(2);
        a.links.gone(b.peer());
        handOver.awaitEnd();
        assertThat(handOver.done.get()).isEqualTo(2);
        // that of QoS 2 may have been given to a member of the group
        assertThat(a.refusals).containsExactly(new LinkNode.Refusal(b.id(), GROUP, once, false));
        assertThat(a.links.statuses()).isEmpty();
        assertThat(a.count(LinkCounter.ABANDONED)).isEqualTo(2);
    }

    @Test
    void nodeThatIsNotHereTakesNothingAndHoldsNobodyBack() {
        CountedHandOver handOver = new CountedHandOver();
        a.links.forward(
                b.id(), TestMessages.message("p", Qos.EXACTLY_ONCE, 0), Audiences.of(b.id(), true, GROUP), handOver);
        assertThat(handOver.expected.get()).isZero();
        assertThat(a.refusals).hasSize(1);
        assertThat(a.count(LinkCounter.ABANDONED)).isEqualTo(1);
    }

    @Test
    void nodeThatWasStartedAnewGetsNothingThatItsFormerRunWasToGet() {
        LinkNode.meet(a, b);
        forward(0).awaitEnd();
        b.close();
        CountedHandOver lost = forward(1);
        a.links.gone(b.peer());
        lost.awaitEnd();
        try (LinkNode again = new LinkNode("b", 2)) {
            LinkNode.meet(a, again);
            forward(2).awaitEnd();
            assertThat(again.numbersOf("p")).containsExactly(2);
        }
    }

    @Test
    void nodeThatWasGoneForAWhileGoesOn() {
        LinkNode.meet(a, b);
        forward(0).awaitEnd();
        for (int i = 1; i < 10; i++) {
            a.links.gone(b.peer());
            b.links.gone(a.peer());
            LinkNode.meet(a, b);
            forward(i).awaitEnd();
        }
        Await.until("all have come", () -> b.numbersOf("p").equals(upTo(10)));
    }

    @Test
    void nodeThatOnlyTheOtherSideThoughtGoneBringsNothingTwice() {
        Queue<HandOver> taken = new ConcurrentLinkedQueue<>();
        b.inlet = (from, message, plain, groups, handOver) -> {
            handOver.expect();
            taken.add(handOver);
            return List.of();
        };
        LinkNode.meet(a, b);
        CountedHandOver handOver = forward(0);
        Await.until("it has come", () -> taken.size() == 1);
        b.links.gone(a.peer());
        Await.until("the link is lost", () -> a.count(LinkCounter.LOST) == 1);
        b.links.here(a.peer());
        Await.until("the link is there again", () -> a.count(LinkCounter.OPENED) == 2);
        taken.remove().done();
        handOver.awaitEnd();
        assertThat(b.delivered).hasSize(1);
    }

    @Test
    void whatIsForwardedWhileTheLinksCloseHoldsNobodyBack() throws InterruptedException {
        for (int round = 0; round < 5; round++) {
            LinkNode c = new LinkNode("c");
            c.links.here(b.peer());
            CountedHandOver handOver = new CountedHandOver();
            AtomicBoolean stopped = new AtomicBoolean();
            Thread publisher = new Thread(() -> {
                for (int i = 0; !stopped.get(); i++) {
                    c.links.forward(b.id(), TestMessages.message("p", Qos.AT_LEAST_ONCE, i), Audience.PLAIN, handOver);
                    c.links.here(b.peer()); // too late, or it is closed as well
                }
            });
            publisher.start();
            Await.until("it forwards", () -> handOver.expected.get() > 10);
            c.close();
            stopped.set(true);
            publisher.join();
            handOver.awaitEnd();
            assertThat(c.links.statuses()).isEmpty();
        }
    }

    private CountedHandOver forward(int number) {
        CountedHandOver handOver = new CountedHandOver();
        a.links.forward(b.id(), TestMessages.message("p", Qos.AT_LEAST_ONCE, number), Audience.PLAIN, handOver);
        return handOver;
    }

    private static List<Integer> upTo(int count) {
        return IntStream.range(0, count).boxed().toList();
    }
}
