package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.MembershipStatus.Reason;
import io.wkmq.cluster.membership.MembershipStatus.Stopped;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.routing.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The known nodes that are absent, and why. A node that is dead for longer than the autoclean time is given up; one that left is given up
 * at once. Bounded to {@value #KNOWN_MAX} nodes: beyond that, those that went first are given up. Confined to one thread.
 */
final class Departures {
    static final int KNOWN_MAX = 1_000;

    /** A node that announced that it leaves, but is still present after this time, is taken for dead when it goes. */
    private static final Duration LEAVING_FOR = Duration.ofMinutes(1);

    private final Duration autoclean;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Map<NodeId, Departure> gone = new HashMap<>();
    private final Map<NodeId, Long> leaving = new HashMap<>();

    /** The nodes given up as dead; the return of one means that a split healed. */
    private final Map<NodeId, Departure> givenUp = new LinkedHashMap<>();

    /**
     * Creates an empty set of departures.
     *
     * @param autoclean the time after which a dead node is given up; zero for never
     */
    Departures(Duration autoclean, InstantSource clock, LongSupplier nanoTime) {
        this.autoclean = autoclean;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** Adds a node that was known to an earlier run of this one. */
    void known(Node node) {
        gone.putIfAbsent(node.id(), departure(node, 0, Reason.DEAD));
    }

    /** Records that a node announced that it leaves. */
    void leaves(NodeId node) {
        long now = nanoTime.getAsLong();
        leaving.values().removeIf(since -> now - since > LEAVING_FOR.toNanos());
        leaving.put(node, now);
    }

    /**
     * Records the departure of a node.
     *
     * @return whether the node had announced that it leaves
     */
    boolean gone(Peer peer) {
        Long said = leaving.remove(peer.id());
        boolean left = said != null && nanoTime.getAsLong() - said <= LEAVING_FOR.toNanos();
        gone.put(peer.id(), departure(peer.node(), peer.incarnation(), left ? Reason.LEFT : Reason.DEAD));
        return left;
    }

    private Departure departure(Node node, long incarnation, Reason why) {
        return new Departure(node, incarnation, why, clock.instant(), nanoTime.getAsLong(), false);
    }

    /**
     * Records the arrival of a node.
     *
     * @return how long the node was out of reach if it is the same run as before; otherwise null
     */
    @Nullable
    Duration here(Peer peer) {
        Departure known = gone.remove(peer.id());
        Departure former = givenUp.remove(peer.id());
        Departure departure = known == null ? former : known;
        return departure != null && departure.why == Reason.DEAD && departure.incarnation == peer.incarnation()
                ? Duration.ofNanos(nanoTime.getAsLong() - departure.nanos)
                : null;
    }

    /** Forgets all nodes, since this node has moved to another cluster, and returns the absent ones. */
    List<Node> leaveBehind() {
        List<Node> left = gone.values().stream().map(Departure::node).toList();
        gone.clear();
        givenUp.clear();
        return left;
    }

    /**
     * Gives up the nodes whose time is up and those that left or are removed.
     *
     * @return the nodes that were newly given up; each is returned once
     */
    List<GivenUp> clean(Set<NodeId> removed) {
        List<GivenUp> cleaned = new ArrayList<>();
        for (Departure departure : List.copyOf(gone.values())) {
            NodeId id = departure.node.id();
            boolean out = removed.contains(id);
            boolean over = out || over(departure);
            boolean left = departure.why == Reason.LEFT;
            if (!departure.told && (over || left)) {
                cleaned.add(giveUp(departure, !out && !left));
            }
            if (over) {
                gone.remove(id);
            } else if (left) {
                gone.put(id, departure.afterTold()); // an administrator may still want to see it
            }
        }
        while (gone.size() > KNOWN_MAX) {
            Departure first = Collections.min(gone.values(), Comparator.comparingLong(Departure::nanos));
            gone.remove(first.node.id());
            if (!first.told) {
                cleaned.add(giveUp(first, true));
            }
        }
        return cleaned;
    }

    private GivenUp giveUp(Departure departure, boolean mayComeBack) {
        if (mayComeBack) {
            givenUp.put(departure.node.id(), departure);
            if (givenUp.size() > KNOWN_MAX) {
                givenUp.remove(givenUp.keySet().iterator().next());
            }
        }
        return new GivenUp(departure.node, mayComeBack);
    }

    private boolean over(Departure departure) {
        return !autoclean.isZero() && nanoTime.getAsLong() - departure.nanos >= autoclean.toNanos();
    }

    /** Returns all absent nodes, in no particular order. */
    List<Stopped> stopped() {
        return gone.values().stream()
                .map(departure -> new Stopped(departure.node.id(), departure.node.name(), departure.at, departure.why))
                .toList();
    }

    /**
     * A node that is no longer waited for.
     *
     * @param mayComeBack whether it would come back by itself if it is alive
     */
    record GivenUp(Node node, boolean mayComeBack) {}

    private record Departure(Node node, long incarnation, Reason why, Instant at, long nanos, boolean told) {
        Departure afterTold() {
            return new Departure(node, incarnation, why, at, nanos, true);
        }
    }
}
