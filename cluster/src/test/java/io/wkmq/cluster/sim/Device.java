package io.wkmq.cluster.sim;

import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.ClientLink;
import io.wkmq.session.ConnectCallback;
import io.wkmq.session.ConnectRequest;
import io.wkmq.session.Delivery;
import io.wkmq.session.DisconnectCause;
import io.wkmq.session.Publication;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.Session;
import io.wkmq.session.SubscribeRequest;
import io.wkmq.session.SubscriptionOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client that follows the standard, connected to one simulated node after the other; records what it receives on which connection. */
final class Device {
    private static final long STAYS_SECONDS = 1_000_000;

    final String id;
    final boolean stays; // its session, when it is away
    final List<Connection> connections = new ArrayList<>();
    private final SimWorld world;
    private final Map<Integer, Post> unacknowledged = new TreeMap<>();
    private @Nullable Connection current;
    private int lastPacketId;

    Device(String id, boolean stays, SimWorld world) {
        this.id = id;
        this.stays = stays;
        this.world = world;
    }

    /** A PUBLISH received. */
    record Got(int number, Qos qos, boolean duplicate, boolean retained, long atMs) {}

    /** A subscription of a connection. */
    static final class Subscribed {
        final SubscriptionFilter filter;
        final Qos qos;
        final long askedAtMs;
        long answeredAtMs = Post.NEVER;
        long endedAtMs = Post.NEVER;
        /** The nodes that had to know of it when it was answered. */
        final Set<SimNode> knownBy = new LinkedHashSet<>();

        Subscribed(SubscriptionFilter filter, Qos qos, long nowMs) {
            this.filter = filter;
            this.qos = qos;
            this.askedAtMs = nowMs;
        }
    }

    boolean connected() {
        return current != null && current.live();
    }

    /** Connects, while a connection that it has stays until the broker closes it. */
    void connect(SimNode node) {
        current = new Connection(node, connections.size());
        connections.add(current);
        current.open();
    }

    /** Its connection breaks. */
    void lose() {
        if (current != null) {
            current.lose();
            current = null;
        }
    }

    void subscribe(String filter, Qos qos) {
        if (current != null && current.live()) {
            current.subscribe(SubscriptionFilter.parse(filter), qos);
        }
    }

    void unsubscribe(String filter) {
        if (current != null && current.live()) {
            current.unsubscribe(SubscriptionFilter.parse(filter));
        }
    }

    @Nullable
    Post publish(int number, String topic, Qos qos, boolean retain) {
        Connection on = current;
        if (on == null || !on.live()) {
            return null;
        }
        Post post = new Post(number, on, TopicName.of(topic), qos, retain, world);
        int packetId = 0;
        if (qos != Qos.AT_MOST_ONCE) {
            do {
                packetId = lastPacketId = lastPacketId % 60_000 + 1;
            } while (unacknowledged.containsKey(packetId));
            unacknowledged.put(packetId, post);
        }
        on.publish(packetId, post, false);
        return post;
    }

    /** One connection of the client. */
    final class Connection implements ClientLink, ConnectCallback {
        final SimNode node;
        final long openedAtMs = world.nowMs();
        final List<Got> got = new ArrayList<>();
        final List<Subscribed> subscriptions = new ArrayList<>();
        private final int number;
        private final Set<Integer> received = new HashSet<>(); // QoS 2, before PUBREL
        private @Nullable Session session;
        private boolean answered;
        private long closedAtMs = Post.NEVER;

        private Connection(SimNode node, int number) {
            this.node = node;
            this.number = number;
        }

        Device device() {
            return Device.this;
        }

        private void open() {
            world.note(this, "connects");
            long expirySeconds = stays ? STAYS_SECONDS : 0;
            ConnectRequest request = new ConnectRequest(id, null, !stays, expirySeconds, 10, null);
            node.onShardOf(id, () -> node.sessions().connect(request, this, this));
        }

        boolean live() {
            return session != null && closedAtMs == Post.NEVER && node.alive();
        }

        boolean answered() {
            return answered;
        }

        /** Whether it was there until that time at least. */
        boolean lasted(long untilMs) {
            return session != null && (closedAtMs == Post.NEVER || closedAtMs > untilMs);
        }

        /** Its node is dead. */
        void cutOff() {
            if (closedAtMs == Post.NEVER) {
                closedAtMs = world.nowMs();
            }
        }

        private void lose() {
            if (closedAtMs == Post.NEVER) {
                world.note(this, "is lost");
                closedAtMs = world.nowMs();
                node.onShardOf(id, () -> {
                    if (session != null) {
                        session.disconnected(this, DisconnectCause.LOST);
                    }
                });
            }
        }

        private void act(Consumer<Session> action) {
            node.onShardOf(id, () -> {
                if (session != null && closedAtMs == Post.NEVER) {
                    action.accept(session);
                }
            });
        }

        /** The client does something a moment later, in order. */
        private void answer(Consumer<Session> action) {
            world.members.time.after(1, () -> act(action));
        }

