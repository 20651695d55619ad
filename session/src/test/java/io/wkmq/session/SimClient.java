package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT client of the simulation that follows the standard to the letter, keeps its state across crashes of the broker, and checks every
 * packet it reads.
 */
final class SimClient {
    static final int OUT_MAX = 6;

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

    private final String id;
    private final long expirySeconds;
    private final int receiveMaximum;
    private final Map<String, Qos> filters = new TreeMap<>();

    private @Nullable TestNode node;
    private @Nullable SimLink link;
    private @Nullable Session session;
    private boolean ready; // CONNACK was read

    // as a receiver
    private final Map<Integer, String> qos2Received = new HashMap<>(); // until PUBREL
    private final Map<Integer, SimLink.Publish> unanswered = new LinkedHashMap<>(); // on this connection
    private final Set<Integer> inFlight = new HashSet<>(); // what takes the send quota on this connection
    private final List<String> got = new ArrayList<>();

    // as a sender
    private final Map<Integer, Sent> out = new LinkedHashMap<>();
    private final Map<String, Integer> counters = new HashMap<>();
    private final Set<String> acknowledged = new HashSet<>();
    private int lastPacketId;

    SimClient(String id, long expirySeconds, int receiveMaximum) {
        this.id = id;
        this.expirySeconds = expirySeconds;
        this.receiveMaximum = receiveMaximum;
    }

    String id() {
        return id;
    }

    /** What it has subscribed to for good, and the QoS. */
    Map<String, Qos> filters() {
        return filters;
    }

    List<String> got() {
        return got;
    }

    Set<String> acknowledged() {
        return acknowledged;
    }

    boolean offline() {
        return link == null || link.closed();
    }

    boolean connected() {
        return link != null && !link.closed() && ready;
    }

    void connect(TestNode to) {
        SimLink fresh = new SimLink();
        SimLink before = link;
        Session sessionBefore = session;
        node = to;
        link = fresh;
        session = null;
        ready = false;
        unanswered.clear();
        inFlight.clear();
        ConnectRequest request = new ConnectRequest(id, null, expirySeconds == 0, expirySeconds, receiveMaximum, null);
        to.shards.on(
                to.sessions.shardOf(id),
                () -> to.sessions.connect(request, fresh, new ConnectCallback() {
                    @Override
                    public void connected(Session opened, boolean sessionPresent) {
                        session = opened;
                        fresh.write(new SimLink.Connack(sessionPresent));
                    }

                    @Override
                    public void refused(ReasonCode reason, String reasonString) {
                        assertThat(reason).as("%s: CONNACK", id).isEqualTo(ReasonCode.SERVER_BUSY);
                        fresh.close(reason, null); // it has connected again meanwhile
                    }
                }));
        if (before != null && sessionBefore != null) { // the old connection learns late that it was taken over
            to.shards.on(to.sessions.shardOf(id), () -> sessionBefore.disconnected(before, DisconnectCause.LOST));
        }
    }

    void lose() {
        SimLink lost = link;
        if (lost != null && session != null) {
            on(s -> s.disconnected(lost, DisconnectCause.LOST));
        }
        crashed();
    }

    /** The broker is gone, and the connection with it. */
    void crashed() {
        link = null;
        session = null;
        ready = false;
    }

    void writable(boolean now) {
        if (link != null && !link.closed()) {
            link.writable(now);
            if (now && session != null) {
                on(Session::linkWritable);
            }
        }
    }

    private void on(java.util.function.Consumer<Session> action) {
        Session mine = session;
        TestNode at = node;
        if (mine != null && at != null) {
            at.shards.on(at.sessions.shardOf(id), () -> action.accept(mine));
        }
    }

    void subscribe(String filter, Qos qos) {
        filters.put(filter, qos);
        change(filter, qos);
    }

    /** Subscribes without counting on what comes of it. */
    void change(String filter, Qos qos) {
        SimLink to = link;
        if (connected() && to != null) {
            SubscribeRequest request =
                    new SubscribeRequest(SubscriptionFilter.parse(filter), SubscriptionOptions.mqtt3(qos));
            on(s -> s.subscribe(List.of(request), reasons -> to.write(new SimLink.Suback(reasons))));
        }
    }

    void unsubscribe(String filter) {
        SimLink to = link;
        if (connected() && to != null) {
            on(s -> s.unsubscribe(
                    List.of(SubscriptionFilter.parse(filter)), reasons -> to.write(new SimLink.Suback(reasons))));
        }
    }

    void publish(String topic, Qos qos) {
        if (!connected() || out.size() >= OUT_MAX) {
            return;
        }
        int n = counters.merge(topic + qos.code(), 1, Integer::sum);
        String payload = id + '|' + topic + '|' + qos.code() + '|' + n;
        if (qos == Qos.AT_MOST_ONCE) {
            send(0, new Sent(topic, payload, qos), false);
            return;
        }
        do {
            lastPacketId = lastPacketId % 20 + 1; // used again soon, to be found out if that is wrong
        } while (out.containsKey(lastPacketId));
        Sent sent = new Sent(topic, payload, qos);
        out.put(lastPacketId, sent);
        send(lastPacketId, sent, false);
    }

