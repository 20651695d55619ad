package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.routing.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The peers as reported to the listeners. Compares incarnations of nodes, never Hazelcast's members: a node that merged into another
 * cluster together with this one, or whose member was restarted, was not away. Reading and listening are thread-safe; everything else
 * happens on the thread of the executor.
 */
final class PeerTable implements Membership {
    private static final Logger LOG = LoggerFactory.getLogger(PeerTable.class);

    private final Peer self;
    private final Executor thread;
    private final List<MembershipListener> listeners = new ArrayList<>();
    private volatile Map<NodeId, Peer> peers = Map.of();

    PeerTable(Peer self, Executor thread) {
        this.self = self;
        this.thread = thread;
    }

    @Override
    public Peer self() {
        return self;
    }

    @Override
    public List<Peer> peers() {
        return List.copyOf(peers.values());
    }

    @Override
    public void listen(MembershipListener listener) {
        thread.execute(() -> {
            listeners.add(listener);
            peers.values().forEach(peer -> tell(listener, told -> told.here(peer)));
        });
    }

    /**
     * Reports the difference to the previous call to the listeners: first the peers that are gone, then those that are new. Called on the
     * executor's thread.
     *
     * @param members in the order in which they joined; of two incarnations of a node the later one counts
     */
    void show(Collection<Peer> members) {
        Map<NodeId, Peer> now = new LinkedHashMap<>();
        for (Peer member : members) {
            if (!member.id().equals(self.id())) {
                now.put(member.id(), member);
            }
        }
        Map<NodeId, Peer> before = peers;
        List<Peer> gone = missing(before, now);
        List<Peer> here = missing(now, before);
        before.forEach((id, known) -> now.computeIfPresent(id, (same, peer) -> sameRun(known, peer) ? known : peer));
        peers = Map.copyOf(now);
        gone.forEach(peer -> {
            LOG.info("Node {} is gone, id={} host={}", peer.node().name(), peer.id(), peer.host());
            listeners.forEach(listener -> tell(listener, told -> told.gone(peer)));
        });
        here.forEach(peer -> {
            LOG.info("Node {} is here, id={} host={}", peer.node().name(), peer.id(), peer.host());
            listeners.forEach(listener -> tell(listener, told -> told.here(peer)));
        });
    }

    /** Tells the listeners that a peer reported as gone keeps running without this node. Called on the executor's thread. */
    void tellParts(Peer peer) {
        listeners.forEach(listener -> tell(listener, told -> told.parts(peer)));
    }

    /** Tells the listeners that a node that is gone, or was known from before, is no longer waited for. Called on the executor's thread. */
    void tellCleaned(Node node, boolean mayComeBack) {
        listeners.forEach(listener -> tell(listener, told -> told.cleaned(node, mayComeBack)));
    }

    private static List<Peer> missing(Map<NodeId, Peer> from, Map<NodeId, Peer> in) {
        return from.values().stream()
                .filter(peer -> {
                    Peer other = in.get(peer.id());
                    return other == null || !sameRun(peer, other);
                })
                .toList();
    }

    private static boolean sameRun(Peer one, Peer other) {
        return one.incarnation() == other.incarnation();
    }

    @SuppressWarnings("IllegalCatch") // a failing listener must not keep the others from being told
    private static void tell(MembershipListener listener, Consumer<MembershipListener> call) {
        try {
            call.accept(listener);
        } catch (RuntimeException | Error e) {
            LOG.error("A listener failed while handling a cluster change, listener={}", listener, e);
        }
    }
}
