package io.wkmq.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.security.Cookie;
import io.wkmq.cluster.transport.LinkStatus.State;
import io.wkmq.routing.Audience;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.RemoteMembers;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
class NodeLinkLimitsTest {
    private static final Cookie COOKIE = Cookie.of("secret");
    private static final long MESSAGE_BYTES =
            TestMessages.message("p", Qos.AT_MOST_ONCE, 0, 1_000).bytes();

    @Test
    void qosZeroIsDroppedAndWhatNobodyCanBeHeldBackForIsRejectedAtTheirBounds() {
        try (LinkNode a = node("a", 10 * MESSAGE_BYTES, Duration.ofMinutes(1));
                LinkNode b = new LinkNode("b")) {
            a.links.here(b.peer()); // b does not take the link yet
            CountedHandOver handOver = new CountedHandOver();
            for (int i = 0; i < 15; i++) {
                forward(a, b, Qos.AT_MOST_ONCE, i, handOver);
            }
            assertThat(a.count(LinkCounter.DROPPED)).isEqualTo(5);
            for (int i = 0; i < 170; i++) {
                forward(a, b, Qos.AT_LEAST_ONCE, 100 + i, handOver);
            }
            assertThat(handOver.failures)
                    .hasSize(20)
                    .allMatch(each -> each.equals("the link to node b@127.0.0.1 is full"));
            assertThat(a.count(LinkCounter.REJECTED)).isEqualTo(20);
            assertThat(a.statusOf(b).queuedBytes()).isEqualTo(160 * MESSAGE_BYTES);

            b.links.here(a.peer());
            handOver.awaitEnd();
            assertThat(b.numbersOf("p"))
                    .isEqualTo(IntStream.concat(IntStream.range(0, 10), IntStream.range(100, 250))
                            .boxed()
                            .toList());
            assertThat(handOver.done.get()).isEqualTo(150);
            a.awaitEmptyQueue(b);
        }
    }

    @Test
    void slowNodeTakesABoundedPartAndStaysReachable() {
        Queue<HandOver> taken = new ConcurrentLinkedQueue<>();
        try (LinkNode a = node("a", 1_000 * MESSAGE_BYTES);
                LinkNode b = node("b", 20 * MESSAGE_BYTES)) {
            b.inlet = (from, message, plain, groups, handOver) -> {
                handOver.expect();
                taken.add(handOver);
                return List.of();
            };
            LinkNode.meet(a, b);
            CountedHandOver handOver = new CountedHandOver();
            for (int i = 0; i < 3_000; i++) {
                forward(a, b, Qos.AT_LEAST_ONCE, i, handOver);
            }
            Await.until("the node takes what it may", () -> taken.size() > 20);
            long deadline = System.nanoTime() + Duration.ofMillis(300).toNanos();
            Await.until("the time passes", () -> System.nanoTime() > deadline);
            // what was read before reading stopped is worked off; that is two buffers at most
            assertThat(taken).hasSizeLessThan(20 + 2 * 256 * 1024 / 1_000);
            int done = 0;
            while (done < 3_000) {
                HandOver next = taken.poll();
                if (next != null) {
                    next.done();
                    done++;
                }
            }
            handOver.awaitEnd();
            assertThat(b.numbersOf("p"))
                    .isEqualTo(IntStream.range(0, 3_000).boxed().toList());
            assertThat(a.statusOf(b).state()).isEqualTo(State.OPEN);
            assertThat(a.count(LinkCounter.LOST)).isZero();
        }
    }

    @Test
    void nodeThatDoesNotReadIsHeardAllTheSame() {
        Queue<HandOver> taken = new ConcurrentLinkedQueue<>();
        try (LinkNode a = LinkNode.withoutClock("a", 8 << 20);
                LinkNode b = LinkNode.withoutClock("b", 1)) {
            b.inlet = (from, message, plain, groups, handOver) -> {
                handOver.expect();
                taken.add(handOver);
                return List.of();
            };
            LinkNode.meet(a, b);
            CountedHandOver handOver = new CountedHandOver();
            forward(a, b, Qos.AT_LEAST_ONCE, 0, handOver);
            Await.until("it is there", () -> taken.size() == 1);
            for (int i = 0; i < 3 * LinkSettings.MISSES_MAX; i++) {
                b.beat();
                a.beat();
            }
            taken.remove().done();
            handOver.awaitEnd();
            assertThat(a.count(LinkCounter.LOST)).isZero();
        }
    }

