package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.testing.Await;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HazelcastMembershipTest {
    private final List<TestNode> nodes = new ArrayList<>();
    private Set<String> threadsBefore = Set.of();

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("hz.") || name.startsWith("wkmq-"))
                .collect(Collectors.toSet());
    }

    private TestNode add(TestNode node) {
        nodes.add(node);
        return node;
    }

    @BeforeEach
    void rememberThreads() {
        threadsBefore = threads();
    }

    @AfterEach
    void stopAllAndLeaveNoThread() {
        nodes.forEach(TestNode::close);
        Await.until(Await.DEFAULT, () -> "threads are left: " + threads(), () -> threadsBefore.containsAll(threads()));
    }

    @Test
    void aNodeWithoutSeedsIsAClusterOfOne() {
        TestNode a = add(TestNode.start("a"));

        assertThat(a.membership.peers()).isEmpty();
        assertThat(a.membership.self()).isEqualTo(a.self);
        assertThat(a.membership.address().host()).isEqualTo(TestNode.HOST);
    }

    @Test
    void aNodeNeedsFewThreads() {
        add(TestNode.start("a"));

        Set<String> started = threads();
        started.removeAll(threadsBefore);
        assertThat(started).as("threads of one node").hasSizeLessThan(24);
    }

    @Test
    void nodesMeetAtTheirSeedAndSeeWhatEachAnnounces() {
        TestNode a = add(TestNode.start("a"));
        TestNode b = add(TestNode.start("b", a.port()));
        TestNode c = add(TestNode.start("c", a.port()));

        a.awaitSees("b", "c");
        b.awaitSees("a", "c");
        c.awaitSees("a", "b");
        assertThat(c.membership.peers()).containsExactlyInAnyOrder(a.self, b.self);
        assertThat(c.membership.addresses())
                .isEqualTo(Map.of(
                        a.id(), new SeedAddress(TestNode.HOST, a.port()),
                        b.id(), new SeedAddress(TestNode.HOST, b.port())));
    }

    @Test
    void listenersAreToldOfThoseWhoAreHereThenOfChanges() {
        TestNode a = add(TestNode.start("a"));
        TestNode b = TestNode.start("b", a.port());
        a.awaitTold("here b");
        b.awaitTold("here a");

        b.close();

        a.awaitTold("here b", "gone b");
    }

    @Test
    void aProcessThatIsStartedAnewIsAnotherRunOfTheSameNode() {
        TestNode a = add(TestNode.start("a"));
        int port = TestNode.freePort();
        Peer first = TestNode.peer("b");
        try (TestNode firstB = TestNode.start(first, TestNode.settings(port), a.port())) {
            firstB.awaitSees("a");
        }
        Peer second = TestNode.peer("b", first.id());

        add(TestNode.start(second, TestNode.settings(port), a.port()));

        a.awaitTold("here b", "gone b", "here b");
        assertThat(a.membership.peers()).containsExactly(second);
    }

    @Test
    void theFirstFreePortOfTheRangeIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            MemberSettings settings =
                    TestNode.settings("test", TestNode.HOST, new MemberSettings.Ports(port, port + 20), true);

            TestNode a = add(TestNode.start(TestNode.peer("a"), settings));

            assertThat(a.port()).isBetween(port + 1, port + 20);
        }
    }

    @Test
    void withoutAFreePortTheStartFailsAndSaysSo() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            MemberSettings settings = TestNode.settings(taken.getLocalPort());

            assertThatThrownBy(() -> TestNode.start(TestNode.peer("a"), settings))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("No port of " + taken.getLocalPort());
        }
    }

    @Test
    void twoNodesThatStartTogetherEndAsOneCluster() {
        for (int round = 0; round < 5; round++) {
            CompletableFuture<Void> pair = inBackground(HazelcastMembershipTest::startTwoTogether);
            startTwoTogether();
            pair.join();
        }
    }

    private static void startTwoTogether() {
        int portA = TestNode.freePort();
        int portB = TestNode.freePort();
        AtomicReference<TestNode> started = new AtomicReference<>();
        CompletableFuture<Void> starting = inBackground(
                () -> started.set(TestNode.start(TestNode.peer("b"), TestNode.settings(portB), portA, portB)));
        try (TestNode a = TestNode.start(TestNode.peer("a"), TestNode.settings(portA), portA, portB)) {
            starting.join();
            try (TestNode b = Objects.requireNonNull(started.get())) {
                a.awaitSees("b");
                b.awaitSees("a");
            }
        }
    }

    private static CompletableFuture<Void> inBackground(Runnable task) {
        return CompletableFuture.runAsync(task, runs -> new Thread(runs, "starter").start());
    }
}
