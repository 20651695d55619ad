package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.hazelcast.Departures.GivenUp;
import io.wkmq.cluster.membership.MembershipStatus;
import io.wkmq.cluster.membership.MembershipStatus.Reason;
import io.wkmq.cluster.membership.MembershipStatus.Running;
import io.wkmq.cluster.membership.MembershipStatus.Stopped;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The history of the nodes known to this one: since when they are present, or absent and why, and which splits healed. Updated by one
 * thread; what administrators read ({@link #running}, {@link #stopped}, {@link #heals}, {@link #nameOf}) is thread-safe.
 */
final class Chronicle {
    /** Longer than the interval at which a removed node that wants to come back retries. */
    private static final Duration KNOCK_FOR = Duration.ofMinutes(2);

    private final Peer self;
    private final InstantSource clock;
    private final Instant start;
    private final Departures departures;
    private final Heals heals;
    private final Map<NodeId, Instant> since = new HashMap<>();
    private volatile Page page;

    Chronicle(Peer self, Duration autoclean, InstantSource clock, LongSupplier nanoTime) {
        this.self = self;
        this.clock = clock;
        this.start = clock.instant();
        this.departures = new Departures(autoclean, clock, nanoTime);
        this.heals = new Heals(clock);
        this.page = new Page(Map.of(), List.of(), heals.status());
    }

    /** Adds nodes that were known to an earlier run of this one. */
    void known(Collection<Node> nodes) {
        nodes.stream().filter(node -> !node.id().equals(self.id())).forEach(departures::known);
        turn();
    }

    void leaves(NodeId node) {
        departures.leaves(node);
    }

    /**
     * Records the arrival of a node.
     *
     * @param peers all peers that are present, including this one
     */
    void here(Peer peer, List<Peer> peers) {
        since.put(peer.id(), clock.instant());
        Duration apart = departures.here(peer);
        if (apart != null) {
            List<Node> all = new ArrayList<>(List.of(self.node()));
            peers.forEach(each -> all.add(each.node()));
            heals.cameBack(peer.node(), apart, all);
        }
        turn();
    }

    /**
     * Records the departure of a node.
     *
     * @return whether the node had announced that it leaves
     */
    boolean gone(Peer peer) {
        since.remove(peer.id());
        boolean left = departures.gone(peer);
        turn();
        return left;
    }

    /** Records a failed merge. */
    void mergeFailed() {
        heals.failed();
        turn();
    }

    /** Returns the nodes that are newly given up; each is returned once. */
    List<GivenUp> clean(Set<NodeId> removed) {
        List<GivenUp> cleaned = departures.clean(removed);
        turn();
        return cleaned;
    }

    /** Forgets all absent nodes, since this node has left their cluster, and returns them. */
    List<Node> leaveBehind() {
        List<Node> left = departures.leaveBehind();
        turn();
        return left;
    }

    private void turn() {
        page = new Page(Map.copyOf(since), departures.stopped(), heals.status());
    }

    /** Returns the last known name of a node, or null. */
    @Nullable
    NodeName nameOf(NodeId node, List<Peer> peers) {
        return Stream.concat(
                        peers.stream()
                                .filter(peer -> peer.id().equals(node))
                                .map(peer -> peer.node().name()),
                        page.stopped.stream()
                                .filter(stopped -> stopped.id().equals(node))
                                .flatMap(stopped -> Stream.ofNullable(stopped.name())))
                .findFirst()
                .orElse(null);
    }

    List<Running> running(@Nullable SeedAddress own, List<Peer> peers, Map<NodeId, SeedAddress> addresses) {
        Map<NodeId, Instant> came = page.since;
        List<Running> running = new ArrayList<>(List.of(new Running(self, own, start)));
        peers.stream()
                .sorted(Comparator.comparing(peer -> peer.node().name().toString()))
                .forEach(peer -> running.add(
                        new Running(peer, addresses.get(peer.id()), came.getOrDefault(peer.id(), clock.instant()))));
        return running;
    }

    List<Stopped> stopped(List<RemovedNodes.Entry> removed, List<Peer> peers) {
        Map<NodeId, Stopped> stopped = new HashMap<>();
        page.stopped.forEach(each -> stopped.put(each.id(), each));
        removed.forEach(entry -> stopped.put(entry.id(), stopped(entry)));
        peers.forEach(peer -> stopped.remove(peer.id()));
        stopped.remove(self.id());
        return stopped.values().stream()
                .sorted(Comparator.comparing(Stopped::since).reversed())
                .toList();
    }

    private Stopped stopped(RemovedNodes.Entry entry) {
        Instant knocked = entry.knocked();
        return knocked != null && knocked.plus(KNOCK_FOR).isAfter(clock.instant())
                ? new Stopped(entry.id(), entry.name(), knocked, Reason.DENIED)
                : new Stopped(entry.id(), entry.name(), entry.since(), Reason.REMOVED);
    }

    MembershipStatus.Heals heals() {
        return page.heals;
    }

    private record Page(Map<NodeId, Instant> since, List<Stopped> stopped, MembershipStatus.Heals heals) {}
}
