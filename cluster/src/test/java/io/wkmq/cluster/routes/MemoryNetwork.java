package io.wkmq.cluster.routes;

import io.wkmq.cluster.membership.Answerer;
import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.Service;
import io.wkmq.cluster.membership.UnreachableException;
import io.wkmq.routing.LocalSubscribers;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.ShareStrategy;
import io.wkmq.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Nodes in one JVM, with their own threads, that reach each other without a network. */
final class MemoryNetwork implements AutoCloseable {
    final AtomicLong bytes = new AtomicLong();
    final AtomicLong bytesAnswered = new AtomicLong();
    private final Duration knownWait;
    private final Map<NodeId, MemoryNode> nodes = new ConcurrentHashMap<>();

    /** Nodes that wait for each other as long as a test waits at all. */
    MemoryNetwork() {
        this(Await.DEFAULT);
    }

    /** Nodes that wait that long until the others know a subscription. */
    MemoryNetwork(Duration knownWait) {
        this.knownWait = knownWait;
    }

    static NodeId id(int number) {
        return new NodeId(new UUID(7, number));
    }

    /** Starts a node, which sees all others at once and is seen by them. */
    MemoryNode start(int number) {
        MemoryNode node = new MemoryNode(number);
        for (MemoryNode other : List.copyOf(nodes.values())) {
            node.meet(other.self);
            other.meet(node.self);
        }
        nodes.put(node.self.id(), node);
        return node;
    }

    /** A node leaves: all others see it go. */
    void stop(MemoryNode node) {
        nodes.remove(node.self.id());
        node.replication.close();
        nodes.values().forEach(other -> other.part(node.self));
    }

    /** Two nodes lose each other. */
    void cut(MemoryNode one, MemoryNode other) {
        one.part(other.self);
        other.part(one.self);
    }

    /** Two nodes see each other again. */
    void mend(MemoryNode one, MemoryNode other) {
        one.meet(other.self);
        other.meet(one.self);
    }

    @Override
    public void close() {
        nodes.values().forEach(node -> node.replication.close());
    }

    /** One of the nodes. */
    final class MemoryNode implements Membership, Messenger {
        final Peer self;
        final OwnRoutes own;
        final RouteTable<LocalSubscribers> table;
        final RouteReplication replication;
        private final List<Peer> peers = new ArrayList<>();
        private final List<MembershipListener> listeners = new ArrayList<>();
        private volatile @Nullable Answerer answerer;

        private MemoryNode(int number) {
            self = new Peer(
                    new Node(id(number), NodeName.parse("n" + number + "@memory")), 31 * number + 17, "memory", 1, 1);
            own = new OwnRoutes(self.incarnation());
            table = new RouteTable<>(2, self.id(), own);
            replication =
                    RouteReplication.start(own, table, ShareStrategy.ROUND_ROBIN, this, this, knownWait, node -> true);
        }

        private synchronized void meet(Peer peer) {
            peers.add(peer);
            listeners.forEach(listener -> listener.here(peer));
        }

        private synchronized void part(Peer peer) {
            peers.remove(peer);
            listeners.forEach(listener -> listener.gone(peer));
        }

        /** It does not wait for a node that is gone any more. */
        synchronized void clean(MemoryNode other) {
            listeners.forEach(listener -> listener.cleaned(other.self.node(), true));
        }

        private synchronized boolean sees(NodeId node) {
            return peers.stream().anyMatch(peer -> peer.id().equals(node));
        }

        @Override
        public Peer self() {
            return self;
        }

        @Override
        public synchronized List<Peer> peers() {
            return List.copyOf(peers);
        }

        @Override
        public synchronized void listen(MembershipListener listener) {
            listeners.add(listener);
            peers.forEach(listener::here);
        }

        @Override
        public CompletionStage<byte[]> ask(NodeId node, Service service, byte[] request) {
            bytes.addAndGet(request.length);
            MemoryNode other = nodes.get(node);
            Answerer asked = other == null || !sees(node) ? null : other.answerer;
            if (asked == null) {
                return CompletableFuture.failedFuture(new UnreachableException(node, "it is not here"));
            }
            return asked.answer(self.id(), request).thenApply(answer -> {
                bytesAnswered.addAndGet(answer.length);
                return answer;
            });
        }

        @Override
        public void answer(Service service, Answerer only) {
            answerer = only;
        }
    }
}
