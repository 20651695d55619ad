package io.wkmq.testing.crash;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.ServerPacket;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.ServerPacket.Pubrel;
import io.wkmq.testing.mqtt.ServerPacket.Suback;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Subscribes once, then receives what {@link LoadPublisher}s publish, over as many connections as it takes. Verifies the order and counts
 * duplicates at QoS 2. Keeps the state that a client has to keep between connections. Confined to one thread; results may be read from any
 * thread.
 */
public final class LoadSubscriber extends LoadClient {
    private final String filter;
    private final int qos;
    private final int heldBack;
    private final Map<String, Deliveries> deliveries = new ConcurrentHashMap<>();
    private final Map<Integer, Label> unreleased = new HashMap<>();
    private final Deque<Publish> unacknowledged = new ArrayDeque<>();

    /**
     * Creates a subscriber that has not subscribed yet.
     *
     * @param heldBack how many messages it leaves unacknowledged while more arrive
     */
    public LoadSubscriber(String name, MqttVersion version, String filter, int qos, int heldBack) {
        this(name, version, filter, qos, heldBack, false);
    }

    private LoadSubscriber(String name, MqttVersion version, String filter, int qos, int heldBack, boolean known) {
        super(name, version, known);
        this.filter = filter;
        this.qos = qos;
        this.heldBack = heldBack;
    }

    /** Returns this client as it was at {@code nanos}, by {@link System#nanoTime}: it knows only what it had received by then. */
    public LoadSubscriber asOf(long nanos) {
        LoadSubscriber then = new LoadSubscriber(name(), version(), filter, qos, heldBack, true);
        deliveries.forEach((publisher, received) -> then.deliveries.put(publisher, received.asOf(nanos)));
        return then;
    }

    /** Creates the session and its subscription. */
    public void subscribe(int port) {
        try (MqttProbe probe =
                connect(port).orElseThrow(() -> new IllegalStateException(name() + " found no broker"))) {
            Suback suback = probe.subscribe(Packets.subscribe(1).filter(filter, qos));
            if (!suback.codes().equals(List.of(qos))) {
                throw probe.failure(name() + " expected QoS " + qos + " but got " + suback);
            }
        }
    }

    /** Connects and receives until the broker is gone. */
    public void receiveUntilTheEnd(int port) {
        receive(port, () -> false);
    }

    /** Connects and receives until it has the last message of each of these publishers; fails if the broker is gone before that. */
    public void receiveTheLastOf(int port, List<LoadPublisher> publishers) {
        receive(port, () -> hasTheLastOf(publishers));
        if (!hasTheLastOf(publishers)) {
            throw new AssertionError("The broker was gone before " + name() + " had everything");
        }
    }

    private boolean hasTheLastOf(List<LoadPublisher> publishers) {
        return publishers.stream().allMatch(publisher -> of(publisher.name()).has(publisher.last()));
    }

    /** Returns the first few acknowledged messages of a publisher that were never delivered. */
    public List<Long> missing(LoadPublisher publisher, List<Ack> acks) {
        return of(publisher.name()).missing(acks);
    }

    /** Returns how often a message of that publisher arrived whose number was not higher than that of the message before it. */
    public int stepsBack(LoadPublisher publisher) {
        return of(publisher.name()).stepsBack();
    }

    /** Returns the first few messages of that publisher that were delivered more than once with QoS 2. */
    public List<Long> repeatedExactlyOnce(LoadPublisher publisher) {
        return of(publisher.name()).repeatedExactlyOnce();
    }

    private Deliveries of(String publisher) {
        return deliveries.computeIfAbsent(publisher, p -> new Deliveries());
    }

    private void receive(int port, BooleanSupplier done) {
        Optional<MqttProbe> connected = connect(port);
        if (connected.isEmpty()) {
            return;
        }
        unacknowledged.clear();
        try (MqttProbe probe = connected.get()) {
            while (!done.getAsBoolean()) {
                Optional<ServerPacket> packet = probe.expectPacketOrEnd();
                if (packet.isEmpty()) {
                    return;
                }
                take(probe, packet.get());
            }
            while (!unacknowledged.isEmpty()) {
                acknowledge(probe, unacknowledged.remove());
            }
        }
    }

    private void take(MqttProbe probe, ServerPacket packet) {
        if (packet instanceof Pubrel pubrel) {
            unreleased.remove(pubrel.packetId());
            probe.send(Packets.pubcomp(pubrel.packetId()));
        } else if (packet instanceof Publish publish) {
            deliver(probe, publish);
            unacknowledged.add(publish);
            while (unacknowledged.size() > heldBack) {
                acknowledge(probe, unacknowledged.remove());
            }
        } else {
            throw probe.failure(name() + " expected a message but got " + packet);
        }
    }

    private void deliver(MqttProbe probe, Publish publish) {
        Label label = Label.of(publish.text());
        if (publish.qos() == 2) {
            Label before = unreleased.putIfAbsent(publish.packetId(), label);
            if (before != null) {
                if (!before.equals(label)) {
                    throw probe.failure(name() + " has not got PUBREL of " + before + " and gets " + label
                            + " with the same packet id " + publish.packetId());
                }
                return; // the same message again, with the same packet id [MQTT-4.3.3-10]
            }
        }
        of(label.publisher()).take(label.number(), publish.qos()).ifPresent(wrong -> {
            throw probe.failure(name() + " received of " + label.publisher() + " what it should not: " + wrong);
        });
    }

    private static void acknowledge(MqttProbe probe, Publish publish) {
        if (publish.qos() == 1) {
            probe.send(Packets.puback(publish.packetId()));
        } else if (publish.qos() == 2) {
            probe.send(Packets.pubrec(publish.packetId()));
        }
    }
}
