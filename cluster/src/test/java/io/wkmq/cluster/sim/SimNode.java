package io.wkmq.cluster.sim;

import io.wkmq.channel.Channels;
import io.wkmq.cluster.SimDeliveries;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.retained.SimRetained;
import io.wkmq.cluster.routes.OwnRoutes;
import io.wkmq.cluster.routes.RouteReplication;
import io.wkmq.cluster.routes.SimRoutes;
import io.wkmq.cluster.sessions.LocalSessions;
import io.wkmq.cluster.sessions.SessionClaims;
import io.wkmq.cluster.sessions.SimSessions;
import io.wkmq.cluster.transport.LinkCounter;
import io.wkmq.cluster.transport.NodeLinks;
import io.wkmq.cluster.transport.SimSockets;
import io.wkmq.routing.Interest;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.RouteTable;
import io.wkmq.session.RetainedLimits;
import io.wkmq.session.RetainedMessages;
import io.wkmq.session.RetainedStore;
import io.wkmq.session.SessionConfig;
import io.wkmq.session.SessionEnvironment;
import io.wkmq.session.SessionInfo;
import io.wkmq.session.SessionStore;
import io.wkmq.session.Sessions;
import io.wkmq.session.ShardExecutor;
import io.wkmq.session.ShardSubscribers;
import io.wkmq.testing.sim.SimTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * One run of a simulated node with everything that belongs to a node: sessions, routes, links, claims, retained messages. Only membership,
 * threads, sockets, disk and clock are simulated.
 */
final class SimNode {
    private static final int SHARDS = 2;
    private static final int DROP_MAX_MS = 300;
    private static final long QUEUE_BYTES = 1 << 20;

    final SimMembers.Member member;
    final RetainedMessages retained;
    final RouteReplication routes;
    final SessionClaims claims;
    final NodeLinks links;
    private final RouteTable<ShardSubscribers> table;
    private final Sessions sessions;
    private final SimTime time;
    private final List<ShardExecutor> shards = new ArrayList<>();
    private final Map<NodeId, Long> forgotAtMs = new HashMap<>();

    /** What outlives a run of a node. */
    record Disk(Function<BooleanSupplier, SessionStore> sessions, RetainedStore retained) {
        Disk(SimTime time, Random random) {
            this(SimSessions.disk(time, random), SimRetained.disk());
        }
    }

    SimNode(SimMembers members, SimSockets sockets, int number, Disk disk, SimNodeLimits limits, Random random) {
        time = members.time;
        member = members.start(number);
        Clock clock = new SimClock(time, limits::clockAheadMs);
        NodeId self = member.self().id();
        OwnRoutes own = new OwnRoutes(member.self().incarnation());
        table = new RouteTable<>(SHARDS, self, own, 16, random::nextInt);
        SimDeliveries deliveries = new SimDeliveries();
        ShardExecutor linkLoop = SimSessions.loop(members, member, random);
        links = sockets.start(member, linkLoop, QUEUE_BYTES, deliveries.inlet(), deliveries.refusals(), clock);
        member.listen(links); // first, as in reality
        claims = SimSessions.claims(members, member, limits.claimWaitMs(), clock, random);
        member.listen(new Memory());
        routes = SimRoutes.start(
                own, table, members, member, limits.knownWait(), links::reaches, () -> random.nextInt(DROP_MAX_MS));
        retained = new RetainedMessages(
                self,
                RetainedLimits.defaults(),
                RetainedMessages.REMOVALS_KEPT,
                disk.retained(),
                clock,
                random.nextLong());
        retained.restore();
        SimRetained.start(retained, clock, members, member);
        for (int i = 0; i < SHARDS; i++) {
            shards.add(SimSessions.loop(members, member, random));
        }
        sessions = new Sessions(
                SessionConfig.defaults(),
                shards,
                new SessionEnvironment(
                        "n" + number + "@sim",
                        clock,
                        table,
                        links,
                        claims,
                        disk.sessions().apply(member::alive),
                        retained,
                        Channels.NONE,
                        routes));
        deliveries.serve(sessions.router());
        SimSessions.serve(claims, LocalSessions.of(sessions, self, links));
        var unused = sessions.restore();
    }

    int number() {
        return member.number();
    }

    boolean alive() {
        return member.alive();
    }

    Sessions sessions() {
        return sessions;
    }

    /** Runs something on the client's shard. */
    void onShardOf(String clientId, Runnable task) {
        shards.get(sessions.shardOf(clientId)).execute(task);
    }

    /** Whether both see each other. */
    boolean meets(SimNode other) {
        return member.sees(other.member) && other.member.sees(member);
    }

    /** When it last saw a node go, or -1. */
    long forgotAtMs(SimNode other) {
        return forgotAtMs.getOrDefault(other.member.self().id(), -1L);
    }

    /** Whether it has stopped to wait until that node knows its subscriptions. */
    boolean lagging(SimNode other) {
        return SimRoutes.lagging(routes, other.member);
    }

    /** How many messages have not got to the node that they were for. */
    long abandoned() {
        return Objects.requireNonNull(links.counts().get(LinkCounter.ABANDONED));
    }

    /** What it knows that clients of a node want. */
    Set<Interest> interests(SimNode of) {
        Set<Interest> interests = new HashSet<>();
        table.forEachInterest(of.member.self().id(), interests::add);
        return interests;
    }

    /** How many sessions it believes to have. */
    int sessionsClaimed() {
        return SimSessions.size(claims);
    }

    /** All sessions by client id, once some time has passed. */
    Map<String, SessionInfo> list() {
        Map<String, SessionInfo> all = new TreeMap<>();
        sessions.forEach(info -> all.put(info.clientId(), info), () -> {});
        return all;
    }

    @Override
    public String toString() {
        return member.self().node().name() + (alive() ? "" : " (dead)");
    }

    private final class Memory implements MembershipListener {
        @Override
        public void here(Peer peer) {}

        @Override
        public void gone(Peer peer) {
            forgotAtMs.put(peer.id(), time.nowMs());
        }
    }
}
