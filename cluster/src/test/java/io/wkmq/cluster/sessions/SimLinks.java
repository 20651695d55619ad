package io.wkmq.cluster.sessions;

import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sim.SimMembers;
import io.wkmq.routing.Audience;
import io.wkmq.routing.Forwarder;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.Qos;
import io.wkmq.routing.RemoteMembers;
import io.wkmq.routing.Router;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.ShardSubscribers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The links between simulated nodes, with the guarantees of real ones: in order, QoS 1 and 2 exactly once and acknowledged when taken, as
 * long as both runs of the nodes see each other. Whatever waits is abandoned when one node sees the other go, does not reach it for {@value
 * #CUT_MS} ms, or is told that the other one does not reach it.
 */
final class SimLinks {
    private static final int RETRY_MS = 20;
    private static final int LOOK_MS = 50;
    private static final int CUT_MS = 500;

    private final SimMembers members;
    private final Random random;
    private final boolean carriesMessages;
    private final Map<NodeId, End> ends = new HashMap<>();

    /**
     * Links between these nodes.
     *
     * @param carriesMessages whether there are routes, so that messages go from node to node
     */
    SimLinks(SimMembers members, Random random, boolean carriesMessages) {
        this.members = members;
        this.random = random;
        this.carriesMessages = carriesMessages;
    }

    boolean carriesMessages() {
        return carriesMessages;
    }

    /** The end of a run of a node. */
    End end(SimMembers.Member member) {
        End end = new End(member);
        ends.put(member.self().id(), end);
        return end;
    }

    private record Sent(Message message, Audience audience, HandOver handOver) {
        boolean assured() {
            return message.qos() != Qos.AT_MOST_ONCE;
        }
    }

    /** One node's links to all others. */
    final class End implements Forwarder {
        private final SimMembers.Member member;
        private final Map<NodeId, Link> links = new HashMap<>();
        private final Map<NodeId, Integer> givenUp = new HashMap<>(); // how often
        private @Nullable Router<ShardSubscribers> router;
        private @Nullable SimLoop loop;

        private End(SimMembers.Member member) {
            this.member = member;
            member.every(LOOK_MS, () -> links.replaceAll((id, link) -> link.looked()));
            member.listen(new MembershipListener() {
                @Override
                public void here(Peer peer) {
                    links.put(peer.id(), new Link(End.this, peer));
                }

                @Override
                public void gone(Peer peer) {
                    Link link = links.remove(peer.id());
                    if (link != null) {
                        link.abandon();
                    }
                }
            });
        }

        /** What it gets goes in there. */
        void serve(Router<ShardSubscribers> inlet, SimLoop thread) {
            router = inlet;
            loop = thread;
        }

        @Override
        public void forward(NodeId node, Message message, Audience audience, HandOver handOver) {
            Link link = links.get(node);
            if (link != null && !link.abandoned) {
                link.send(new Sent(message, audience, handOver));
            }
        }

        @Override
        public boolean reaches(NodeId node) {
            Link link = links.get(node);
            return link != null && !link.abandoned;
        }

        private void take(Message message, Audience audience, HandOver handOver, End from) {
            if (loop == null) {
                return;
            }
            loop.execute(() -> {
                if (router != null) {
                    List<SubscriptionFilter> groups = new ArrayList<>();
                    for (RemoteMembers each : audience.groups()) {
                        groups.add(new SubscriptionFilter(
                                each.group().name(), each.group().filter()));
                    }
                    List<SubscriptionFilter> refused = router.deliver(message, audience.plain(), groups, handOver);
                    refused.forEach(
                            group -> from.redispatch(message, audience.groups().get(groups.indexOf(group)), handOver));
                    handOver.done();
                }
            });
        }

        private void redispatch(Message message, RemoteMembers left, HandOver handOver) {
            if (router != null && !router.redispatch(left.group(), message, left, handOver)) {
                handOver.nobody();
            }
        }
    }

    private final class Link {
        private final End from;
        private final Peer to;
        private final ArrayDeque<Sent> waiting = new ArrayDeque<>();
        private final ArrayDeque<Taken> taken = new ArrayDeque<>();
        private boolean scheduled;
        private boolean abandoned;
        private long upMs;
        private int begunAt; // how often the other node had given this one up; nothing of an older stream is taken

        Link(End from, Peer to) {
            this.from = from;
            this.to = to;
            this.upMs = members.time.nowMs();
            this.begunAt = givenUpThere();
        }

        private int givenUpThere() {
            End end = ends.get(to.id());
            return end == null ? 0 : end.givenUp.getOrDefault(from.member.self().id(), 0);
        }

        /** The link from now on: another one, if it was given up and can be made again. */
        Link looked() {
            if (abandoned) {
                return reached() == null ? this : new Link(from, to);
            }
            if (reached() != null && begunAt != givenUpThere()) {
                abandon(); // it is told so
            } else if (up() != null) {
                upMs = members.time.nowMs();
            } else if (members.time.nowMs() - upMs >= CUT_MS) {
                from.givenUp.merge(to.id(), 1, Integer::sum);
                abandon();
            }
            return this;
        }

        private @Nullable End up() {
            return begunAt == givenUpThere() ? reached() : null;
        }

        /** The other end, if it can be reached. */
        private @Nullable End reached() {
            End end = ends.get(to.id());
            int here = number(from.member.self().id());
            int there = number(to.id());
            boolean up = end != null
                    && end.member.alive()
                    && end.member.self().incarnation() == to.incarnation()
                    && end.member.sees(from.member)
                    && members.network.open(here, there)
                    && members.network.open(there, here);
            return up ? end : null;
        }

        void send(Sent sent) {
            if (sent.assured()) {
                sent.handOver.expect();
            }
            waiting.add(sent);
            schedule(random.nextInt(4));
        }

        private void schedule(int delayMs) {
            if (!scheduled) {
                scheduled = true;
                members.time.after(delayMs, () -> from.member.ifAlive(this::flow));
            }
        }

        private void flow() {
            scheduled = false;
            End end = up();
            if (end == null) {
                if (!waiting.isEmpty()) {
                    schedule(RETRY_MS);
                }
                return;
            }
            while (!waiting.isEmpty() && random.nextInt(8) > 0) {
                Sent sent = waiting.remove();
                Taken receipt = new Taken(this, sent);
                if (sent.assured()) {
                    taken.add(receipt);
                }
                end.take(copy(sent.message), sent.audience, receipt, from);
            }
            if (!waiting.isEmpty()) {
                schedule(1 + random.nextInt(3));
            }
        }

        /** As it comes out of a link: another object, accepted when it came. */
        private Message copy(Message message) {
            return new Message(
                    message.topic(),
                    message.payload(),
                    message.qos(),
                    message.retain(),
                    message.properties(),
                    message.publisher(),
                    message.acceptedAtMs() + 1,
                    message.expiresAtMs(),
                    message.number());
        }

        /** Acknowledges in order. */
        void settled() {
            while (!taken.isEmpty() && taken.element().finished()) {
                Taken first = taken.remove();
                members.time.after(random.nextInt(3), () -> from.member.ifAlive(first::settle));
            }
        }

        void abandon() {
            abandoned = true;
            List<Sent> left = new ArrayList<>();
            taken.forEach(each -> left.add(each.sent));
            left.addAll(waiting);
            taken.clear();
            waiting.clear();
            for (Sent sent : left) {
                if (sent.assured()) {
                    sent.handOver.done();
                }
            }
        }
    }

    /** The other node's hand-over of one message. */
    private static final class Taken implements HandOver {
        private final Link link;
        private final Sent sent;
        private final AtomicInteger left = new AtomicInteger(1);
        private @Nullable String failure;

        Taken(Link link, Sent sent) {
            this.link = link;
            this.sent = sent;
        }

        boolean finished() {
            return left.get() == 0;
        }

        void settle() {
            if (failure == null) {
                sent.handOver.done();
            } else {
                sent.handOver.failed(failure);
            }
        }

        @Override
        public void expect() {
            left.incrementAndGet();
        }

        @Override
        public void done() {
            if (left.decrementAndGet() == 0 && sent.assured() && !link.abandoned) {
                link.settled();
            }
        }

        @Override
        public void failed(String reason) {
            failure = reason;
            done();
        }
    }

    private static int number(NodeId id) {
        return (int) id.value().getLeastSignificantBits();
    }
}
