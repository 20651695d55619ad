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
 * What became of the nodes that this one knows: since when they are here, or are not and why, and which splits healed. Told on one
 * thread; what is read for administrators ({@link #running}, {@link #stopped}, {@link #heals}, {@link #nameOf}) is thread-safe.
 */
final class Chronicle {
    /** A removed node that wants to come back tries more often than that. */
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

    /** Nodes that an earlier run of this one knew. */
    void known(Collection<Node> nodes) {
        nodes.stream().filter(node -> !node.id().equals(self.id())).forEach(departures::known);
        turn();
    }

    void leaves(NodeId node) {
        departures.leaves(node);
    }

    /**
     * A node came.
     *
     * @param peers all that are here, it too
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
     * A node went.
     *
     * @return whether it had said so
     */
    boolean gone(Peer peer) {
        since.remove(peer.id());
        boolean left = departures.gone(peer);
        turn();
        return left;
    }

    /** A merge came to nothing. */
    void mergeFailed() {
        heals.failed();
        turn();
    }

    /** Those whom nobody waits for any more; each once. */
    List<GivenUp> clean(Set<NodeId> removed) {
        List<GivenUp> cleaned = departures.clean(removed);
        turn();
        return cleaned;
    }

    /** This node left the cluster of all that it knows and are not here. */
    List<Node> leaveBehind() {
        List<Node> left = departures.leaveBehind();
        turn();
        return left;
    }

    private void turn() {
        page = new Page(Map.copyOf(since), departures.stopped(), heals.status());
    }

    /** What a node is or was called; null if that is unknown. */
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