    @Test
    void silentNodeIsUnreachableUntilItIsHeardAgain() {
        try (LinkNode a = LinkNode.withoutClock("a", 8 << 20);
                LinkNode b = LinkNode.withoutClock("b", 8 << 20);
                Wire wire = new Wire(b.port())) {
            a.links.here(b.peerAt(wire.port()));
            b.links.here(a.peer());
            a.awaitState(b, State.OPEN);
            wire.silent(true);
            LinkNode.beatUntilUnreachable(a, b);
            assertThat(a.statusOf(b).problem()).isNotEmpty();
            wire.silent(false);
            wire.cut();
            a.awaitState(b, State.OPEN);
            CountedHandOver handOver = new CountedHandOver();
            forward(a, b, Qos.AT_LEAST_ONCE, 0, handOver);
            handOver.awaitEnd();
            assertThat(b.numbersOf("p")).containsExactly(0);
        }
    }

    @Test
    void nodeThatDoesNotSeeThisOneYetIsWaitedForLonger() {
        try (LinkNode a = node("a", 8 << 20, Duration.ofSeconds(1));
                LinkNode b = node("b", 8 << 20, Duration.ofSeconds(1))) {
            long began = System.nanoTime();
            a.links.here(b.peer());
            CountedHandOver handOver = new CountedHandOver();
            forward(a, b, Qos.AT_LEAST_ONCE, 0, handOver);
            Await.until(
                    "more heartbeats are over than may be missed",
                    () -> System.nanoTime() - began > Duration.ofMillis(5_200).toNanos());
            b.links.here(a.peer());
            handOver.awaitEnd();
            assertThat(b.numbersOf("p")).containsExactly(0);
        }
    }

    @Test
    void nodeThatNeverSeesThisOneIsUnreachable() {
        try (LinkNode a = node("a", 8 << 20, Duration.ofMillis(50));
                LinkNode b = node("b", 8 << 20, Duration.ofMillis(50))) {
            a.links.here(b.peer());
            CountedHandOver handOver = new CountedHandOver();
            forward(a, b, Qos.AT_LEAST_ONCE, 0, handOver);
            a.awaitState(b, State.UNREACHABLE);
            handOver.awaitEnd();
            a.awaitProblem(b, "does not see a@127.0.0.1");
        }
    }

    @Test
    void unreachableNodeHoldsNoPublisherBackAndGetsNothingLate() {
        try (LinkNode a = LinkNode.withoutClock("a", 8 << 20);
                LinkNode b = LinkNode.withoutClock("b", 8 << 20);
                Wire wire = new Wire(b.port())) {
            a.links.here(b.peerAt(wire.port()));
            b.links.here(a.peer());
            CountedHandOver handOver = new CountedHandOver();
            for (int i = 0; i < 10; i++) {
                forward(a, b, Qos.AT_LEAST_ONCE, i, handOver);
            }
            handOver.awaitEnd();
            wire.silent(true);
            Message once = TestMessages.message("p", Qos.AT_LEAST_ONCE, 10);
            Audience group = Audiences.of(b.id(), true, SubscriptionFilter.parse("$share/g/t/#"));
            a.links.forward(b.id(), once, group, handOver);
            a.links.forward(b.id(), TestMessages.message("p", Qos.EXACTLY_ONCE, 11), group, handOver);
            LinkNode.beatUntilUnreachable(a, b);
            handOver.awaitEnd();
            assertThat(a.links.reaches(b.id())).isFalse();
            assertThat(a.refusals)
                    .as("that of QoS 2 may have been given to a member of the group")
                    .extracting(LinkNode.Refusal::message)
                    .containsExactly(once);
            int expected = handOver.expected.get();
            Message meanwhile = TestMessages.message("p", Qos.EXACTLY_ONCE, 12);
            a.links.forward(b.id(), meanwhile, group, handOver);
            assertThat(handOver.expected.get()).isEqualTo(expected);
            assertThat(a.refusals).hasSize(2).allMatch(refusal -> !refusal.reached());
            assertThat(a.statusOf(b).queuedBytes()).isZero();

            wire.silent(false);
            wire.cut();
            a.awaitState(b, State.OPEN);
            assertThat(a.links.reaches(b.id())).isTrue();
            for (int i = 13; i < 20; i++) {
                forward(a, b, Qos.AT_LEAST_ONCE, i, handOver);
            }
            handOver.awaitEnd();
            assertThat(handOver.failures).isEmpty();
            assertThat(b.numbersOf("p"))
                    .isEqualTo(IntStream.concat(IntStream.range(0, 10), IntStream.range(13, 20))
                            .boxed()
                            .toList());
            assertThat(b.count(LinkCounter.DUPLICATES)).isZero();
        }
    }