        private void subscribe(SubscriptionFilter filter, Qos qos) {
            end(filter); // its options may change, a moment later
            Subscribed made = new Subscribed(filter, qos, world.nowMs());
            Set<SimNode> met = world.metBy(node);
            subscriptions.add(made);
            world.note(this, "subscribes to " + filter);
            act(opened ->
                    opened.subscribe(List.of(new SubscribeRequest(filter, SubscriptionOptions.mqtt3(qos))), reasons -> {
                        if (!reasons.get(0).error() && closedAtMs == Post.NEVER) {
                            made.answeredAtMs = world.nowMs();
                            made.knownBy.addAll(world.whoHasToKnow(node, met, made.askedAtMs));
                            world.note(this, "is subscribed to " + filter + ", known by " + made.knownBy);
                        }
                    }));
        }

        private void unsubscribe(SubscriptionFilter filter) {
            end(filter);
            world.note(this, "unsubscribes from " + filter);
            act(opened -> opened.unsubscribe(List.of(filter), reasons -> {}));
        }

        private void end(SubscriptionFilter filter) {
            for (Subscribed each : subscriptions) {
                if (each.filter.equals(filter) && each.endedAtMs == Post.NEVER) {
                    each.endedAtMs = world.nowMs();
                }
            }
        }

        private void publish(int packetId, Post post, boolean duplicate) {
            world.note(this, (duplicate ? "publishes again " : "publishes ") + post.number);
            act(opened -> opened.publish(new Publication(
                    packetId,
                    duplicate,
                    post.topic,
                    Integer.toString(post.number).getBytes(StandardCharsets.UTF_8),
                    post.qos,
                    post.retain,
                    MessageProperties.NONE,
                    -1)));
        }

        @Override
        public void connected(Session opened, boolean sessionPresent) {
            session = opened;
            answered = true;
            world.note(this, "is connected, present=" + sessionPresent);
            if (closedAtMs != Post.NEVER) {
                opened.disconnected(this, DisconnectCause.LOST);
                return;
            }
            if (!sessionPresent) {
                unacknowledged.clear();
            } else if (number > 0) {
                received.addAll(connections.get(number - 1).received);
            }
            unacknowledged.forEach((packetId, post) -> {
                if (post.released) {
                    act(now -> now.release(packetId, ReasonCode.SUCCESS));
                } else {
                    post.attempts++;
                    publish(packetId, post, true);
                }
            });
        }

        @Override
        public void refused(ReasonCode reason, String reasonString) {
            answered = true;
            world.note(this, "is refused " + reason);
            cutOff();
        }

        @Override
        public void close(ReasonCode reason, @Nullable String reasonString) {
            answered = true;
            world.note(this, "is closed " + reason);
            cutOff();
        }

        @Override
        public boolean publish(Delivery delivery, boolean duplicate) {
            if (closedAtMs != Post.NEVER) {
                return true;
            }
            int payload = Integer.parseInt(new String(delivery.message().payload(), StandardCharsets.UTF_8));
            int packetId = delivery.packetId();
            boolean repeated = delivery.qos() == Qos.EXACTLY_ONCE && !received.add(packetId);
            if (!repeated) {
                world.note(this, "gets " + payload);
                got.add(new Got(payload, delivery.qos(), duplicate, delivery.retain(), world.nowMs()));
            }
            if (delivery.qos() == Qos.AT_LEAST_ONCE) {
                answer(opened -> opened.acknowledged(packetId, ReasonCode.SUCCESS));
            } else if (delivery.qos() == Qos.EXACTLY_ONCE) {
                answer(opened -> opened.received(packetId, ReasonCode.SUCCESS));
            }
            return true;
        }

        @Override
        public void release(int packetId, ReasonCode reason) {
            if (closedAtMs == Post.NEVER) {
                received.remove(packetId);
                answer(opened -> opened.completed(packetId));
            }
        }

        @Override
        public void acknowledge(Qos qos, int packetId, ReasonCode reason, @Nullable String reasonString) {
            Post post = unacknowledged.get(packetId);
            if (closedAtMs != Post.NEVER || post == null) {
                return;
            }
            if (reason.error()) {
                unacknowledged.remove(packetId);
                return;
            }
            if (!post.released) {
                world.note(this, "has " + post.number + " acknowledged");
                post.acknowledged(node, world.nowMs());
            }
            if (qos == Qos.AT_LEAST_ONCE) {
                unacknowledged.remove(packetId);
            } else {
                post.released = true;
                answer(opened -> opened.release(packetId, ReasonCode.SUCCESS));
            }
        }

        @Override
        public void complete(int packetId, ReasonCode reason) {
            if (closedAtMs == Post.NEVER) {
                unacknowledged.remove(packetId);
            }
        }

        @Override
        public boolean writable() {
            return true;
        }

        @Override
        public String toString() {
            return id + '#' + number + '@' + node;
        }
    }
}
