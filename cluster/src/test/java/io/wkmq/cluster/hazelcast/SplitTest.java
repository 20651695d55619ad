package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.MembershipStatus;
import io.wkmq.routing.NodeId;
import io.wkmq.testing.Await;
import io.wkmq.testing.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests splits of the cluster, made by nodes of the two sides refusing each other's connections. */
final class SplitTest {
    private final List<TestNode> nodes = new ArrayList<>();

    private TestNode start(String name, boolean heal, TestNode... seeds) {
        int[] ports = new int[seeds.length];
        for (int i = 0; i < seeds.length; i++) {
            ports[i] = seeds[i].port();
        }
        TestNode node = TestNode.start(TestNode.peer(name), TestNode.settings(TestNode.freePort(), heal), ports);
        nodes.add(node);
        return node;
    }

    @AfterEach
    void stopAll() {
        nodes.parallelStream().forEach(TestNode::close);
    }

    private static void cut(List<TestNode> one, List<TestNode> other) {
        refuse(one, ids(other));
        refuse(other, ids(one));
        for (TestNode from : one) {
            for (TestNode to : other) {
                var address = to.membership.running().address();
                from.membership.running().expel(address, "The line is cut");
            }
        }
        for (TestNode from : other) {
            for (TestNode to : one) {
                from.membership.running().expel(to.membership.running().address(), "The line is cut");
            }
        }
    }

    private static void mend(List<TestNode> nodes) {
        refuse(nodes, Set.of());
    }

    private static void refuse(List<TestNode> nodes, Set<NodeId> others) {
        nodes.forEach(node -> node.membership.admission().leaveBehind(others));
    }

    private static Set<NodeId> ids(List<TestNode> nodes) {
        return nodes.stream().map(TestNode::id).collect(Collectors.toSet());
    }

    private static MembershipStatus.Heal last(MembershipStatus.Heals heals) {
        return Objects.requireNonNull(heals.last());
    }

    private static List<Merge> merges(TestNode node) {
        List<Merge> merges = new CopyOnWriteArrayList<>();
        node.membership.listen((MergeListener) merges::add);
        return merges;
    }

    @Test
    void aNodeThatWasCutOffComesBackByItselfAndTheOthersKeepEachOther() {
        TestNode a = start("a", true);
        TestNode b = start("b", true, a);
        TestNode c = start("c", true, a);
        a.awaitTold("here b", "here c");
        b.awaitTold("here a", "here c");
        List<Merge> merges = merges(c);

        cut(List.of(a, b), List.of(c));
        a.awaitSees("b");
        b.awaitSees("a");
        c.awaitSees();
        mend(List.of(a, b, c));

        c.awaitSees("a", "b");
        a.awaitTold("here b", "here c", "gone c", "here c");
        b.awaitTold("here a", "here c", "gone c", "here c");
        Await.until("c knows of its merge", () -> merges.stream().anyMatch(Merge::gained));
        Merge merge = merges.get(merges.size() - 1);
        assertThat(merge.ordered()).isFalse();
        assertThat(merge.failed()).isFalse();
        assertThat(merge.before()).isEmpty();
        assertThat(merge.after()).contains(a.self.node());
        MembershipStatus.Heals healsOfA = a.membership.status().heals();
        assertThat(healsOfA.count()).isOne();
        assertThat(last(healsOfA).cameBack()).containsExactly(c.self.node());
        assertThat(last(healsOfA).stayed()).containsExactly(a.self.node(), b.self.node());
        Await.until(
                "c knows that both came back",
                () -> c.membership.status().heals().last() != null
                        && last(c.membership.status().heals()).cameBack().size() == 2);
        MembershipStatus.Heals healsOfC = c.membership.status().heals();
        assertThat(healsOfC.count()).isOne();
        assertThat(last(healsOfC).cameBack()).containsExactlyInAnyOrder(a.self.node(), b.self.node());
        assertThat(last(healsOfC).stayed()).containsExactly(c.self.node());
    }

