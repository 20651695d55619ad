package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.wkmq.cluster.hazelcast.ChangeResult.Outcome;
import io.wkmq.cluster.membership.MembershipStatus.Reason;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.routing.NodeId;
import io.wkmq.testing.Await;
import io.wkmq.testing.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ChangesTest {
    private final List<TestNode> nodes = new ArrayList<>();

    private TestNode start(String name, TestNode... seeds) {
        return start(TestNode.peer(name), TestNode.freePort(), seeds);
    }

    private TestNode start(Peer self, int port, TestNode... seeds) {
        int[] ports = new int[seeds.length];
        for (int i = 0; i < seeds.length; i++) {
            ports[i] = seeds[i].port();
        }
        TestNode node = TestNode.start(self, TestNode.settings(port), ports);
        nodes.add(node);
        return node;
    }

    @AfterEach
    void stopAll() {
        nodes.parallelStream().forEach(TestNode::close);
    }

    /** Nothing to wait for but the time in which it would go wrong: two looks for other nodes. */
    private static void assertStays(TestNode node, String... others) {
        Deadline deadline = Deadline.after(Duration.ofSeconds(4));
        while (!deadline.passed()) {
            assertThat(node.sees()).containsExactlyInAnyOrder(others);
            LockSupport.parkNanos(10_000_000);
        }
    }

    @Test
    void aNodeJoinsAClusterByANodeThatDoesNotLead() {
        TestNode a = start("a");
        TestNode b = start("b", a);
        b.awaitSees("a");
        TestNode c = start("c");

        ChangeResult result = c.membership.join(b.membership.address());

        assertThat(result.outcome()).as(result.text()).isEqualTo(Outcome.DONE);
        assertThat(c.sees()).contains("b");
        c.awaitSees("a", "b");
        a.awaitTold("here b", "here c");
        b.awaitTold("here a", "here c");
    }

    @Test
    void joiningMovesANodeFromOneClusterToAnother() {
        TestNode a = start("a");
        TestNode b = start("b", a);
        TestNode c = start("c");
        a.awaitSees("b");

        ChangeResult result = b.membership.join(c.membership.address());

        assertThat(result.outcome()).as(result.text()).isEqualTo(Outcome.DONE);
        b.awaitSees("c");
        c.awaitSees("b");
        a.awaitTold("here b", "gone b");
    }

    @Test
    void aNodeThatJoinsAnotherClusterTakesNobodyOfItsOldOneAlong() {
        TestNode a = start("a");
        TestNode b = start("b", a);
        TestNode c = start("c", a, b);
        a.awaitSees("b", "c");
        b.awaitSees("a", "c");
        TestNode d = start("d");

        ChangeResult result = b.membership.join(d.membership.address());

        assertThat(result.outcome()).as(result.text()).isEqualTo(Outcome.DONE);
        a.awaitSees("c");
        c.awaitSees("a");
        assertStays(b, "d");
        assertThat(a.sees()).containsExactly("c");
        assertThat(d.sees()).containsExactly("b");
        for (TestNode old : List.of(a, c)) {
            assertThat(old.membership.status().stopped()).singleElement().satisfies(stopped -> {
                assertThat(stopped.id()).isEqualTo(b.id());
                assertThat(stopped.why()).isEqualTo(Reason.LEFT);
            });
            Await.until("it is given up", () -> old.cleaned.equals(List.of("b")));
        }
        assertThat(b.membership.status().stopped()).isEmpty();
        Await.until("the old ones are given up", () -> b.cleaned.size() == 2);
        assertThat(b.cleaned).containsExactlyInAnyOrder("a", "c");
        assertThat(b.parted).containsExactlyInAnyOrder("a", "c");
        assertThat(a.parted).containsExactly("b");
        assertThat(c.parted).containsExactly("b");
        assertThat(d.parted).isEmpty();
    }

    /** Two nodes of one cluster: the second would take the other node, the first, which leads, would not. */
    private TestNode startClusterThatDoesNotTake(TestNode node) {
        TestNode leader = start("leader");
        TestNode second = start("second", leader);
        second.awaitSees("leader");
        leader.membership.admission().leaveBehind(Set.of(node.id()));
        return second;
    }

    @Test
    void aNodeWhoseJoinFailsIsBackInItsOldCluster() {
        TestNode a = start("a");
        TestNode b = start("b", a);
        a.awaitSees("b");
        TestNode second = startClusterThatDoesNotTake(b);

        ChangeResult result = b.membership.join(second.membership.address());

        assertThat(result.outcome()).as(result.text()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(result.text()).contains("[a@127.0.0.1]");
        a.awaitTold("here b", "gone b", "here b");
        assertThat(second.sees()).containsExactly("leader");
    }

    @Test
    void aNodeThatLeftAndWhoseJoinFailsStaysAlone() {
        int port = TestNode.freePort();
        TestNode a = TestNode.start(TestNode.peer("a"), TestNode.settings(TestNode.freePort()), port);
        nodes.add(a);
        TestNode b = start(TestNode.peer("b"), port);
        a.awaitSees("b");
        b.awaitSees("a");
        assertThat(b.membership.leave().outcome()).isEqualTo(Outcome.DONE);
        a.awaitSees();
        TestNode second = startClusterThatDoesNotTake(b);

        assertThat(b.membership.join(second.membership.address()).outcome()).isEqualTo(Outcome.TIMED_OUT);

        assertStays(b);
        assertThat(a.sees()).isEmpty();
    }

    @Test
    void aJoinThatFailsRemovesNobodyAnew() {
        TestNode b = start("b");
        TestNode second = startClusterThatDoesNotTake(b);
        b.membership.remove(second.id());
        List<RemovedNodes.Entry> before = b.membership.removed().entries();

        assertThat(b.membership.join(second.membership.address()).outcome()).isEqualTo(Outcome.TIMED_OUT);

        assertThat(before).extracting(RemovedNodes.Entry::id).containsExactly(second.id());
        assertThat(b.membership.removed().entries())
                .extracting(RemovedNodes.Entry::id, RemovedNodes.Entry::since)
                .containsExactly(tuple(second.id(), before.get(0).since()));
    }

    /** The two parts meet after the join; the removal is older than it. */
    @Test
    void aNodeThatIsToldToJoinStaysThoughItsRemovalIsHeardOfLater() {
        int port = TestNode.freePort();
        TestNode a = TestNode.start(TestNode.peer("a"), TestNode.settings(TestNode.freePort()), port);
        nodes.add(a);
        Peer later = TestNode.peer("c");
        assertThat(a.membership.remove(later.id()).outcome()).isEqualTo(Outcome.DONE);
        a.membership.search().stayAlone();
        TestNode b = start(TestNode.peer("b"), port);
        TestNode c = start(later, TestNode.freePort());
        ChangeResult result = c.membership.join(b.membership.address());
        assertThat(result.outcome()).as(result.text()).isEqualTo(Outcome.DONE);
        assertThat(a.sees()).isEmpty();

        a.membership.search().joinOthers();

        a.awaitSees("b", "c");
        assertStays(c, "a", "b");
    }

    @Test
    void joiningItselfOrAPeerChangesNothing() {
        TestNode a = start("a");
        TestNode b = start("b", a);
        b.awaitSees("a");

        assertThat(a.membership.join(a.membership.address()).outcome()).isEqualTo(Outcome.SELF);
        assertThat(a.membership.join(new SeedAddress("localhost", a.port())).outcome())
                .isEqualTo(Outcome.SELF);
        assertThat(b.membership.join(a.membership.address()).outcome()).isEqualTo(Outcome.NOTHING_TO_DO);
    }

    @Test
    void joiningWhereNobodyIsChangesNothingAndSaysSo() {
        TestNode a = start("a");
        TestNode b = start("b", a);
        b.awaitSees("a");

        ChangeResult result = b.membership.join(new SeedAddress(TestNode.HOST, TestNode.freePort()));

        assertThat(result.outcome()).isEqualTo(Outcome.UNREACHABLE);
        assertThat(result.text()).contains("No node answers at " + TestNode.HOST);
        b.awaitTold("here a");
    }

    @Test
    void joiningAClusterThatHasANodeOfThatNameIsRefusedBeforeAnythingChanges() {
        TestNode a = start("a");
        TestNode b = start("b", a);
        a.awaitSees("b");
        TestNode c = start("c");
        TestNode secondB = start("b", c);
        secondB.awaitSees("c");

        ChangeResult result = secondB.membership.join(a.membership.address());

        assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(result.text()).contains("belongs to node " + b.id());
        secondB.awaitTold("here c");
    }

    @Test
    void aNodeThatLeavesStaysAloneAndItsClusterDoesNotFollowIt() {
        TestNode a = start("a");
        TestNode b = start("b", a);
        TestNode c = start("c", a, b);
        a.awaitSees("b", "c");

        ChangeResult result = a.membership.leave();

        assertThat(result.outcome()).as(result.text()).isEqualTo(Outcome.DONE);
        assertThat(a.sees()).isEmpty();
        b.awaitSees("c");
        c.awaitSees("b");
        assertStays(a);
        assertThat(b.sees()).containsExactly("c");
        assertThat(a.parted).containsExactlyInAnyOrder("b", "c");
        assertThat(b.parted).containsExactly("a");
        assertThat(c.parted).containsExactly("a");
        assertThat(a.membership.leave().outcome()).isEqualTo(Outcome.NOTHING_TO_DO);
    }

    @Test
    void aNodeThatLeftComesBackWhenItIsToldTo() {
        TestNode a = start("a");
        TestNode b = start("b", a);
        b.awaitSees("a");
        b.membership.leave();
        a.awaitSees();

        assertThat(b.membership.join(a.membership.address()).outcome()).isEqualTo(Outcome.DONE);

        a.awaitSees("b");
        b.awaitSees("a");
    }

    @Test
    void theOthersMayJoinTheNodeThatLeftWhenTheyAreToldTo() {
        TestNode a = start("a");
        TestNode b = start("b", a);
        b.awaitSees("a");
        b.membership.leave();
        a.awaitSees();

        assertThat(a.membership.join(b.membership.address()).outcome()).isEqualTo(Outcome.DONE);

        b.awaitSees("a");
    }

    @Test
    void aNodeThatIsRemovedLeavesAndIsTakenByNobodyUntilItIsToldToJoin() {
        TestNode a = start("a");
        TestNode b = start("b", a);
        TestNode c = start("c", a);
        a.awaitSees("b", "c");
        b.awaitSees("a", "c");

        ChangeResult result = b.membership.remove(c.id());

        assertThat(result.outcome()).as(result.text()).isEqualTo(Outcome.DONE);
        a.awaitSees("b");
        b.awaitSees("a");
        c.awaitSees();
        assertStays(c);
        assertThat(a.sees()).containsExactly("b");
        assertThat(a.parted).containsExactly("c");
        assertThat(b.parted).containsExactly("c");
        assertThat(c.parted).containsExactlyInAnyOrder("a", "b");

        assertThat(c.membership.join(b.membership.address()).outcome()).isEqualTo(Outcome.DONE);
        c.awaitSees("a", "b");
        a.awaitSees("b", "c");
    }

    @Test
    void aRemovedNodeIsTakenByNoneEvenIfItIsStartedAnew() {
        TestNode a = start("a");
        TestNode b = start("b", a);
        b.awaitSees("a");
        TestNode c = start("c", a);
        a.awaitSees("b", "c");
        c.close();
        a.awaitSees("b");
        assertThat(a.parted).as("it died").isEmpty();

        ChangeResult result = a.membership.remove(c.id());
        assertThat(result.outcome()).as(result.text()).isEqualTo(Outcome.DONE);
        Await.until("all give c up", () -> a.cleaned.contains("c") && b.cleaned.contains("c"));
        TestNode again = start(TestNode.peer("c", c.id()), TestNode.freePort(), b);

        Await.until(
                "c knows why it is not taken",
                () -> again.membership.refusals().stream()
                        .anyMatch(refusal -> refusal.code() == Verdict.Code.DENIED
                                && refusal.text().contains("was removed from the cluster")));
        assertThat(again.sees()).isEmpty();
        assertThat(b.sees()).containsExactly("a");
    }

    @Test
    void aNodeThatCameLaterKnowsWhoIsRemoved() {
        TestNode a = start("a");
        NodeId removed = new NodeId(UUID.randomUUID());
        assertThat(a.membership.remove(removed).outcome()).isEqualTo(Outcome.DONE);
        TestNode b = start("b", a);
        b.awaitSees("a");
        // b is to know of it from a; that takes a message.
        TestNode c = start(TestNode.peer("c", removed), TestNode.freePort(), b);

        Await.until(
                TestNode.LIMIT,
                () -> "c is refused: " + c.membership.refusals(),
                () -> c.membership.refusals().stream().anyMatch(refusal -> refusal.code() == Verdict.Code.DENIED));
        assertThat(a.sees()).containsExactly("b");
    }

    @Test
    void aNodeDoesNotRemoveItself() {
        TestNode a = start("a");

        assertThat(a.membership.remove(a.id()).outcome()).isEqualTo(Outcome.SELF);
    }
}
