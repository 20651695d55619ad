package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests that the leader of a cluster comes and goes while the others keep each other. */
final class LeaderTest {
    /** How long it waits for the answer of one that it does not know to be dead when it asks. */
    private static final Duration HAZELCASTS_PATIENCE = Duration.ofSeconds(5);

    private final int[] ports = {TestNode.freePort(), TestNode.freePort(), TestNode.freePort()};
    private final Map<String, TestNode> nodes = new TreeMap<>();

    @AfterEach
    void stopAll() {
        nodes.values().parallelStream().forEach(TestNode::close);
    }

    private TestNode start(Peer self) {
        String name = self.node().name().name();
        int port = ports[name.charAt(0) - 'a'];
        TestNode node = TestNode.start(self, TestNode.settings(port), ports);
        nodes.put(name, node);
        return node;
    }

    private void awaitAllSeeAll() {
        for (TestNode node : nodes.values()) {
            Await.until(
                    TestNode.LIMIT,
                    () -> node.self.node().name() + " sees all, not " + node.sees(),
                    () -> node.sees().size() == ports.length - 1);
        }
    }

    private TestNode leader() {
        List<TestNode> leaders = nodes.values().stream()
                .filter(node -> node.membership.running().leads())
                .toList();
        assertThat(leaders).hasSize(1);
        return leaders.get(0);
    }

    /** Whom these nodes lose from now on, but for one of them. */
    private static List<String> losses(List<TestNode> nodes, String but) {
        List<String> losses = new CopyOnWriteArrayList<>();
        nodes.forEach(node -> node.membership.listen(new MembershipListener() {
            @Override
            public void here(Peer peer) {}

            @Override
            public void gone(Peer peer) {
                String name = peer.node().name().name();
                if (!name.equals(but)) {
                    losses.add(node.self.node().name().name() + " loses " + name);
                }
            }
        }));
        return losses;
    }

    @Test
    void theOthersKeepEachOtherThoughTheLeaderIsStartedAnewAgainAndAgain() {
        List.of("a", "b", "c").forEach(name -> start(TestNode.peer(name)));
        awaitAllSeeAll();
        for (int round = 0; round < 4; round++) {
            TestNode leader = leader();
            String name = leader.self.node().name().name();
            List<TestNode> others = new ArrayList<>(nodes.values());
            others.remove(leader);
            List<String> losses = losses(others, name);

            leader.close();
            start(TestNode.nextRun(leader.self));

            awaitAllSeeAll();
            assertThat(losses).isEmpty();
        }
    }

    @Test
    void whoeverDiesWhileTheNextLeaderAsksItIsNotWaitedFor() throws Exception {
        List.of("a", "b", "c").forEach(name -> start(TestNode.peer(name)));
        awaitAllSeeAll();
        try (MemberProcess asked = MemberProcess.start("d", ports[0])) {
            TestNode leader = leader();
            List<TestNode> others = new ArrayList<>(nodes.values());
            others.remove(leader);
            others.forEach(node -> Await.until(
                    TestNode.LIMIT,
                    () -> node.self.node().name() + " sees d",
                    () -> node.sees().contains("d")));
            asked.pause(); // so that it has not answered when it dies
            leader.close();
            Await.until(
                    TestNode.LIMIT,
                    () -> "another node claims the lead",
                    () -> others.stream()
                            .anyMatch(node -> node.membership.running().leads()));

            long died = System.nanoTime();
            asked.kill();

            others.get(0).awaitSees(others.get(1).self.node().name().name());
            others.get(1).awaitSees(others.get(0).self.node().name().name());
            Duration took = Duration.ofNanos(System.nanoTime() - died);
            assertThat(took).isLessThan(HAZELCASTS_PATIENCE);
        }
    }
}
