package io.wkmq.cluster.sessions;

import io.wkmq.cluster.sim.SimMembers;
import io.wkmq.session.SessionStore;
import io.wkmq.session.ShardExecutor;
import io.wkmq.testing.sim.SimTime;
import java.time.Clock;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** The session components of a simulated node, for tests of the whole. */
public final class SimSessions {
    private static final int TICK_MS = 20;
    private static final long WILL_GRACE_MS = 3_000;

    private SimSessions() {}

    /** A loop of a node. */
    public static ShardExecutor loop(SimMembers members, SimMembers.Member member, Random random) {
        return new SimLoop(member, members.time, random);
    }

    /** The disk of a node, which opens a store for each run of the node, as long as that run is alive. */
    public static Function<BooleanSupplier, SessionStore> disk(SimTime time, Random random) {
        return new SimDisk(time, random)::open;
    }

    /**
     * Starts the claims of a run of a node.
     *
     * @param waitMs how long a CONNECT waits at most for other nodes
     */
    public static SessionClaims claims(
            SimMembers members, SimMembers.Member member, long waitMs, Clock clock, Random random) {
        ShardExecutor loop = loop(members, member, random);
        SessionClaims claims = new SessionClaims(
                member,
                member,
                TestLimits.waiting(waitMs, WILL_GRACE_MS),
                loop,
                members.time::nowMs,
                clock::millis,
                () -> SimBroker.known(members, member.number()),
                () -> {});
        member.every(TICK_MS, () -> loop.execute(claims::tick));
        return claims;
    }

    /** Whose sessions the claims are for. */
    public static void serve(SessionClaims claims, LocalSessions local) {
        claims.serve(local, CompletableFuture.completedFuture(null));
        claims.entered();
    }

    /** How many sessions the node believes to have, those included that it claims. */
    public static int size(SessionClaims claims) {
        return claims.book().size();
    }
}
