package io.wkmq.cluster.routes;

import io.wkmq.cluster.sim.SimMembers;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.ShareStrategy;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/** The replication of routes of a simulated node, for tests that build on it. */
public final class SimRoutes {
    private static final Duration KNOWN_WAIT = Duration.ofSeconds(60);

    private SimRoutes() {}

    /** Starts it, before the node meets others. */
    public static RouteReplication start(
            OwnRoutes own,
            RouteTable<?> table,
            SimMembers members,
            SimMembers.Member member,
            Predicate<NodeId> reaches) {
        return start(own, table, members, member, KNOWN_WAIT, reaches, () -> 1);
    }

    /**
     * Starts it, before the node meets others.
     *
     * @param knownWait how long somebody waits at most until other nodes know a subscription
     * @param reaches whether messages get to another node at present
     * @param dropMs how long it takes to begin dropping the routes of a node that is gone
     */
    public static RouteReplication start(
            OwnRoutes own,
            RouteTable<?> table,
            SimMembers members,
            SimMembers.Member member,
            Duration knownWait,
            Predicate<NodeId> reaches,
            IntSupplier dropMs) {
        RouteReplication replication = new RouteReplication(
                own,
                table,
                ShareStrategy.ROUND_ROBIN,
                member,
                member,
                knownWait,
                reaches,
                task -> members.time.after(0, () -> member.ifAlive(task)),
                task -> members.time.after(dropMs.getAsInt(), () -> member.ifAlive(task)),
                members.time::nowMs,
                () -> {});
        member.every(100, replication::tick);
        return replication;
    }

    /** Whether nobody waits for that node any more, because it does not answer. */
    public static boolean lagging(RouteReplication replication, SimMembers.Member node) {
        return replication.lagging(node.self().id());
    }
}
