package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.Address;
import io.wkmq.cluster.hazelcast.ChangeResult.Outcome;
import io.wkmq.cluster.hazelcast.LeftFile.Left;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.MembershipStatus.KeptOut;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.testing.Await;
import io.wkmq.testing.Deadline;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a node that was told to leave, across restarts, and one that cannot leave. */
final class LeavingTest {
    @TempDir
    @Nullable
    Path directory;

    private final List<TestNode> nodes = new ArrayList<>();

    @AfterEach
    void stopAll() {
        nodes.parallelStream().forEach(TestNode::close);
    }

    /** A node whose files are kept, and whose discovery always finds the other one. */
    private TestNode start(Peer self, int port, int seed) {
        MemberSettings settings = TestNode.settings(port);
        Path home = Objects.requireNonNull(directory).resolve(self.node().name().name());
        TestNode node = TestNode.start(
                self,
                settings,
                TestNode.front(self, settings, "secret"),
                () -> List.of(new SeedAddress(TestNode.HOST, seed)),
                home);
        nodes.add(node);
        return node;
    }

    @Test
    void aNodeThatLeftStaysAwayOverRestartsUntilItIsToldToJoin() {
        int portA = TestNode.freePort();
        int portB = TestNode.freePort();
        TestNode a = start(TestNode.peer("a"), portA, portB);
        TestNode b = start(TestNode.peer("b"), portB, portA);
        a.awaitSees("b");
        b.awaitSees("a");
        assertThat(b.membership.leave().outcome()).isEqualTo(Outcome.DONE);
        assertThat(Objects.requireNonNull(b.membership.status().keptOut()).why())
                .contains("has left its cluster");
        b.close();

        TestNode second = start(TestNode.nextRun(b.self), portB, portA);

        // Nothing to wait for but the time in which it would go wrong: some looks for other nodes.
        Deadline deadline = Deadline.after(Duration.ofSeconds(4));
        while (!deadline.passed()) {
            assertThat(second.sees()).isEmpty();
            assertThat(a.sees()).doesNotContain("second");
            LockSupport.parkNanos(10_000_000);
        }
        KeptOut keptOut = Objects.requireNonNull(second.membership.status().keptOut());
        assertThat(keptOut.why()).contains("has left its cluster");
        assertThat(keptOut.left()).isTrue();
        assertThat(a.membership.refusals())
                .anySatisfy(refusal -> assertThat(refusal.code()).isEqualTo(Verdict.Code.LEFT));

        assertThat(second.membership.join(a.membership.address()).outcome()).isEqualTo(Outcome.DONE);
        assertThat(second.membership.status().keptOut()).isNull();
        second.close();
        a.awaitSees();
        TestNode third = start(TestNode.nextRun(b.self), portB, portA);
        third.awaitSees("a");
    }

    @Test
    void aNodeThatLeftIsNotAloneAfterARestartIfAnotherOneWasToldToJoinIt() {
        int portA = TestNode.freePort();
        int portB = TestNode.freePort();
        TestNode a = start(TestNode.peer("a"), portA, portB);
        TestNode b = start(TestNode.peer("b"), portB, portA);
        a.awaitSees("b");
        b.awaitSees("a");
        assertThat(b.membership.leave().outcome()).isEqualTo(Outcome.DONE);
        a.awaitSees();
        Path file = Objects.requireNonNull(directory).resolve("b").resolve("left");
        assertThat(file).exists();

        assertThat(a.membership.join(b.membership.address()).outcome()).isEqualTo(Outcome.DONE);
        b.awaitSees("a");
        Await.until("the file is gone", () -> !Files.exists(file));
        b.close();
        a.awaitSees();
        TestNode second = start(TestNode.nextRun(b.self), portB, portA);

        second.awaitSees("a");
        a.awaitSees("b");
    }

    /** Has the other listeners of a node hear late that one is gone. */
    private static void tellLate(TestNode node) {
        node.membership.listen(new MembershipListener() {
            @Override
            public void here(Peer peer) {}

            @Override
            public void gone(Peer peer) {
                LockSupport.parkNanos(300_000_000);
            }
        });
    }

