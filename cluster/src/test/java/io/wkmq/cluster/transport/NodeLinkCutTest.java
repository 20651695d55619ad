package io.wkmq.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.security.Cookie;
import io.wkmq.cluster.transport.LinkStatus.State;
import io.wkmq.routing.Audience;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the fate of messages when the connection breaks, at any byte and in one direction or both. */
@ExtendWith(LeakCheck.class)
class NodeLinkCutTest {
    private static final Duration LONG = Duration.ofSeconds(20); // nobody becomes unreachable
    private static final SubscriptionFilter GROUP = SubscriptionFilter.parse("$share/g/t/#");

    private final long seed = Long.getLong("wkmq.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final CountedHandOver handOver = new CountedHandOver();
    private final Queue<HandOver> taken = new ConcurrentLinkedQueue<>();

    @AfterEach
    void printSeed() {
        System.out.println("NodeLinkCutTest: wkmq.test.seed=" + seed);
    }

    @Test
    void tenThousandMessagesOverALinkThatBreaksAtAnyByteComeOnceAndInOrder() throws InterruptedException {
        List<String> publishers = List.of("p", "q", "r", "s");
        int each = 2_500;
        try (LinkNode a = node("a", LONG);
                LinkNode b = node("b", LONG);
                Wire wire = new Wire(b.links.port())) {
            b.inlet = (from, message, plain, groups, takers) -> {
                if (TestMessages.number(message) % 3 == 0) {
                    takers.expect();
                    taken.add(takers); // another thread says that it is done
                }
                return List.of();
            };
            Random lives = new Random(random.nextLong());
            wire.life(() -> lives.nextInt(10) == 0 ? lives.nextInt(600) : lives.nextInt(120_000));
            a.links.here(b.peerAt(wire.port()));
            b.links.here(a.peer());
            Taking taking = new Taking(taken);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < publishers.size(); i++) {
                String publisher = publishers.get(i);
                Qos qos = Qos.of(1 + i % 2);
                Thread thread = new Thread(() -> {
                    for (int number = 0; number < each; number++) {
                        Message message = TestMessages.message(publisher, qos, number, 200);
                        a.links.forward(b.id(), message, Audience.PLAIN, handOver);
                    }
                });
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join();
            }
            Await.until(
                    Duration.ofSeconds(60),
                    () -> "all are done; " + handOver + ", seed " + seed,
                    () -> handOver.open() == 0);
            taking.stop();
            assertThat(handOver.failures).isEmpty();
            assertThat(handOver.done.get()).isEqualTo(publishers.size() * each);
            for (String publisher : publishers) {
                assertThat(b.numbersOf(publisher)).describedAs("seed %s", seed).isEqualTo(upTo(each));
            }
            assertThat(a.count(LinkCounter.LOST)).isGreaterThan(5);
            assertThat(a.count(LinkCounter.ABANDONED)).isZero();
        }
    }

    @Test
    void whatArrivedButCouldNotBeAcknowledgedDoesNotComeTwice() {
        try (LinkNode a = node("a", LONG);
                LinkNode b = node("b", LONG);
                Wire wire = new Wire(b.links.port())) {
            a.links.here(b.peerAt(wire.port()));
            b.links.here(a.peer());
            a.awaitState(b, State.OPEN);
            for (int round = 0; round < 10; round++) {
                int count = 1 + random.nextInt(500);
                int first = b.delivered.size();
                wire.silentBack(true);
                for (int i = 0; i < count; i++) {
                    forward(a, b, Qos.of(1 + random.nextInt(2)), first + i, Audience.PLAIN);
                }
                Await.until("all have come", () -> b.delivered.size() == first + count);
                long lost = a.count(LinkCounter.LOST);
                wire.silentBack(false);
                wire.cut();
                Await.until("the cut was noticed", () -> a.count(LinkCounter.LOST) > lost);
                a.awaitState(b, State.OPEN); // or the next round's silence might keep it from being made anew
                handOver.awaitEnd();
            }
            assertThat(b.numbersOf("p")).describedAs("seed %s", seed).isEqualTo(upTo(b.delivered.size()));
            assertThat(handOver.failures).isEmpty();
        }
    }

    @Test
    void oneWayCutHoldsNobodyBackAndBringsNothingTwiceOrLate() {
        try (LinkNode a = LinkNode.withoutClock("a", 8 << 20);
                LinkNode b = LinkNode.withoutClock("b", 8 << 20);
                Wire wire = new Wire(b.port())) {
            a.links.here(b.peerAt(wire.port()));
            b.links.here(a.peer());
            int number = 0;
            for (int round = 0; round < 3; round++) {
                a.awaitState(b, State.OPEN);
                wire.silentBack(true);
                int count = 1 + random.nextInt(50);
                for (int i = 0; i < count; i++) {
                    forward(a, b, Qos.of(1 + random.nextInt(2)), number++, Audience.PLAIN);
                }
                int forwarded = number;
                Await.until("all have come", () -> b.delivered.size() == forwarded);
                LinkNode.beatUntilUnreachable(a, b);
                handOver.awaitEnd();
                forward(a, b, Qos.AT_LEAST_ONCE, -1, Audience.PLAIN); // never comes
                wire.silentBack(false);
                wire.cut();
            }
            a.awaitState(b, State.OPEN);
            forward(a, b, Qos.AT_LEAST_ONCE, number++, Audience.PLAIN);
            handOver.awaitEnd();
            assertThat(handOver.failures).isEmpty();
            assertThat(b.numbersOf("p")).describedAs("seed %s", seed).isEqualTo(upTo(number));
        }
    }

