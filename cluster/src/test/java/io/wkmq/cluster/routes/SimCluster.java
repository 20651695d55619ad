package io.wkmq.cluster.routes;

import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sim.SimMembers;
import io.wkmq.routing.LocalSubscribers;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.RouteTable;
import io.wkmq.testing.sim.SimNetwork;
import io.wkmq.testing.sim.SimTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Simulated nodes that replicate their routes, each with a real route table and replication. */
final class SimCluster {
    static final int SHARDS = 2;
    static final Duration KNOWN_WAIT = Duration.ofSeconds(2);
    private static final int DROP_MAX_MS = 300;

    final SimMembers members;
    final SimTime time;
    final SimNetwork network;
    private final Random random;
    private final RouteLimits limits;
    private final @Nullable SimNode[] nodes;

    SimCluster(int size, Random random, RouteLimits limits) {
        this.random = random;
        this.limits = limits;
        this.members = new SimMembers(size, random);
        this.time = members.time;
        this.network = members.network;
        this.nodes = new @Nullable SimNode[size];
        for (int i = 0; i < size; i++) {
            start(i);
        }
    }

    int size() {
        return nodes.length;
    }

    /** The node of that number, or null while it is down. */
    @Nullable
    SimNode node(int number) {
        return nodes[number];
    }

    List<SimNode> alive() {
        List<SimNode> alive = new ArrayList<>();
        for (SimNode node : nodes) {
            if (node != null) {
                alive.add(node);
            }
        }
        return alive;
    }

    void start(int number) {
        if (nodes[number] == null) {
            nodes[number] = new SimNode(members.start(number));
        }
    }

    void crash(int number) {
        members.crash(number);
        nodes[number] = null;
    }

    /** One run of a node's process. */
    final class SimNode {
        final int number;
        final OwnRoutes own;
        final RouteTable<LocalSubscribers> table;
        private final SimMembers.Member member;
        private final Map<NodeId, Long> forgotAt = new HashMap<>();
        private final RouteReplication replication;

        private SimNode(SimMembers.Member member) {
            this.number = member.number();
            this.member = member;
            this.own = new OwnRoutes(member.self().incarnation(), limits);
            this.table = new RouteTable<>(SHARDS, id(), own, 16, random::nextInt);
            this.replication = SimRoutes.start(
                    own, table, members, member, KNOWN_WAIT, node -> true, () -> random.nextInt(DROP_MAX_MS));
            member.listen(new MembershipListener() {
                @Override
                public void here(Peer peer) {}

                @Override
                public void gone(Peer peer) {
                    forgotAt.put(peer.id(), time.nowMs());
                }
            });
        }

        NodeId id() {
            return member.self().id();
        }

        RouteReplication replication() {
            return replication;
        }

        /** Whether it takes any run of the node of that number for present. */
        boolean seesAny(int other) {
            return member.peers().stream().anyMatch(peer -> SimMembers.number(peer.id()) == other);
        }

        /** Waits no more for a node that it does not see. */
        void clean(int other) {
            member.clean(other);
        }

        /** Whether it takes that run of another node for present. */
        boolean sees(SimNode other) {
            return member.sees(other.member);
        }

        /** When it last saw that node go. */
        long forgotAtMs(SimNode other) {
            return forgotAt.getOrDefault(other.id(), -1L);
        }
    }
}
