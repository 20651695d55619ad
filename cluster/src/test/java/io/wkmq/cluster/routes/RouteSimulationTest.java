package io.wkmq.cluster.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.routes.SimCluster.SimNode;
import io.wkmq.cluster.sim.SimMembers;
import io.wkmq.routing.Interest;
import io.wkmq.routing.LocalSubscribers;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.ShareGroup;
import io.wkmq.routing.ShareMember;
import io.wkmq.routing.ShareName;
import io.wkmq.routing.ShareStrategy;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.testing.sim.Seeds;
import io.wkmq.testing.sim.Weather;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever the network does, and whichever nodes die and return: once it is quiet, all nodes have the routes that their owners have; and
 * nobody was told that a subscription is known while a reachable node did not know it.
 */
class RouteSimulationTest {
    private static final int SCHEDULES = 1_000;
    private static final LocalSubscribers SUBSCRIBERS = () -> false;

    private long delivered;
    private long known;

    @Test
    void allNodesEndWithTheSameRoutes() {
        Seeds.of("RouteSimulationTest", SCHEDULES).forEach(random -> {
            Schedule schedule = new Schedule(random);
            schedule.run();
            delivered += schedule.cluster.network.delivered();
            known += schedule.knownWhenAnswered;
        });
        System.out.println(
                "RouteSimulationTest: " + delivered + " messages, " + known + " times a node had to know a route");
        assertThat(known).isPositive();
    }

    private static final class Schedule {
        private static final int QUIET_MS = 8_000;

        private final Random random;
        private final SimCluster cluster;
        private final int filters;
        private final Map<SimNode, Map<String, Member>> members = new HashMap<>();
        /** The newest change of each node's interest in each filter, by a number that only rises. */
        private final Map<SimNode, Map<TopicFilter, Integer>> changes = new HashMap<>();

        private final Map<SimNode, Integer> unanswered = new HashMap<>();
        private @Nullable AssertionError failure;
        private int knownWhenAnswered;

        Schedule(Random random) {
            this.random = random;
            RouteLimits tight = new RouteLimits(
                    4 + random.nextInt(60),
                    random.nextInt(40),
                    random.nextInt(40),
                    1 << 20,
                    60,
                    40 + random.nextInt(200));
            cluster = new SimCluster(2 + random.nextInt(3), random, tight);
            filters = 2 + random.nextInt(30);
        }

        void run() {
            int steps = 50 + random.nextInt(250);
            for (int i = 0; i < steps; i++) {
                if (random.nextInt(12) == 0) {
                    disturb();
                }
                List<SimNode> alive = cluster.alive();
                if (!alive.isEmpty()) {
                    change(alive.get(random.nextInt(alive.size())));
                }
                if (random.nextInt(3) == 0) {
                    cluster.time.pass(1 + random.nextInt(random.nextInt(20) == 0 ? 1_500 : 40));
                    cluster.alive().forEach(this::checkNoneOfThoseGone);
                }
            }
            cluster.network.weather(Weather.FAIR);
            cluster.network.mendAll();
            for (int i = 0; i < cluster.size(); i++) {
                cluster.start(i);
            }
            cluster.time.pass(QUIET_MS);
            if (failure != null) {
                throw failure;
            }
            check();
        }

        private void disturb() {
            int one = random.nextInt(cluster.size());
            int other = random.nextInt(cluster.size());
            switch (random.nextInt(9)) {
                case 0 ->
                    cluster.network.weather(new Weather(
                            random.nextInt(4) * 0.1,
                            random.nextInt(3) * 0.1,
                            random.nextInt(3),
                            3 + random.nextInt(80)));
                case 1 -> cluster.network.weather(Weather.FAIR);
                case 2 -> cluster.network.cut(one, other);
                case 3 -> {
                    cluster.network.cut(one, other);
                    cluster.network.cut(other, one);
                }
                case 4, 5 -> {
                    cluster.network.mend(one, other);
                    cluster.network.mend(other, one);
                }
                case 6 -> cluster.crash(one);
                case 7 -> {
                    SimNode node = cluster.node(one);
                    if (node != null) {
                        node.clean(other);
                    }
                }
                default -> cluster.start(one);
            }
        }