    @Test
    void nodeThatNothingListensForIsUnreachableWithAReason() throws IOException {
        int free;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = closed.getLocalPort();
        }
        LinkNode.Stranger b = new LinkNode.Stranger("b", "127.0.0.1", free);
        try (LinkNode a = node("a", 8 << 20, Duration.ofMillis(100))) {
            a.links.here(b.peer());
            Await.until("it is unreachable", () -> a.links.statuses().get(0).state() == State.UNREACHABLE);
            Await.until(
                    "the reason is told",
                    () -> a.links.statuses().get(0).problem().contains("No connection"));
        }
    }

    @Test
    void hostNameThatIsNoneIsAReason() {
        try (LinkNode a = new LinkNode("a")) {
            LinkNode.Stranger b = new LinkNode.Stranger("b", "no-such-host.invalid", 1);
            a.links.here(b.peer());
            Await.until(
                    "the reason is told",
                    () -> a.links.statuses().get(0).problem().contains("no-such-host.invalid cannot be resolved"));
        }
    }

    @Test
    void takesTheFirstPortThatIsFreeAndSaysSoIfNoneIs() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            LinkSettings two =
                    new LinkSettings("127.0.0.1", port, Math.min(port + 20, 65_535), 1, Duration.ofSeconds(1));
            try (LinkNode a = new LinkNode("a", 1, COOKIE, null, two)) {
                assertThat(a.links.port()).isBetween(port + 1, port + 20);
            }
            LinkSettings one = new LinkSettings("127.0.0.1", port, port, 1, Duration.ofSeconds(1));
            assertThatThrownBy(() -> start(one, COOKIE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No port from " + port + " to " + port + " is free on 127.0.0.1");
        }
    }

    @Test
    void addressThatOthersReachIsNotListenedOnWithoutASecret() {
        LinkSettings anywhere = new LinkSettings("0.0.0.0", 0, 0, 1, Duration.ofSeconds(1));
        assertThatThrownBy(() -> start(anywhere, null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("neither a cookie nor TLS");
    }

    @Test
    void addressOfAnotherMachineIsSaidToBeNone() {
        LinkSettings elsewhere = new LinkSettings("192.0.2.1", 6369, 6379, 1, Duration.ofSeconds(1));
        assertThatThrownBy(() -> start(elsewhere, COOKIE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("192.0.2.1");
    }

    @ParameterizedTest
    @CsvSource({"-1,1,1,1000", "2,1,1,1000", "1,65536,1,1000", "1,1,0,1000", "1,1,1,0"})
    void settingsThatCannotBeAreRefused(int portMin, int portMax, long bytes, long heartbeatMs) {
        assertThatThrownBy(() -> new LinkSettings("127.0.0.1", portMin, portMax, bytes, Duration.ofMillis(heartbeatMs)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    private static void start(LinkSettings settings, @Nullable Cookie cookie) throws IOException {
        ClusterFront front = new ClusterFront("wkmq", LinkNode.node("a"), 1, 1, cookie, null);
        NodeLinks.start(
                        settings,
                        front,
                        (from, message, plain, groups, handOver) -> List.of(),
                        new Refusals() {
                            @Override
                            public void refused(RemoteMembers members, Message message, HandOver handOver) {}

                            @Override
                            public void notReached(RemoteMembers members, Message message, HandOver handOver) {}
                        },
                        Clock.systemUTC())
                .close();
    }

    private static LinkNode node(String name, long queueBytes) {
        return node(name, queueBytes, LinkNode.HEARTBEAT);
    }

    private static LinkNode node(String name, long queueBytes, Duration heartbeat) {
        return new LinkNode(name, 1, COOKIE, null, new LinkSettings("127.0.0.1", 0, 0, queueBytes, heartbeat));
    }

    private static void forward(LinkNode a, LinkNode b, Qos qos, int number, HandOver handOver) {
        a.links.forward(b.id(), TestMessages.message("p", qos, number, 1_000), Audience.PLAIN, handOver);
    }
}