    @Test
    void twoFollowersThatWereCutOffFromEachOtherTrustEachOtherAgain() {
        TestNode a = start("a", true);
        TestNode b = start("b", true, a);
        TestNode c = start("c", true, a);
        b.awaitSees("a", "c");
        c.awaitSees("a", "b");
        cut(List.of(b), List.of(c));
        mend(List.of(b, c));

        for (int sign = 1; sign <= 3; sign++) {
            long ofB = sign(c, b);
            long ofC = sign(b, c);
            Await.until(
                    TestNode.LIMIT,
                    () -> "b and c give each other signs of life",
                    () -> sign(c, b) != ofB && sign(b, c) != ofC);
        }
        assertThat(Stream.of(a, b, c).flatMap(node -> node.told.stream())).noneMatch(event -> event.startsWith("gone"));
    }

    private static long sign(TestNode hearing, TestNode heard) {
        return Objects.requireNonNull(hearing.membership
                .running()
                .signs()
                .get(heard.membership.running().address()));
    }

    @Test
    void halvesOfAClusterBecomeOneAndNobodyLosesThoseOfItsOwnHalf() {
        TestNode a = start("a", true);
        TestNode b = start("b", true, a);
        TestNode c = start("c", true, a);
        TestNode d = start("d", true, a);
        for (TestNode node : nodes) {
            Await.until(TestNode.LIMIT, () -> "all see all", () -> node.sees().size() == 3);
        }

        cut(List.of(a, b), List.of(c, d));
        a.awaitSees("b");
        b.awaitSees("a");
        c.awaitSees("d");
        d.awaitSees("c");
        mend(nodes);

        a.awaitSees("b", "c", "d");
        b.awaitSees("a", "c", "d");
        c.awaitSees("a", "b", "d");
        d.awaitSees("a", "b", "c");
        assertThat(a.told).doesNotContain("gone b");
        assertThat(b.told).doesNotContain("gone a");
    }

    @Test
    void aNodeThatIsRemovedWhileItIsCutOffIsTakenByNeitherSideAfterwards() {
        removeAcrossASplit(1);
    }

    /** Its part cannot become one with the other before it is out of it. */
    @Test
    void aNodeThatIsRemovedWhileItLeadsTheOtherSideLeavesThatToo() {
        removeAcrossASplit(0);
    }

    private void removeAcrossASplit(int place) {
        TestNode a = start("a", true);
        TestNode b = start("b", true, a);
        TestNode c = start("c", true, a); // of those who stay the one that came first leads
        b.awaitSees("a", "c");
        TestNode d = start("d", true, a);
        for (TestNode node : nodes) {
            Await.until(TestNode.LIMIT, () -> "all see all", () -> node.sees().size() == 3);
        }
        TestNode out = List.of(c, d).get(place);
        TestNode stays = List.of(d, c).get(place);

        cut(List.of(a, b), List.of(c, d));
        a.awaitSees("b");
        b.awaitSees("a");
        c.awaitSees("d");
        d.awaitSees("c");
        assertThat(a.membership.remove(out.id()).outcome()).isEqualTo(ChangeResult.Outcome.DONE);
        mend(nodes);

        String name = stays.self.node().name().name();
        a.awaitSees("b", name);
        b.awaitSees("a", name);
        stays.awaitSees("a", "b");
        out.awaitSees();
        Await.until("it knows why", () -> out.membership.status().keptOut() != null);
        assertThat(Objects.requireNonNull(out.membership.status().keptOut()).why())
                .contains("removed", "'cluster join'");
        Deadline quiet = Deadline.after(Duration.ofSeconds(3)); // some looks for other clusters
        while (!quiet.passed()) {
            assertThat(out.sees()).isEmpty();
            assertThat(stays.sees()).containsExactlyInAnyOrder("a", "b");
            LockSupport.parkNanos(10_000_000);
        }

        assertThat(out.membership.join(b.membership.address()).outcome()).isEqualTo(ChangeResult.Outcome.DONE);
        out.awaitSees("a", "b", name);
        stays.awaitSees("a", "b", out.self.node().name().name());
    }

