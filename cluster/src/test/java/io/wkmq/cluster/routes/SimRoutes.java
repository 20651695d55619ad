package io.wkmq.cluster.routes;

import io.wkmq.cluster.membership.SimMembers;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.ShareStrategy;
import java.time.Duration;

/** The replication of routes of a simulated node, for tests of what rests on it. */
public final class SimRoutes {
    private static final Duration KNOWN_WAIT = Duration.ofSeconds(60);

    private SimRoutes() {}

    /** Starts it, before the node meets others. */
    public static RouteReplication start(
            OwnRoutes own, RouteTable<?> table, SimMembers members, SimMembers.Member member) {
        RouteReplication replication = new RouteReplication(
                own,
                table,
                ShareStrategy.ROUND_ROBIN,
                member,
                member,
                KNOWN_WAIT,
                task -> members.time.after(0, () -> member.ifAlive(task)),
                task -> members.time.after(1, () -> member.ifAlive(task)),
                members.time::nowMs,
                () -> {});
        member.every(100, replication::tick);
        return replication;
    }
}
