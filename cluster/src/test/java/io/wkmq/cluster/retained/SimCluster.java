package io.wkmq.cluster.retained;

import io.wkmq.cluster.membership.Answerer;
import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.Service;
import io.wkmq.cluster.membership.UnreachableException;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.Retained;
import io.wkmq.session.RetainedLimits;
import io.wkmq.session.RetainedMessages;
import io.wkmq.session.StampedMessage;
import io.wkmq.testing.sim.SimNetwork;
import io.wkmq.testing.sim.SimTime;
import io.wkmq.testing.sim.Weather;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
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
 * Nodes that replicate their retained messages over a simulated network, each with a clock of its own that may be wrong, and a
 * disk that outlives it. A node sees another go some time after both directions between them were cut, or the other died,
 * and come some time after they are whole again: each at its own time.
 */
final class SimCluster {
    private static final long EPOCH_MS = 1_700_000_000_000L;
    private static final int LOOK_MS = 50;
    private static final int DETECTION_MAX_MS = 1_500;
    private static final int ANSWER_MS = 400;

    final SimTime time = new SimTime();
    final SimNetwork network;
    final Random random;
    private final @Nullable SimNode[] nodes;
    private final KeptStore[] disks;
    private final long[] skewsMs;
    private final RetainedLimits[] limits;
    private final Duration removalsKept;
    private long incarnations;

    /** Nodes with unlimited room, all down. */
    SimCluster(int size, Random random, Duration removalsKept) {
        this.random = random;
        this.removalsKept = removalsKept;
        this.network = new SimNetwork(time, random, Weather.FAIR);
        this.nodes = new @Nullable SimNode[size];
        this.disks = new KeptStore[size];
        this.skewsMs = new long[size];
        this.limits = new RetainedLimits[size];
        for (int i = 0; i < size; i++) {
            disks[i] = new KeptStore();
            limits[i] = RetainedLimits.defaults();
        }
    }

    int size() {
        return nodes.length;
    }

    /** From now on the clock of a node is wrong by that much. */
    void skew(int number, long ms) {
        skewsMs[number] = ms;
    }

    /** From its next start on a node has those limits. */
    void limit(int number, RetainedLimits to) {
        limits[number] = to;
    }

    /** The node of that number, which must be up. */
    SimNode node(int number) {
        SimNode node = nodes[number];
        if (node == null) {
            throw new AssertionError("Node " + number + " is down");
        }
        return node;
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
            SimNode node = new SimNode(number, ++incarnations);
            nodes[number] = node;
            node.start();
        }
    }

    void startAll() {
        for (int i = 0; i < nodes.length; i++) {
            start(i);
        }
    }

    void crash(int number) {
        nodes[number] = null;
    }

    /** Cuts a node off all others, both ways. */
    void isolate(int number) {
        for (int other = 0; other < nodes.length; other++) {
            if (other != number) {
                network.cut(number, other);
                network.cut(other, number);
            }
        }
    }

    private static NodeId id(int number) {
        return new NodeId(new UUID(7, number));
    }

    private static int number(NodeId id) {
        return (int) id.value().getLeastSignificantBits();
    }

    /** One run of a node's process. */
    final class SimNode implements Membership, Messenger {
        final int number;
        final RetainedMessages retained;
        final Clock clock;
        private final Peer self;
        private final Map<Integer, Peer> view = new TreeMap<>();
        private final Map<Integer, Long> awaySince = new TreeMap<>();
        private final List<MembershipListener> listeners = new ArrayList<>();
        private @Nullable Answerer answerer;
        private @Nullable RetainedReplication replication;

        private SimNode(int number, long incarnation) {
            this.number = number;
            this.self = new Peer(new Node(id(number), NodeName.parse("n" + number + "@sim")), incarnation, "sim", 1, 1);
            this.clock = new SimClock(number);
            this.retained = new RetainedMessages(
                    self.id(), limits[number], removalsKept, disks[number], clock, random.nextLong());
        }

        private void start() {
            retained.restore();
            replication = new RetainedReplication(
                    retained, this, this, clock, task -> time.after(0, () -> ifAlive(task)), time::nowMs, () -> {});
            every(50, () -> replication().tick());
            every(LOOK_MS, this::look);
            every(1_000, () -> {
                int swept = retained.sweep(1_000);
                if (swept < 0) {
                    throw new AssertionError(swept);
                }
            });
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

        RetainedReplication replication() {
            if (replication == null) {
                throw new AssertionError("The node was not started");
            }
            return replication;
        }

        /** A client publishes; returns what the topic has now. */
        StampedMessage publish(String topic, byte[] payload, long expiresAfterMs) {
            retained.retain(
                    new Message(
                            TopicName.of(topic),
                            payload,
                            Qos.AT_LEAST_ONCE,
                            true,
                            MessageProperties.NONE,
                            "publisher",
                            clock.millis(),
                            expiresAfterMs == Message.NEVER ? Message.NEVER : clock.millis() + expiresAfterMs),
                    HandOver.NONE);
            return find(topic);
        }

        StampedMessage find(String topic) {
            StampedMessage found = retained.find(TopicName.of(topic));
            if (found == null) {
                throw new AssertionError("Node " + number + " knows nothing of " + topic);
            }
            return found;
        }

        /** What clients can read, by topic. */
        Map<String, Message> read() {
            Map<String, Message> read = new TreeMap<>();
            Retained.Cursor cursor = retained.matching(TopicFilter.of("#"));
            Message message = cursor.next();
            while (message != null) {
                read.put(message.topic().text(), message);
                message = cursor.next();
            }
            return read;
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
            if (node == null || (!network.open(number, other) && !network.open(other, number))) {
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
            if (request.length > MESSAGE_BYTES_MAX) {
                throw new AssertionError("A message has " + request.length + " bytes");
            }
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

    /** The time of day as a node has it. */
    private final class SimClock extends Clock {
        private final int number;

        SimClock(int number) {
            this.number = number;
        }

        @Override
        public long millis() {
            return EPOCH_MS + time.nowMs() + skewsMs[number];
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("Not needed");
        }
    }
}
