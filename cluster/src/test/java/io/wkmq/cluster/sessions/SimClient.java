package io.wkmq.cluster.sessions;

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
import io.wkmq.testing.sim.SimTime;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client with a persistent session that follows the standard, on one simulated node after the other: keeps its in-flight state across
 * connections, accepts each QoS 2 message once, resends what is not acknowledged.
 */
final class SimClient {
    /** A PUBLISH received. */
    record Got(String payload, Qos qos, boolean duplicate) {}

    final String id;
    private final SimTime time;
    private final Random random;
    private final List<Got> got = new ArrayList<>();
    private final Set<Integer> received = new HashSet<>(); // QoS 2, before PUBREL
    private final Map<Integer, Sent> unacknowledged = new TreeMap<>();
    private final List<String> acknowledged = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private @Nullable Connection current;
    private final List<String> history = new ArrayList<>();
    private int lastPacketId;
    private boolean acknowledges = true;
    private int absent; // how often there was no session when it connected

    SimClient(String id, SimTime time, Random random) {
        this.id = id;
        this.time = time;
        this.random = random;
    }

    private static final class Sent {
        private final String topic;
        private final String payload;
        private final Qos qos;
        private boolean released;

        Sent(String topic, String payload, Qos qos) {
            this.topic = topic;
            this.payload = payload;
            this.qos = qos;
        }
    }

    /** What happened to it, with times, for the message of a test that fails. */
    String history() {
        return String.join("\n", history);
    }

    private void note(String event) {
        history.add(time.nowMs() + " " + id + " " + event);
    }

    List<Got> got() {
        return got;
    }

    /** What it published and the broker has taken. */
    List<String> acknowledged() {
        return acknowledged;
    }

    List<Connection> connections() {
        return connections;
    }

    @Nullable
    Connection current() {
        return current;
    }

    boolean connected() {
        return current != null && current.live();
    }

    /** Whether it is connected to a session that was there before. */
    boolean present() {
        return current != null && current.present;
    }

    /** How often it was told that there is no session of it. */
    int absent() {
        return absent;
    }

    /** Whether it acknowledges what it gets. */
    void acknowledges(boolean now) {
        acknowledges = now;
    }

    Connection connect(SimBroker broker, boolean cleanStart) {
        if (current != null) {
            current.left = true; // it is gone, and its node does not know
        }
        current = new Connection(broker);
        connections.add(current);
        current.open(cleanStart);
        return current;
    }

    void lose() {
        if (current != null) {
            current.lose();
            current = null;
        }
    }

    void subscribe(String filter, Qos qos) {
        act(session -> session.subscribe(
                List.of(new SubscribeRequest(SubscriptionFilter.parse(filter), SubscriptionOptions.mqtt3(qos))),
                reasons -> {}));
    }

    void publish(String topic, String payload, Qos qos) {
        Connection on = current;
        if (on == null || !on.live() || unacknowledged.size() >= 60_000) {
            return;
        }
        int packetId = 0;
        if (qos != Qos.AT_MOST_ONCE) {
            do {
                packetId = lastPacketId = lastPacketId % 60_000 + 1;
            } while (unacknowledged.containsKey(packetId));
            unacknowledged.put(packetId, new Sent(topic, payload, qos));
        }
        on.publish(packetId, new Sent(topic, payload, qos), false);
    }

    private void act(Consumer<Session> action) {
        Connection on = current;
        if (on != null) {
            on.act(action);
        }
    }

    /** One connection of the client. */
    final class Connection implements ClientLink, ConnectCallback {
        final SimBroker broker;
        private @Nullable Session session;
        private @Nullable ReasonCode refused;
        private @Nullable ReasonCode closed;
        private boolean present;
        private boolean left;

        private Connection(SimBroker broker) {
            this.broker = broker;
        }

        private void open(boolean cleanStart) {
            note("connects to " + broker.member.self().node().name());
            ConnectRequest request = new ConnectRequest(id, null, cleanStart, 1_000_000, 10, null);
            broker.onShardOf(id, () -> broker.sessions.connect(request, this, this));
        }