    @Test
    void aNodeThatWasPausedIsGoneAndComesBackByItself() throws Exception {
        TestNode a = start("a", true);
        TestNode b = start("b", true, a);
        a.awaitSees("b");
        try (MemberProcess c = MemberProcess.start("c", a.port())) {
            a.awaitSees("b", "c");
            b.awaitSees("a", "c");

            c.pause();
            a.awaitTold("here b", "here c", "gone c");
            b.awaitTold("here a", "here c", "gone c");
            c.resume();

            a.awaitTold("here b", "here c", "gone c", "here c");
            b.awaitTold("here a", "here c", "gone c", "here c");
            assertThat(a.membership.status().heals().count()).isOne();
        }
    }

    @Test
    void withoutAutohealNodesStayApartUntilAnAdministratorJoinsThem() {
        TestNode a = start("a", false);
        TestNode b = start("b", false, a);
        b.awaitSees("a");
        cut(List.of(a), List.of(b));
        a.awaitSees();
        b.awaitSees();
        mend(nodes);

        Deadline deadline = Deadline.after(Duration.ofSeconds(4));
        while (!deadline.passed()) {
            assertThat(b.sees()).isEmpty();
            LockSupport.parkNanos(10_000_000);
        }
        ChangeResult result = b.membership.join(a.membership.address());

        assertThat(result.ok()).as(result.text()).isTrue();
        a.awaitSees("b");
    }

    @Test
    void withoutAutohealNodesThatNeverMetStillFindEachOther() {
        int late = TestNode.freePort();
        TestNode a = TestNode.start(TestNode.peer("a"), TestNode.settings(TestNode.freePort(), false), late);
        nodes.add(a);
        nodes.add(TestNode.start(TestNode.peer("b"), TestNode.settings(late, false)));

        a.awaitSees("b");
    }

    @Test
    void theSmallerClusterEntersTheBiggerOneThatLooksForIt() {
        int late = TestNode.freePort();
        TestNode b = TestNode.start(TestNode.peer("b"), TestNode.settings(TestNode.freePort()), late);
        nodes.add(b);
        TestNode c = start("c", true, b);
        b.awaitSees("c");
        TestNode a = TestNode.start(TestNode.peer("a"), TestNode.settings(late));
        nodes.add(a);

        a.awaitSees("b", "c");
        b.awaitTold("here c", "here a");
        c.awaitSees("a", "b");
    }

    @Test
    void twoClustersBecomeOneThoughOnlyNodesThatDoNotLeadKnowOfEachOther() {
        TestNode a = start("a", true);
        TestNode b = start("b", true, a);
        b.awaitSees("a");
        TestNode c = start("c", true);
        // The seeds of d are those of both clusters, which both have a leader that has no seed.
        start("d", true, c, b);

        for (TestNode node : nodes) {
            Await.until(
                    TestNode.LIMIT,
                    () -> node.self.node().name() + " sees all, not " + node.sees(),
                    () -> node.sees().size() == 3);
        }
    }

    /** Connections to them are made and never answered. */
    private static ServerSocket silent() {
        try {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void seedsThatDoNotAnswerDoNotAddUp() {
        List<ServerSocket> silent = Stream.generate(SplitTest::silent).limit(12).toList();
        try {
            TestNode a = start("a", true);
            int[] seeds = silent.stream().mapToInt(ServerSocket::getLocalPort).toArray();
            TestNode b = TestNode.start(TestNode.peer("b"), TestNode.settings(TestNode.freePort()), seeds);
            nodes.add(b);
            long start = System.nanoTime();
            b.membership.search().heardOf(a.membership.address());

            b.awaitSees("a");

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
        } finally {
            silent.forEach(SplitTest::close);
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aMemberThatStopsByItselfIsStartedAnew() {
        TestNode a = start("a", true);
        TestNode b = start("b", true, a);
        a.awaitSees("b");

        b.membership.running().close();

        a.awaitTold("here b", "gone b", "here b");
        b.awaitSees("a");
    }
}