    @Test
    void noneOfThoseWhomANodeHasLeftLooksDeadOnceTheChangeIsOver() {
        TestNode a = TestNode.start("a");
        TestNode b = TestNode.start("b", a.port());
        TestNode c = TestNode.start("c", a.port());
        TestNode d = TestNode.start("d");
        nodes.addAll(List.of(a, b, c, d));
        b.awaitSees("a", "c");
        c.awaitSees("a", "b");
        tellLate(b);
        tellLate(c);

        assertThat(b.membership.leave().outcome()).isEqualTo(Outcome.DONE);

        assertThat(b.membership.status().stopped()).isEmpty();
        assertThat(b.cleaned).containsExactlyInAnyOrder("a", "c");

        assertThat(c.membership.join(d.membership.address()).outcome()).isEqualTo(Outcome.DONE);

        assertThat(c.membership.status().stopped()).isEmpty();
    }

    @Test
    void aDamagedFileStillKeepsTheNodeAlone(@TempDir Path home) throws Exception {
        Path path = home.resolve("left");
        LeftFile file = new LeftFile(path);
        assertThat(file.load()).isNull();
        Left left = new Left(true, "why", Set.of(TestNode.peer("a").id()));
        file.save(left);
        assertThat(new LeftFile(path).load()).isEqualTo(left);

        for (String damaged : List.of(
                "wkmq-left 2\nasked\nwhy\nnonsense\n", "wkmq-left 2\nnonsense\nwhy\n", "wkmq-left 2\nasked\n", "")) {
            Files.writeString(path, damaged);
            assertThat(Objects.requireNonNull(file.load()).nodes()).isEmpty();
        }

        file.delete();
        assertThat(file.load()).isNull();
    }

    /** A cluster that a node cannot leave. */
    private static final class Stuck implements Changes.Ground {
        private final Peer self = TestNode.peer("a");
        private final Peer other = TestNode.peer("b");
        private final PeerTable table = new PeerTable(self, Runnable::run);
        private final List<String> notes = new ArrayList<>();

        Stuck() {
            table.show(List.of(self, other));
        }

        @Override
        public void merge(Address target) {
            notes.add("merge");
        }