        private void change(SimNode node) {
            TopicFilter filter = TopicFilter.of("f/" + random.nextInt(filters));
            Map<String, Member> joined = members.computeIfAbsent(node, key -> new HashMap<>());
            String client = filter + "/" + random.nextInt(2);
            Member member = joined.get(client);
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    changed(node, filter);
                    node.table.attach(filter, random.nextInt(SimCluster.SHARDS), () -> SUBSCRIBERS);
                    suback(node, filter);
                }
                case 3, 4 -> {
                    changed(node, filter);
                    node.table.detach(filter, random.nextInt(SimCluster.SHARDS));
                }
                case 5 -> {
                    Member next = new Member(client, random.nextBoolean());
                    next.group = node.table.join(filter, new ShareName("g"), ShareStrategy.ROUND_ROBIN, next);
                    joined.put(client, next);
                }
                case 6 -> {
                    if (member != null && member.group != null) {
                        node.table.leave(member.group, member);
                        joined.remove(client);
                    }
                }
                default -> {
                    if (member != null && member.group != null) {
                        member.online = !member.online;
                        node.table.refresh(member.group, member);
                    }
                }
            }
        }

        private void changed(SimNode node, TopicFilter filter) {
            changes.computeIfAbsent(node, key -> new HashMap<>()).merge(filter, 1, Integer::sum);
        }

        private int changesOf(SimNode node, TopicFilter filter) {
            return changes.getOrDefault(node, Map.of()).getOrDefault(filter, 0);
        }

        /** A SUBSCRIBE waits until it may be answered. */
        private void suback(SimNode node, TopicFilter filter) {
            long askedAtMs = cluster.time.nowMs();
            int change = changesOf(node, filter);
            List<SimNode> seen = cluster.alive().stream().filter(node::sees).toList();
            Runnable answered = () -> {
                unanswered.merge(node, -1, Integer::sum);
                try {
                    assertThat(cluster.time.nowMs() - askedAtMs)
                            .as("how long a SUBSCRIBE waited")
                            .isLessThanOrEqualTo(SimCluster.KNOWN_WAIT.toMillis() + 200);
                    if (change == changesOf(node, filter)) {
                        requireKnown(node, filter, seen, askedAtMs);
                    }
                } catch (AssertionError e) {
                    failure = failure == null ? e : failure; // the replication would go on as if nothing were
                }
            };
            unanswered.merge(node, 1, Integer::sum);
            if (node.replication().known()) {
                answered.run();
            } else {
                node.replication().awaitKnown(answered);
            }
        }

        private void requireKnown(SimNode node, TopicFilter filter, List<SimNode> seen, long askedAtMs) {
            for (SimNode other : seen) {
                boolean reachable = cluster.node(other.number) == other
                        && node.sees(other)
                        && other.sees(node)
                        && other.forgotAtMs(node) < askedAtMs
                        && node.forgotAtMs(other) < askedAtMs
                        && !node.replication().lagging(other.id());
                if (reachable) {
                    knownWhenAnswered++;
                    assertThat(interests(other, node))
                            .as("what node %s knows of node %s", other.number, node.number)
                            .contains(Interest.plain(filter, true));
                }
            }
        }

        /** Of nodes that it does not see it uses nothing, whatever it keeps. */
        private void checkNoneOfThoseGone(SimNode node) {
            for (int other = 0; other < cluster.size(); other++) {
                if (other != node.number && !node.seesAny(other)) {
                    NodeId gone = SimMembers.id(other);
                    Set<NodeId> used = new HashSet<>();
                    node.table.forEachInterest(gone, interest -> used.add(gone));
                    for (int filter = 0; filter < filters; filter++) {
                        used.addAll(
                                node.table.match(TopicName.of("f/" + filter)).nodes());
                    }
                    assertThat(used)
                            .as("whose routes node %s uses while node %s is gone", node.number, other)
                            .doesNotContain(gone);
                }
            }
        }

        /** Who gets a message is who wants it. */
        private void checkMatches(SimNode node, List<SimNode> nodes) {
            for (int number = 0; number < filters; number++) {
                TopicFilter filter = TopicFilter.of("f/" + number);
                List<NodeId> wanting = new ArrayList<>();
                for (SimNode other : nodes) {
                    if (other != node && interests(other, other).contains(Interest.plain(filter, true))) {
                        wanting.add(other.id());
                    }
                }
                assertThat(node.table.match(TopicName.of("f/" + number)).nodes())
                        .containsExactlyInAnyOrderElementsOf(wanting);
            }
        }

        private void check() {
            List<SimNode> nodes = cluster.alive();
            assertThat(nodes).hasSize(cluster.size());
            for (SimNode owner : nodes) {
                checkMatches(owner, nodes);
                Set<Interest> truth = interests(owner, owner);
                for (SimNode node : nodes) {
                    if (node != owner) {
                        assertThat(interests(node, owner))
                                .as("what node %s knows of node %s", node.number, owner.number)
                                .isEqualTo(truth);
                        ReplicaOfPeer replica = node.replication().replicas().find(owner.id());
                        if (replica == null) {
                            throw new AssertionError("Node " + node.number + " has no replica of " + owner.number);
                        }
                        assertThat(replica.hash()).isEqualTo(owner.own.digest().hash());
                        assertThat(replica.count()).isEqualTo(truth.size());
                        assertThat(replica.applied().ready()).isTrue();
                        assertThat(replica.applied().seq()).isEqualTo(owner.own.seq());
                        assertThat(replica.mismatches()).as("mismatches").isZero();
                        assertThat(replica.complete()).isTrue();
                    }
                }
                assertThat(owner.replication().known()).isTrue();
                assertThat(unanswered.getOrDefault(owner, 0))
                        .as("SUBSCRIBEs without an answer")
                        .isZero();
            }
        }

        private static Set<Interest> interests(SimNode node, SimNode of) {
            List<Interest> interests = new ArrayList<>();
            node.table.forEachInterest(of.id(), interests::add);
            Set<Interest> set = new HashSet<>(interests);
            assertThat(set).hasSameSizeAs(interests);
            return set;
        }
    }

    private static final class Member implements ShareMember {
        private final String clientId;
        private boolean online;
        private @Nullable ShareGroup group;

        Member(String clientId, boolean online) {
            this.clientId = clientId;
            this.online = online;
        }

        @Override
        public String clientId() {
            return clientId;
        }

        @Override
        public boolean online() {
            return online;
        }

        @Override
        public boolean local() {
            return true;
        }
    }
}