        boolean live() {
            return session != null && closed == null && !left && broker.member.alive();
        }

        boolean answered() {
            return session != null || refused != null || closed != null;
        }

        @Nullable
        ReasonCode closed() {
            return closed;
        }

        @Nullable
        ReasonCode refused() {
            return refused;
        }

        private void lose() {
            note("loses its connection");
            left = true;
            broker.onShardOf(id, () -> {
                if (session != null && closed == null) {
                    session.disconnected(this, DisconnectCause.LOST);
                }
            });
        }

        private void act(Consumer<Session> action) {
            broker.onShardOf(id, () -> {
                if (session != null && closed == null && !left) {
                    action.accept(session);
                }
            });
        }

        /** The client does something a moment later, in order. */
        private void answer(Consumer<Session> action) {
            if (acknowledges) {
                time.after(1, () -> act(action));
            }
        }

        private void publish(int packetId, Sent sent, boolean duplicate) {
            act(opened -> opened.publish(new Publication(
                    packetId,
                    duplicate,
                    TopicName.of(sent.topic),
                    sent.payload.getBytes(StandardCharsets.UTF_8),
                    sent.qos,
                    false,
                    MessageProperties.NONE,
                    -1)));
        }

        @Override
        public void connected(Session opened, boolean sessionPresent) {
            session = opened;
            present = sessionPresent;
            note("connected to " + broker.member.self().node().name() + " present=" + sessionPresent);
            if (!sessionPresent) {
                absent++;
                received.clear();
                unacknowledged.clear();
            }
            if (left) {
                opened.disconnected(this, DisconnectCause.LOST);
                return;
            }
            unacknowledged.forEach((packetId, sent) -> {
                if (sent.released) {
                    act(now -> now.release(packetId, ReasonCode.SUCCESS));
                } else {
                    publish(packetId, sent, true);
                }
            });
        }

        @Override
        public void refused(ReasonCode reason, String reasonString) {
            refused = reason;
            note("refused " + reason + " by " + broker.member.self().node().name() + ": " + reasonString);
        }

        @Override
        public void close(ReasonCode reason, @Nullable String reasonString) {
            closed = reason;
            note("closed " + reason + " by " + broker.member.self().node().name());
        }

        @Override
        public boolean publish(Delivery delivery, boolean duplicate) {
            if (left) {
                return true;
            }
            String payload = new String(delivery.message().payload(), StandardCharsets.UTF_8);
            int packetId = delivery.packetId();
            boolean repeated = delivery.qos() == Qos.EXACTLY_ONCE && !received.add(packetId);
            note("gets " + payload + " packetId=" + packetId + " duplicate=" + duplicate + " repeated=" + repeated);
            if (!repeated) {
                got.add(new Got(payload, delivery.qos(), duplicate));
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
            if (!left) {
                received.remove(packetId);
                answer(opened -> opened.completed(packetId));
            }
        }

        @Override
        public void acknowledge(Qos qos, int packetId, ReasonCode reason, @Nullable String reasonString) {
            Sent sent = unacknowledged.get(packetId);
            if (left || sent == null) {
                return;
            }
            if (reason.error()) {
                unacknowledged.remove(packetId);
                return;
            }
            if (!sent.released) {
                note("has " + sent.payload + " acknowledged");
                acknowledged.add(sent.payload);
            }
            if (qos == Qos.AT_LEAST_ONCE) {
                unacknowledged.remove(packetId);
            } else {
                sent.released = true;
                time.after(random.nextInt(3), () -> act(opened -> opened.release(packetId, ReasonCode.SUCCESS)));
            }
        }

        @Override
        public void complete(int packetId, ReasonCode reason) {
            if (!left) {
                unacknowledged.remove(packetId);
            }
        }

        @Override
        public boolean writable() {
            return true;
        }
    }
}
