package io.wkmq.cluster.sessions;

import io.wkmq.channel.Channels;
import io.wkmq.cluster.routes.OwnRoutes;
import io.wkmq.cluster.routes.SimRoutes;
import io.wkmq.cluster.sim.SimClock;
import io.wkmq.cluster.sim.SimMembers;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.Retained;
import io.wkmq.session.RoutesKnown;
import io.wkmq.session.SessionConfig;
import io.wkmq.session.SessionEnvironment;
import io.wkmq.session.SessionInfo;
import io.wkmq.session.Sessions;
import io.wkmq.session.ShardSubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One run of a simulated node: real sessions and claims on simulated loops, disk and network. */
final class SimBroker {
    private static final int SHARDS = 2;

    final SimMembers.Member member;
    final SessionClaims claims;
    final Sessions sessions;
    private final SimLoop claimsLoop;
    private final List<SimLoop> shards = new ArrayList<>();
    private final List<String> wills = new ArrayList<>();

    /**
     * Starts a node.
     *
     * @param clockAheadMs how much its time of day is ahead of that of others
     */
    SimBroker(
            SimMembers members,
            SimLinks links,
            int number,
            SimDisk disk,
            long clockAheadMs,
            ClaimLimits limits,
            Random random) {
        member = members.start(number);
        OwnRoutes own = new OwnRoutes(member.self().incarnation());
        RouteTable<ShardSubscribers> table =
                new RouteTable<>(SHARDS, member.self().id(), own, 16, random::nextInt);
        SimLinks.End forwarder = links.end(member);
        RoutesKnown known = links.carriesMessages()
                ? SimRoutes.start(own, table, members, member, forwarder::reaches)
                : RoutesKnown.AT_ONCE;
        claimsLoop = new SimLoop(member, members.time, random);
        Clock clock = new SimClock(members.time, () -> clockAheadMs);
        claims = new SessionClaims(
                member,
                member,
                limits,
                claimsLoop,
                members.time::nowMs,
                clock::millis,
                () -> known(members, number),
                () -> {});
        for (int i = 0; i < SHARDS; i++) {
            shards.add(new SimLoop(member, members.time, random));
        }
        sessions = new Sessions(
                SessionConfig.defaults(),
                shards,
                new SessionEnvironment(
                        "n" + number + "@sim",
                        clock,
                        table,
                        forwarder,
                        claims,
                        disk.open(member::alive),
                        new Wills(),
                        Channels.NONE,
                        known));
        forwarder.serve(sessions.router(), new SimLoop(member, members.time, random));
        claims.serve(
                LocalSessions.of(sessions, member.self().id(), forwarder), CompletableFuture.completedFuture(null));
        var unused = sessions.restore();
        claims.entered();
        member.every(20, () -> claimsLoop.execute(claims::tick));
    }

    /** The other nodes: each has met all of them. */
    static MetNodes known(SimMembers members, int self) {
        List<NodeId> others = IntStream.range(0, members.size())
                .filter(other -> other != self)
                .mapToObj(SimMembers::id)
                .toList();
        return new MetNodes(others, List.of());
    }

    /** Its claims stand still from now on, and all else goes on. */
    void stickClaims() {
        claimsLoop.stick();
    }

    /** The payloads of the wills that this node has published. */
    List<String> wills() {
        return wills;
    }

    /** Runs something on the client's shard. */
    void onShardOf(String clientId, Runnable task) {
        shards.get(sessions.shardOf(clientId)).execute(task);
    }

    /** All sessions by client id, once some time has passed. */
    Map<String, SessionInfo> list() {
        Map<String, SessionInfo> all = new TreeMap<>();
        sessions.forEach(info -> all.put(info.clientId(), info), () -> {});
        return all;
    }

    /** Records the messages to be retained, which all wills of the tests are, and keeps none. */
    private final class Wills implements Retained {
        @Override
        public void retain(Message message, HandOver handOver) {
            wills.add(new String(message.payload(), StandardCharsets.UTF_8));
        }

        @Override
        public @Nullable Message find(TopicName topic) {
            return null;
        }

        @Override
        public Cursor matching(TopicFilter filter) {
            return new Cursor() {
                @Override
                public @Nullable Message next(int stepsMax) {
                    return null;
                }

                @Override
                public boolean done() {
                    return true;
                }
            };
        }
    }
}
