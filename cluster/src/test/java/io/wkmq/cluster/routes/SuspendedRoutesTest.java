package io.wkmq.cluster.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.routes.SimCluster.SimNode;
import io.wkmq.routing.Interest;
import io.wkmq.routing.LocalSubscribers;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.sim.Seeds;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests the fate of the routes of a node that is gone, in simulated time. */
class SuspendedRoutesTest {
    private static final LocalSubscribers SUBSCRIBERS = () -> false;
    private static final int LONG_MS = 5_000;

    private final Random random = Seeds.one("SuspendedRoutesTest");

    @Test
    void aNodeThatIsBackGoesOnFromWhereItWas() {
        SimCluster cluster = cluster(100, 100);
        SimNode owner = node(cluster, 0);
        SimNode other = node(cluster, 1);
        ReplicaOfPeer before = replica(other, owner);
        cut(cluster);
        assertThat(interests(other, owner)).isEmpty();
        assertThat(other.table.size()).isZero();
        unsubscribe(owner, "a");
        subscribe(owner, "d");
        mend(cluster);
        assertThat(replica(other, owner)).as("what has been kept").isSameAs(before);
        assertSame(other, owner);
    }

    @Test
    void aNodeThatHasMissedTooMuchGetsEverything() {
        SimCluster cluster = cluster(2, 100);
        SimNode owner = node(cluster, 0);
        SimNode other = node(cluster, 1);
        cut(cluster);
        subscribe(owner, "d", "e", "f");
        unsubscribe(owner, "b");
        cluster.time.pass(3 * LONG_MS);
        subscribe(owner, "g");
        assertThat(owner.own.digest().retainedFrom())
                .as("changes are not kept for it any more")
                .isGreaterThan(owner.own.seq());
        mend(cluster);
        assertSame(other, owner);
    }

    @Test
    void noMoreRoutesAreKeptThanTheBound() {
        SimCluster cluster = cluster(100, 2);
        SimNode owner = node(cluster, 0);
        SimNode other = node(cluster, 1);
        ReplicaOfPeer before = replica(other, owner);
        cut(cluster);
        mend(cluster);
        assertThat(replica(other, owner)).as("of three routes").isNotSameAs(before);
        assertSame(other, owner);
    }

    @Test
    void whatANodeHadBeforeItsProcessWasStartedAnewIsDropped() {
        SimCluster cluster = cluster(100, 100);
        SimNode other = node(cluster, 1);
        cluster.crash(0);
        cluster.time.pass(LONG_MS);
        assertThat(other.table.size()).isZero();
        cluster.start(0);
        SimNode owner = node(cluster, 0);
        subscribe(owner, "z");
        cluster.time.pass(LONG_MS);
        assertSame(other, owner);
        assertThat(other.table.size()).isEqualTo(1);
    }

    @Test
    void nothingIsKeptOfANodeThatNobodyWaitsFor() {
        SimCluster cluster = cluster(100, 100);
        SimNode owner = node(cluster, 0);
        SimNode other = node(cluster, 1);
        ReplicaOfPeer before = replica(other, owner);
        cut(cluster);
        subscribe(owner, "d");
        cluster.time.pass(LONG_MS);
        assertThat(owner.own.digest().retainedFrom()).as("what it will need").isLessThanOrEqualTo(owner.own.seq());
        owner.clean(1);
        other.clean(0);
        cluster.time.pass(3 * LONG_MS);
        subscribe(owner, "e");
        assertThat(owner.own.digest().retainedFrom())
                .as("changes are not kept for it any more")
                .isGreaterThan(owner.own.seq());
        mend(cluster);
        assertThat(replica(other, owner)).isNotSameAs(before);
        assertSame(other, owner);
    }

    /** Two nodes, the first of which has three routes. */
    private SimCluster cluster(int goneOpsMax, int suspendedMax) {
        SimCluster cluster =
                new SimCluster(2, random, new RouteLimits(1_000, goneOpsMax, suspendedMax, 1 << 20, 1_000, 1_000));
        subscribe(node(cluster, 0), "a", "b", "c");
        cluster.time.pass(LONG_MS);
        assertSame(node(cluster, 1), node(cluster, 0));
        return cluster;
    }

    private static void cut(SimCluster cluster) {
        cluster.network.cut(0, 1);
        cluster.network.cut(1, 0);
        cluster.time.pass(LONG_MS);
    }

    private static void mend(SimCluster cluster) {
        cluster.network.mendAll();
        cluster.time.pass(LONG_MS);
    }

    private static SimNode node(SimCluster cluster, int number) {
        SimNode node = cluster.node(number);
        if (node == null) {
            throw new AssertionError("Node " + number + " is down");
        }
        return node;
    }

    private static ReplicaOfPeer replica(SimNode node, SimNode of) {
        ReplicaOfPeer replica = node.replication().replicas().find(of.id());
        if (replica == null) {
            throw new AssertionError("Node " + node.number + " has no replica of " + of.number);
        }
        return replica;
    }

    private static void subscribe(SimNode node, String... filters) {
        for (String filter : filters) {
            node.table.attach(TopicFilter.of(filter), 0, () -> SUBSCRIBERS);
        }
    }

    private static void unsubscribe(SimNode node, String filter) {
        node.table.detach(TopicFilter.of(filter), 0);
    }

    private static void assertSame(SimNode node, SimNode owner) {
        assertThat(interests(node, owner)).isNotEmpty().isEqualTo(interests(owner, owner));
        ReplicaOfPeer replica = replica(node, owner);
        assertThat(replica.hash()).isEqualTo(owner.own.digest().hash());
        assertThat(replica.mismatches()).isZero();
        assertThat(replica.complete()).isTrue();
        assertThat(owner.replication().known()).isTrue();
    }

    private static Set<Interest> interests(SimNode node, SimNode of) {
        Set<Interest> interests = new HashSet<>();
        node.table.forEachInterest(of.id(), interests::add);
        return interests;
    }
}
