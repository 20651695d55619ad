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
import io.wkmq.testing.sim.SimNetwork;
import io.wkmq.testing.sim.SimTime;
import io.wkmq.testing.sim.Weather;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that replicate their routes over a simulated network, each with the table and the replication it would have in
 * reality. A node sees another go some time after both directions between them were cut, or the other died, and come some
 * time after they are whole again: each at its own time.
 */
final class SimCluster {
    static final int SHARDS = 2;
    static final Duration KNOWN_WAIT = Duration.ofSeconds(2);
    private static final int LOOK_MS = 100;
    private static final int DETECTION_MAX_MS = 1_500;
    private static final int ANSWER_MS = 400;

    final SimTime time = new SimTime();
    final SimNetwork network;
    final Random random;
    private final RouteLimits limits;
    private final @Nullable SimNode[] nodes;
    private long incarnations;

    SimCluster(int size, Random random, RouteLimits limits) {
        this.random = random;
        this.limits = limits;
        this.network = new SimNetwork(time, random, Weather.FAIR);
        this.nodes = new @Nullable SimNode[size];
        for (int i = 0; i < size; i++) {
            start(i);
        }
    }

    int size() {
        return nodes.length;
    }

    /** The node of that number, or null while it is down. */
    @Nullable
    SimNode node(int number) {
        return nodes[number];
    }

    List<SimNode> alive() {
        List<SimNode> alive = new ArrayList<>();
        for (SimNode node : nodes) {
            if (node != null) {
                alive.add(node);
            }
        }
        return alive;
    }

    void start(int number) {
        if (nodes[number] == null) {
            SimNode node = new SimNode(number, ++incarnations * 1_000_003);
            nodes[number] = node;
            node.start();
        }
    }

    void crash(int number) {
        nodes[number] = null;
    }

    static NodeId id(int number) {
        return new NodeId(new UUID(7, number));
    }

    private static int number(NodeId id) {
        return (int) id.value().getLeastSignificantBits();
    }

    /** One run of a node's process. */
    final class SimNode implements Membership, Messenger {
        final int number;
        final OwnRoutes own;
        final RouteTable<LocalSubscribers> table;
        private final Peer self;
        private final Map<Integer, Peer> view = new TreeMap<>();
        private final Map<Integer, Long> awaySince = new TreeMap<>();
        private final List<MembershipListener> listeners = new ArrayList<>();
        private final Map<Integer, Long> forgotAt = new TreeMap<>();
        private @Nullable Answerer answerer;
        private @Nullable RouteReplication replication;

        private SimNode(int number, long incarnation) {
            this.number = number;
            this.self = new Peer(new Node(id(number), NodeName.parse("n" + number + "@sim")), incarnation, "sim", 1, 1);
            this.own = new OwnRoutes(incarnation, limits);
            this.table = new RouteTable<>(SHARDS, id(number), own, 16, random::nextInt);
        }

        private void start() {
            replication = new RouteReplication(
                    own,
                    table,
                    ShareStrategy.ROUND_ROBIN,
                    this,
                    this,
                    KNOWN_WAIT,
                    task -> time.after(0, () -> ifAlive(task)),
                    task -> time.after(random.nextInt(300), () -> ifAlive(task)),
                    time::nowMs,
                    () -> {});
            every(100, () -> replication().tick());
            every(LOOK_MS, this::look);
        }

        private void every(long pauseMs, Runnable task) {
            time.after(
                    pauseMs,
                    () -> ifAlive(() -> {
                        task.run();
                        every(pauseMs, task);
                    }));
        }

        private void ifAlive(Runnable task) {
            if (nodes[number] == this) {
                task.run();
            }
        }

        RouteReplication replication() {
            if (replication == null) {
                throw new AssertionError("The node was not started");
            }
            return replication;
        }

        /** Whether it takes that run of another node for present. */
        boolean sees(SimNode other) {
            Peer peer = view.get(other.number);
            return peer != null && peer.incarnation() == other.self.incarnation();
        }

        /** When it last saw that node go. */
        long forgotAtMs(SimNode other) {
            return forgotAt.getOrDefault(other.number, -1L);
        }

        /** Looks who is here, as a failure detector would. */
        private void look() {
            for (int other = 0; other < nodes.length; other++) {
                if (other != number) {
                    look(other);
                }
            }
        }

        private void look(int other) {
            SimNode node = nodes[other];
            Peer known = view.get(other);
            boolean away = node == null || (!network.open(number, other) && !network.open(other, number));
            if (away) {
                long since =
                        awaySince.computeIfAbsent(other, key -> time.nowMs() - random.nextInt(DETECTION_MAX_MS / 2));
                if (known != null && time.nowMs() - since > DETECTION_MAX_MS) {
                    gone(known);
                }
                return;
            }
            awaySince.remove(other);
            if (known != null && known.incarnation() != node.self.incarnation()) {
                gone(known);
                known = null;
            }
            if (known == null && network.open(number, other) && network.open(other, number) && random.nextInt(3) == 0) {
                view.put(other, node.self);
                listeners.forEach(listener -> listener.here(node.self));
            }
        }

        private void gone(Peer peer) {
            view.remove(number(peer.id()));
            forgotAt.put(number(peer.id()), time.nowMs());
            listeners.forEach(listener -> listener.gone(peer));
        }

        @Override
        public Peer self() {
            return self;
        }

        @Override
        public List<Peer> peers() {
            return List.copyOf(view.values());
        }

        @Override
        public void listen(MembershipListener listener) {
            listeners.add(listener);
            view.values().forEach(listener::here);
        }

        @Override
        public CompletionStage<byte[]> ask(NodeId node, Service service, byte[] request) {
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            int to = number(node);
            if (!view.containsKey(to)) {
                answer.completeExceptionally(new UnreachableException(node, "it is not here"));
                return answer;
            }
            network.send(number, to, () -> {
                SimNode other = nodes[to];
                if (other != null && other.answerer != null) {
                    other.answerer.answer(self.id(), request).whenComplete((bytes, failure) -> {
                        if (failure == null) {
                            network.send(to, number, () -> ifAlive(() -> answer.complete(bytes)));
                        }
                    });
                }
            });
            time.after(
                    ANSWER_MS,
                    () -> ifAlive(() -> answer.completeExceptionally(new UnreachableException(node, "time is up"))));
            return answer;
        }

        @Override
        public void answer(Service service, Answerer only) {
            answerer = only;
        }
    }
}