    private void send(int packetId, Sent sent, boolean duplicate) {
        on(s -> s.publish(new Publication(
                packetId,
                duplicate,
                TopicName.of(sent.topic),
                sent.payload.getBytes(StandardCharsets.UTF_8),
                sent.qos,
                false,
                MessageProperties.NONE,
                -1)));
    }

    boolean idle() {
        return out.isEmpty() && unanswered.isEmpty() && qos2Received.isEmpty();
    }

    /** Reads one packet, if there is one. */
    boolean read() {
        SimLink.ToClient packet = link == null || link.closed() ? null : link.read();
        if (packet == null) {
            return false;
        }
        if (packet instanceof SimLink.Publish publish) {
            publish(publish);
        } else if (packet instanceof SimLink.Ack ack) {
            ack(ack);
        } else if (packet instanceof SimLink.Pubrel pubrel) {
            pubrel(pubrel);
        } else if (packet instanceof SimLink.Pubcomp pubcomp) {
            Sent sent = out.remove(pubcomp.packetId());
            assertThat(sent == null || sent.released)
                    .as("%s: PUBCOMP before PUBREL", id)
                    .isTrue();
        } else if (packet instanceof SimLink.Connack connack) {
            connack(connack);
        } else if (packet instanceof SimLink.Suback suback) {
            assertThat(suback.reasons()).as("%s: SUBACK", id).noneMatch(ReasonCode::error);
        }
        return true;
    }

    private void connack(SimLink.Connack connack) {
        ready = true;
        if (!connack.sessionPresent()) { // [MQTT-3.2.2-5]
            qos2Received.clear();
            out.clear();
            return;
        }
        for (Map.Entry<Integer, Sent> entry : new ArrayList<>(out.entrySet())) { // [MQTT-4.6.0-1]
            if (entry.getValue().released) {
                on(s -> s.release(entry.getKey(), ReasonCode.SUCCESS));
            } else {
                send(entry.getKey(), entry.getValue(), true);
            }
        }
    }

    private void publish(SimLink.Publish publish) {
        assertThat(ready).as("%s: nothing before CONNACK", id).isTrue();
        if (publish.qos() == Qos.AT_MOST_ONCE) {
            assertThat(publish.duplicate()).as("%s: [MQTT-3.3.1-2]", id).isFalse();
            got.add(publish.payload());
            return;
        }
        assertThat(inFlight.add(publish.packetId()))
                .as("%s: packet id %d is in use [MQTT-2.2.1-4]", id, publish.packetId())
                .isTrue();
        assertThat(inFlight).as("%s: [MQTT-3.3.4-9]", id).hasSizeLessThanOrEqualTo(receiveMaximum);
        if (publish.qos() == Qos.AT_LEAST_ONCE) {
            got.add(publish.payload());
        } else {
            String before = qos2Received.put(publish.packetId(), publish.payload());
            if (before == null) {
                got.add(publish.payload());
            } else {
                assertThat(publish.payload())
                        .as("%s: id %d is in use", id, publish.packetId())
                        .isEqualTo(before);
                assertThat(publish.duplicate()).as("%s: [MQTT-3.3.1-1]", id).isTrue();
            }
        }
        unanswered.put(publish.packetId(), publish);
    }

    /** Answers the PUBLISH that was read first. */
    boolean answer() {
        if (!connected() || unanswered.isEmpty()) {
            return false;
        }
        SimLink.Publish first = unanswered.values().iterator().next();
        unanswered.remove(first.packetId());
        if (first.qos() == Qos.AT_LEAST_ONCE) {
            inFlight.remove(first.packetId());
            on(s -> s.acknowledged(first.packetId(), ReasonCode.SUCCESS));
        } else {
            on(s -> s.received(first.packetId(), ReasonCode.SUCCESS));
        }
        return true;
    }

    private void pubrel(SimLink.Pubrel pubrel) {
        assertThat(pubrel.reason()).as("%s: PUBREL", id).isEqualTo(ReasonCode.SUCCESS);
        qos2Received.remove(pubrel.packetId());
        inFlight.remove(pubrel.packetId());
        on(s -> s.completed(pubrel.packetId()));
    }

    private void ack(SimLink.Ack ack) {
        Sent sent = out.get(ack.packetId());
        assertThat(sent).as("%s: answer without a PUBLISH", id).isNotNull();
        if (sent == null) {
            return;
        }
        assertThat(ack.qos()).isEqualTo(sent.qos);
        assertThat(ack.reason().error()).as("%s: %s", id, ack).isFalse();
        acknowledged.add(sent.payload);
        if (sent.qos == Qos.AT_LEAST_ONCE) {
            out.remove(ack.packetId());
        } else if (!sent.released) {
            sent.released = true;
            on(s -> s.release(ack.packetId(), ReasonCode.SUCCESS));
        }
    }
}
