package io.wkmq.cluster.sim;

import io.wkmq.cluster.membership.Answerer;
import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.Service;
import io.wkmq.cluster.membership.UnreachableException;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.testing.sim.SimNetwork;
import io.wkmq.testing.sim.SimTime;
import io.wkmq.testing.sim.Weather;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that see each other over a simulated network. A node sees another one go some time after both directions between them were cut or
 * the other died, and come some time after they are restored, each node at its own time.
 */
public final class SimMembers {
    /** Where the node of number 0 takes links; the others follow. */
    public static final int PORT = 1_000;

    private static final int LOOK_MS = 50;
    private static final int DETECTION_MAX_MS = 1_500;
    private static final int ANSWER_MS = 400;

    /** What time it is for all of them. */
    public final SimTime time = new SimTime();

    /** What lies between them. */
    public final SimNetwork network;

    private final Random random;
    private final @Nullable Member[] members;
    private long incarnations;

    /** So many nodes, none of which runs. */
    public SimMembers(int size, Random random) {
        this.random = random;
        this.network = new SimNetwork(time, random, Weather.FAIR);
        this.members = new @Nullable Member[size];
    }

    /** The identity of the node of that number. */
    public static NodeId id(int number) {
        return new NodeId(new UUID(7, number));
    }

    /** The number of the node of that identity. */
    public static int number(NodeId id) {
        return (int) id.value().getLeastSignificantBits();
    }

    /** Starts a node that does not run. */
    public Member start(int number) {
        Member member = new Member(number, ++incarnations * 1_000_003);
        members[number] = member;
        member.every(LOOK_MS, member::look);
        return member;
    }

    /** The node dies. */
    public void crash(int number) {
        members[number] = null;
    }

    /** How many nodes there are, whether they run or not. */
    public int size() {
        return members.length;
    }

    /** The present run of a node, or null while it is down. */
    public @Nullable Member member(int number) {
        return members[number];
    }

    /** Cuts a node off all others, both ways. */
    public void isolate(int number) {
        for (int other = 0; other < members.length; other++) {
            if (other != number) {
                network.cut(number, other);
                network.cut(other, number);
            }
        }
    }

    /** One run of a node's process. */
    public final class Member implements Membership, Messenger {
        private final int number;
        private final Peer self;
        private final Map<Integer, Peer> view = new TreeMap<>();
        private final Map<Integer, Long> awaySince = new TreeMap<>();
        private final List<MembershipListener> listeners = new ArrayList<>();
        private final Map<Service, Answerer> answerers = new EnumMap<>(Service.class);

        private Member(int number, long incarnation) {
            this.number = number;
            this.self = new Peer(
                    new Node(id(number), NodeName.parse("n" + number + "@sim")), incarnation, "sim", PORT + number, 1);
        }

        /** Does something again and again while the node runs. */
        public void every(long pauseMs, Runnable task) {
            time.after(
                    pauseMs,
                    () -> ifAlive(() -> {
                        task.run();
                        every(pauseMs, task);
                    }));
        }

        /** Does something if the node runs. */
        public void ifAlive(Runnable task) {
            if (alive()) {
                task.run();
            }
        }

        /** Whether this run of the node goes on. */
        public boolean alive() {
            return members[number] == this;
        }

        /** The number of the node. */
        public int number() {
            return number;
        }

        /** Whether it takes that run of another node for present. */
        public boolean sees(Member other) {
            Peer peer = view.get(other.number);
            return peer != null && peer.incarnation() == other.self.incarnation();
        }

        private void look() {
            for (int other = 0; other < members.length; other++) {
                if (other != number) {
                    look(other);
                }
            }
        }

        private void look(int other) {
            Member node = members[other];
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

        /** Waits no more for a node that it does not see. */
        public void clean(int other) {
            if (other != number && !view.containsKey(other)) {
                Node node = new Node(id(other), NodeName.parse("n" + other + "@sim"));
                listeners.forEach(listener -> listener.cleaned(node, true));
            }
        }

        private void gone(Peer peer) {
            view.remove(SimMembers.number(peer.id()));
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
            int to = SimMembers.number(node);
            if (!view.containsKey(to)) {
                answer.completeExceptionally(new UnreachableException(node, "it is not here"));
                return answer;
            }
            network.send(number, to, () -> {
                Member other = members[to];
                Answerer answerer = other == null ? null : other.answerers.get(service);
                if (answerer != null) {
                    answerer.answer(self.id(), request).whenComplete((bytes, failure) -> {
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
            answerers.put(service, only);
        }
    }
}