    @Test
    void whatWaitsForANodeThatHasGivenThisOneUpDoesNotComeLate() {
        try (LinkNode a = LinkNode.withoutClock("a", 8 << 20);
                LinkNode b = LinkNode.withoutClock("b", 8 << 20);
                Wire there = new Wire(b.port());
                Wire back = new Wire(a.port())) {
            a.links.here(b.peerAt(there.port()));
            b.links.here(a.peerAt(back.port()));
            a.awaitState(b, State.OPEN);
            b.awaitState(a, State.OPEN);
            there.down(true);
            back.down(true);
            a.awaitState(b, State.CONNECTING);
            forward(a, b, Qos.AT_LEAST_ONCE, 0, Audience.PLAIN);
            b.awaitState(a, State.CONNECTING);
            Await.until("b gives a up", () -> {
                b.beat();
                return b.statusOf(a).state() == State.UNREACHABLE;
            });

            there.down(false);
            a.awaitState(b, State.OPEN);
            handOver.awaitEnd();
            forward(a, b, Qos.AT_LEAST_ONCE, 1, Audience.PLAIN);
            handOver.awaitEnd();
            assertThat(b.numbersOf("p")).containsExactly(1);
            assertThat(handOver.failures).isEmpty();

            back.down(false);
            b.awaitState(a, State.OPEN);
            forward(b, a, Qos.AT_LEAST_ONCE, 2, Audience.PLAIN);
            handOver.awaitEnd();
            assertThat(a.numbersOf("p")).containsExactly(2);
            assertThat(a.statusOf(b).state())
                    .describedAs("nobody gives up who is told")
                    .isEqualTo(State.OPEN);
            assertThat(a.count(LinkCounter.ABANDONED)).isEqualTo(1);
            assertThat(b.count(LinkCounter.ABANDONED)).isZero();
        }
    }

    @Test
    void whatANodeMayHaveTakenBeforeItWasGoneIsOfferedAgainByItsQos() {
        for (int round = 0; round < 20; round++) {
            try (LinkNode a = node("a", LONG);
                    LinkNode b = node("b", LONG);
                    Wire wire = new Wire(b.links.port())) {
                long life = 1_000L + random.nextInt(400_000);
                wire.life(() -> life);
                a.links.here(b.peerAt(wire.port()));
                b.links.here(a.peer());
                a.awaitState(b, State.OPEN);
                Audience group = Audiences.of(b.id(), true, GROUP);
                int count = 1_000;
                for (int i = 0; i < count; i++) {
                    forward(a, b, Qos.of(1 + i % 2), i, group);
                }
                Await.until(
                        "some have come, or the link is lost",
                        () -> b.delivered.size() > count / 2 || a.count(LinkCounter.LOST) > 0);
                a.links.gone(b.peer());
                handOver.awaitEnd();
                assertThat(handOver.failures).isEmpty();
                b.links.gone(a.peer());
                List<Integer> numbers = b.numbersOf("p");
                Set<Integer> came = new HashSet<>(numbers);
                assertThat(numbers)
                        .as("nothing twice, seed %s", seed)
                        .hasSize(came.size())
                        .isSorted();
                Set<Integer> again = new HashSet<>();
                a.refusals.forEach(refusal -> again.add(TestMessages.number(refusal.message())));
                assertThat(a.refusals).as("each is offered once, seed %s", seed).hasSize(again.size());
                for (int i = 0; i < count; i++) {
                    boolean exactlyOnce = i % 2 == 1;
                    if (exactlyOnce) {
                        assertThat(came.contains(i) && again.contains(i))
                                .as("QoS 2 at most once: %s, seed %s", i, seed)
                                .isFalse();
                    } else {
                        assertThat(came.contains(i) || again.contains(i))
                                .as("QoS 1 at least once: %s, seed %s", i, seed)
                                .isTrue();
                    }
                }
            }
        }
    }

    private void forward(LinkNode a, LinkNode b, Qos qos, int number, Audience audience) {
        a.links.forward(b.id(), TestMessages.message("p", qos, number, 200), audience, handOver);
    }

    private static LinkNode node(String name, Duration heartbeat) {
        LinkSettings settings = new LinkSettings("127.0.0.1", 0, 0, 8 << 20, heartbeat);
        return new LinkNode(name, 1, Cookie.of("secret"), null, settings);
    }

    private static List<Integer> upTo(int count) {
        return IntStream.range(0, count).boxed().toList();
    }
}
