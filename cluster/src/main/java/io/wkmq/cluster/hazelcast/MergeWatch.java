package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.routing.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tracks this node's merges. During one Hazelcast shows no members; most come back along with the cluster that is entered, so peers still
 * count as present for a while. Confined to the event thread, except {@link #listen} and {@link #underWay}.
 */
final class MergeWatch {
    private static final Logger LOG = LoggerFactory.getLogger(MergeWatch.class);

    /** How long peers hidden by a merge are not reported as gone. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Longer than any merge; one whose end is never reported, because its member was stopped, counts no longer than this. */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final EventThread thread;
    private final PeerTable table;
    private final BooleanSupplier ordered;
    private final Runnable look;
    private final List<MergeListener> listeners = new ArrayList<>();
    private List<Node> before = List.of();
    /** The peers present when the last merge began, if they are likely to move along. */
    private List<Peer> companions = List.of();

    private boolean running;
    private boolean runsOrdered;
    private boolean moves;
    private long since;

    private volatile boolean underWay;
    private volatile long underWaySince;

    /**
     * Creates a watch for one node.
     *
     * @param ordered whether an administrator's change is moving this node
     * @param look reports which peers are present
     */
    MergeWatch(EventThread thread, PeerTable table, BooleanSupplier ordered, Runnable look) {
        this.thread = thread;
        this.table = table;
        this.ordered = ordered;
        this.look = look;
    }

    void listen(MergeListener listener) {
        thread.execute(() -> listeners.add(listener));
    }

    boolean running() {
        return running;
    }

    /** Returns whether a merge is in progress or the peers present after it are not yet known. Callable from any thread. */
    boolean underWay() {
        return underWay && System.nanoTime() - underWaySince < LONGEST.toNanos();
    }

    /** Returns whether peers that go now do so because an administrator is moving this node to another cluster. */
    boolean partsFromPeers() {
        return moves;
    }

    /** Returns whether Hazelcast's member list currently says nothing about who is present. */
    boolean hidesPeers() {
        return running && System.nanoTime() - since < PATIENCE.toNanos();
    }

    /** Adds to the members shown by Hazelcast the peers present before a merge, which may just be slower to enter the other cluster. */
    Set<Peer> withCompanions(Set<Peer> shown) {
        if (companions.isEmpty() || System.nanoTime() - since >= PATIENCE.toNanos()) {
            companions = List.of();
            return shown;
        }
        Set<NodeId> ids = shown.stream().map(Peer::id).collect(Collectors.toSet());
        Set<Peer> all = new HashSet<>(shown);
        companions.stream().filter(peer -> !ids.contains(peer.id())).forEach(all::add);
        return all;
    }

    /**
     * Prepares for a merge ahead: the others are told to enter another cluster and may do so before this node does, which does not make
     * them gone.
     */
    void expect() {
        if (!running) {
            takeAlong(ordered.getAsBoolean());
        }
    }

    private void takeAlong(boolean alone) {
        since = System.nanoTime();
        companions = alone ? List.of() : table.peers(); // an administrator moves this node alone
        thread.after(PATIENCE.plusMillis(1), look);
    }

    void begin() {
        underWaySince = System.nanoTime();
        underWay = true;
        running = true;
        runsOrdered = ordered.getAsBoolean();
        moves = runsOrdered;
        before = nodes();
        takeAlong(runsOrdered);
        LOG.info("This node leaves its cluster for another one, ordered={} with={}", runsOrdered, before);
    }

    void end() {
        running = false;
        look.run();
        underWay = false;
        moves = false;
        Merge merge = new Merge(runsOrdered, before, nodes(), Duration.ofNanos(System.nanoTime() - since));
        LOG.info(
                "This node has {} another cluster, ordered={} before={} after={} time={}",
                merge.failed() ? "not entered" : "entered",
                merge.ordered(),
                merge.before(),
                merge.after(),
                merge.time());
        tell(merge);
    }

    private List<Node> nodes() {
        return table.peers().stream().map(Peer::node).toList();
    }

    private void tell(Merge merge) {
        for (MergeListener listener : listeners) {
            try {
                listener.merged(merge);
            } catch (RuntimeException e) {
                LOG.error("A listener failed while handling a cluster merge, listener={}", listener, e);
            }
        }
    }
}
