package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.MembershipStatus;
import io.wkmq.cluster.membership.MembershipStatus.KeptOut;
import io.wkmq.cluster.membership.MembershipStatus.Reason;
import io.wkmq.cluster.membership.MembershipStatus.Stopped;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.membership.SeedSource;
import io.wkmq.testing.Await;
import io.wkmq.testing.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what administrators see of nodes that come and go, and what nodes remember of them. */
final class StatusTest {
    @TempDir
    Path directory;

    private final List<TestNode> nodes = new ArrayList<>();

    @AfterEach
    void stopAll() {
        nodes.parallelStream().forEach(TestNode::close);
    }

    /** A node that keeps its identity, port and files across restarts. */
    private final class Machine {
        final Peer first;
        final int port = TestNode.freePort();
        Duration autoclean = Duration.ZERO;
        List<Node> known = List.of();
        List<Machine> seeds = List.of();

        Machine(String name) {
            first = TestNode.peer(name);
        }

        TestNode start() {
            Peer self = TestNode.nextRun(first);
            MemberSettings quick = TestNode.settings(port);
            MemberSettings settings = new MemberSettings(
                    quick.clusterName(),
                    quick.bindHost(),
                    quick.ports(),
                    quick.failures(),
                    quick.joining(),
                    quick.healing(),
                    quick.answerTimeout(),
                    autoclean);
            TestNode node = TestNode.start(
                    self,
                    settings,
                    TestNode.front(self, settings, "secret"),
                    new SeedSource() {
                        @Override
                        public List<SeedAddress> seeds() {
                            return seeds.stream()
                                    .map(machine -> new SeedAddress(TestNode.HOST, machine.port))
                                    .toList();
                        }

                        @Override
                        public List<Node> known() {
                            return known;
                        }
                    },
                    directory.resolve("removed-" + first.node().name().name()));
            nodes.add(node);
            return node;
        }
    }

    private static Stopped onlyStopped(TestNode node) {
        List<Stopped> stopped = node.membership.status().stopped();
        assertThat(stopped).hasSize(1);
        return stopped.get(0);
    }

    private static KeptOut keptOut(TestNode node) {
        return Objects.requireNonNull(node.membership.status().keptOut());
    }

    private static String whyKeptOut(TestNode node) {
        return keptOut(node).why();
    }

    private static List<Reason> reasons(TestNode node) {
        return node.membership.status().stopped().stream().map(Stopped::why).toList();
    }

    @Test
    void aRemovedNodeStaysOutThoughAllAreStartedAnewUntilItIsToldToJoin() {
        Machine a = new Machine("a");
        Machine b = new Machine("b");
        Machine c = new Machine("c");
        a.seeds = List.of(b, c);
        b.seeds = List.of(a, c);
        c.seeds = List.of(a, b);
        TestNode firstA = a.start();
        TestNode firstB = b.start();
        TestNode firstC = c.start();
        List.of(firstA, firstB, firstC)
                .forEach(node -> Await.until(
                        TestNode.LIMIT, () -> "all see all", () -> node.sees().size() == 2));
        ChangeResult removal = firstA.membership.remove(c.first.id());
        assertThat(removal.outcome()).as(removal.text()).isEqualTo(ChangeResult.Outcome.DONE);
        firstC.awaitSees();
        Await.until("b knows it", () -> reasons(firstB).equals(List.of(Reason.REMOVED)));
        Await.until("c was told", () -> firstC.membership.status().keptOut() != null);
        assertThat(whyKeptOut(firstC)).contains("a@127.0.0.1 has removed this node");
        assertThat(keptOut(firstC).left()).isFalse();
        nodes.forEach(TestNode::close);

        TestNode lastC = c.start();
        TestNode lastB = b.start();
        TestNode lastA = a.start();

        lastA.awaitSees("b");
        lastB.awaitSees("a");
        assertThat(whyKeptOut(lastC)).contains("a@127.0.0.1 has removed this node");
        assertThat(keptOut(lastC).left()).isFalse();
        Deadline deadline = Deadline.after(Duration.ofSeconds(4));
        while (!deadline.passed()) {
            assertThat(lastC.sees()).isEmpty();
            LockSupport.parkNanos(10_000_000);
        }
        assertThat(lastA.sees()).containsExactly("b");
        assertThat(reasons(lastA)).containsExactly(Reason.REMOVED);
        assertThat(onlyStopped(lastA).name()).isEqualTo(c.first.node().name());

        ChangeResult joined = lastC.membership.join(lastB.membership.address());

        assertThat(joined.outcome()).as(joined.text()).isEqualTo(ChangeResult.Outcome.DONE);
        lastA.awaitSees("b", "c");
        Await.until("none is stopped", () -> lastA.membership.status().stopped().isEmpty());
        Await.until("c is in", () -> lastC.membership.status().keptOut() == null);
    }

    @Test
    void aNodeThatIsDeadForLongIsGivenUpAndComesBackByItself() {
        Machine a = new Machine("a");
        Machine b = new Machine("b");
        a.autoclean = Duration.ofSeconds(2);
        b.seeds = List.of(a);
        TestNode nodeA = a.start();
        TestNode nodeB = b.start();
        nodeA.awaitSees("b");
        nodeB.close();
        nodeA.awaitTold("here b", "gone b");
        Await.until("b is given up", () -> nodeA.cleaned.equals(List.of("b")));

        Await.until("none is stopped", () -> nodeA.membership.status().stopped().isEmpty());
        Await.until(
                "it is not looked for", () -> nodeA.membership.search().seeds().isEmpty());
        TestNode again = b.start();
        nodeA.awaitTold("here b", "gone b", "here b");
        assertThat(again.id()).isEqualTo(nodeB.id());
        assertThat(nodeA.cleaned).containsExactly("b");
    }

    @Test
    void aNodeThatAnEarlierRunKnewIsStoppedUntilItComesOrIsGivenUp() {
        Machine a = new Machine("a");
        Machine forgetful = new Machine("forgetful");
        Peer dead = TestNode.peer("dead");
        a.known = List.of(a.first.node(), dead.node());
        forgetful.known = a.known;
        forgetful.autoclean = Duration.ofSeconds(1);
        TestNode node = a.start();
        TestNode forgets = forgetful.start();

        Await.until("it is known", () -> reasons(node).equals(List.of(Reason.DEAD)));
        assertThat(onlyStopped(node).id()).isEqualTo(dead.id());

        Await.until("it is given up", () -> forgets.cleaned.contains("dead"));
        Await.until(
                "none is stopped", () -> forgets.membership.status().stopped().isEmpty());
        assertThat(node.cleaned).isEmpty();
    }

    @Test
    void statusTellsOfThisNodeAndOfThoseThatRun() {
        Machine a = new Machine("a");
        Machine b = new Machine("b");
        b.seeds = List.of(a);
        TestNode nodeA = a.start();
        TestNode nodeB = b.start();
        nodeA.awaitSees("b");

        MembershipStatus status = nodeA.membership.status();

        assertThat(status.self()).isEqualTo(nodeA.self.node());
        assertThat(status.running()).hasSize(2);
        assertThat(status.running().get(0).peer()).isEqualTo(nodeA.self);
        assertThat(status.running().get(1).peer()).isEqualTo(nodeB.self);
        assertThat(status.running().get(1).members()).isEqualTo(nodeB.membership.address());
        assertThat(status.running().get(1).since())
                .isAfterOrEqualTo(status.running().get(0).since());
        assertThat(status.stopped()).isEmpty();
        assertThat(status.cuts()).isEmpty();
        assertThat(status.heals().count()).isZero();
        assertThat(status.keptOut()).isNull();
    }
}
