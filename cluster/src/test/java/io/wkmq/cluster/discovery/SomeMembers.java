package io.wkmq.cluster.discovery;

import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** A membership that changes as the test says. Thread-safe. */
public final class SomeMembers implements Membership {
    private final Peer self;
    private final List<Peer> peers = new CopyOnWriteArrayList<>();
    private final List<MembershipListener> listeners = new CopyOnWriteArrayList<>();

    /** Only this node, which has that number. */
    public SomeMembers(int number) {
        self = peer(number);
    }

    /** A node of that number. */
    public static Peer peer(int number) {
        Node node = new Node(new NodeId(new UUID(7, number)), new NodeName("wkmq" + number, "127.0.0.1"));
        return new Peer(node, number, "127.0.0.1", 7000 + number, 1);
    }

    void come(Peer peer) {
        peers.add(peer);
        listeners.forEach(listener -> listener.here(peer));
    }

    void go(Peer peer) {
        peers.remove(peer);
        listeners.forEach(listener -> listener.gone(peer));
    }

    void clean(Node node, boolean mayComeBack) {
        listeners.forEach(listener -> listener.cleaned(node, mayComeBack));
    }

    @Override
    public Peer self() {
        return self;
    }

    @Override
    public List<Peer> peers() {
        return List.copyOf(peers);
    }

    @Override
    public void listen(MembershipListener listener) {
        listeners.add(listener);
        peers.forEach(listener::here);
    }
}