        @Override
        public Address address() {
            try {
                return new Address(TestNode.HOST, 1);
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean shows(NodeId node) {
            return true;
        }

        @Override
        public PeerTable table() {
            return table;
        }

        @Override
        public @Nullable NodeName nameOf(NodeId node) {
            return null;
        }

        @Override
        public Map<NodeId, Address> peerAddresses() {
            return Map.of(other.id(), address());
        }

        @Override
        public boolean askToLeave(NodeId node) {
            return false;
        }

        @Override
        public void tellLeaving() {
            notes.add("leaving");
        }

        @Override
        public void tellRemoved() {
            notes.add("removed");
        }

        @Override
        public void forgetGone() {
            notes.add("forgotten");
        }

        @Override
        public void noteLeft(Left left) {
            notes.add("left");
        }

        @Override
        public void noteJoined() {
            notes.add("joined");
        }
    }

    @Test
    void aNodeThatDoesNotGetOutInTimeIsAMemberAsBefore() {
        Stuck ground = new Stuck();
        RemovedNodes removed = new RemovedNodes(InstantSource.system());
        Admission admission = new Admission(ground.self, removed);
        SeedAddress seed = new SeedAddress(TestNode.HOST, 1);
        Search search = new Search(() -> List.of(seed), true, System::nanoTime);
        EnquiryClient enquiries = new EnquiryClient(TestNode.front(ground.self, TestNode.settings(1), "secret"));
        Preflight preflight = new Preflight(ground.self, TestNode.ports(1), enquiries);
        Changes changes = new Changes(ground, preflight, search, admission, removed, Duration.ofMillis(50));

        ChangeResult result = changes.leave();

        assertThat(result.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(result.text()).contains("[b@127.0.0.1]");
        assertThat(ground.notes).containsExactly("leaving", "merge");
        assertThat(search.on()).isTrue();
        assertThat(search.seeds()).containsExactly(seed);
        assertThat(admission.leftBehind()).isEmpty();
    }

    /** What a node reports when it is told to leave again and again. */
    private static final class Script {
        private final List<Outcome> outcomes;
        private final List<String> reasons = new ArrayList<>();
        private int calls;
        private boolean left;

        Script(Outcome... outcomes) {
            this.outcomes = List.of(outcomes);
        }

        Supplier<ChangeResult> order(String why) {
            return () -> leave(why);
        }

        private synchronized ChangeResult leave(String why) {
            reasons.add(why);
            Outcome outcome = outcomes.get(Math.min(calls++, outcomes.size() - 1));
            left |= outcome == Outcome.DONE;
            return new ChangeResult(outcome, "");
        }

        synchronized int calls() {
            return calls;
        }

        synchronized boolean left() {
            return left;
        }

        synchronized List<String> reasons() {
            return List.copyOf(reasons);
        }
    }

    @Test
    void aNodeThatIsBusyWhenItIsToldToLeaveDoesSoAfterwards() {
        Script script = new Script(Outcome.BUSY, Outcome.BUSY, Outcome.TIMED_OUT, Outcome.DONE);

        new LeaveOrder(script::order, Duration.ofMillis(1), Duration.ofSeconds(20))
                .obey("Node b has removed this node");

        Await.until("it has left", script::left);
        assertThat(script.reasons()).hasSize(4).allMatch(why -> why.startsWith("Node b has removed this node"));
    }

    @Test
    void anOrderThatComesWhileAnotherOneHasToWaitIsObeyedToo() {
        Script script = new Script(Outcome.BUSY, Outcome.NOTHING_TO_DO, Outcome.DONE);
        LeaveOrder order = new LeaveOrder(script::order, Duration.ofMillis(200), Duration.ofSeconds(20));

        order.obey("Node b has removed this node");
        Await.until("it tries", () -> script.calls() > 0);
        order.obey("Node c has removed this node");

        Await.until("it has left", script::left);
        assertThat(script.reasons()).hasSize(3);
        assertThat(script.reasons().get(1)).startsWith("Node b");
        assertThat(script.reasons().get(2)).startsWith("Node c");
    }

    @Test
    void anOrderFromBeforeAJoinDoesNotHoldAfterIt() {
        TestNode a = TestNode.start("a");
        TestNode b = TestNode.start("b", a.port());
        TestNode c = TestNode.start("c");
        nodes.addAll(List.of(a, b, c));
        b.awaitSees("a");
        b.membership.listen(new MembershipListener() {
            @Override
            public void here(Peer peer) {}

            @Override
            public void gone(Peer peer) {
                b.membership.leaveSoon(peer.id()); // in the middle of the join, when it has to wait
            }
        });

        assertThat(b.membership.join(c.membership.address()).outcome()).isEqualTo(Outcome.DONE);

        // Nothing to wait for but the time in which it would go wrong: some tries to leave.
        Deadline deadline = Deadline.after(Duration.ofSeconds(2));
        while (!deadline.passed()) {
            assertThat(b.sees()).containsExactly("c");
            LockSupport.parkNanos(10_000_000);
        }
    }

    @Test
    void aNodeThatCannotLeaveGivesUpAndMayBeToldAgain() {
        Script script = new Script(Outcome.BUSY);
        LeaveOrder order = new LeaveOrder(script::order, Duration.ofMillis(1), Duration.ofMillis(20));

        order.obey("Node b has removed this node");
        Await.until("it tries", () -> script.calls() > 0);

        Await.until("it tries for the other", () -> {
            order.obey("Node c has removed this node");
            return script.reasons().stream().anyMatch(why -> why.startsWith("Node c"));
        });
        assertThat(script.left()).isFalse();
    }
}
