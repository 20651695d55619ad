package io.wkmq.testing.history;

import io.wkmq.testing.mqtt.ConnectBuilder;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.ServerPacket;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.ServerPacket.Pubrel;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A client with a persistent session that roams from node to node on its own thread: it disconnects, drops its connection, or connects
 * elsewhere while it is still connected. In each session it subscribes once, with QoS 2, to what all {@link NumberedPublisher}s publish.
 * The subscription identifier tells its sessions apart, because an earlier one may reappear after a cut. Keeps the state of the QoS 2
 * exchanges of each session across connections, as a client has to.
 */
final class Roamer {
    private static final int TAKEN_OVER = 0x8E;
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    /** Longer than a node takes to disconnect the old client once it learns of the takeover; across a cut it learns much later. */
    private static final Duration TAKEN_OVER_LIMIT = Duration.ofSeconds(3);

    private static final Duration LOOK = Duration.ofMillis(20);
    private static final long RETRY_NANOS = Duration.ofMillis(200).toNanos();
    private static final int STAY_MAX_MS = 800;

    private enum Way {
        FAREWELL,
        DROP,
        TAKE_OVER
    }

    private record Stay(String node, MqttProbe probe) {}

    private record Flow(int session, int packetId) {}

    private final String name;
    private final ClusterLoad.Door door;
    private final History history;
    private final Random random;
    private final Thread thread;
    private final Map<Flow, String> unreleased = new HashMap<>();
    private final Map<String, Long> newest = new ConcurrentHashMap<>();
    private volatile List<String> nodes;
    private volatile boolean roaming = true;
    private volatile boolean stopping;
    private volatile boolean subscribed;
    private volatile String place = "";
    private int sessions; // so far
    private int session; // number of the current connection's session; 0 until a message reveals it

    Roamer(String name, List<String> nodes, ClusterLoad.Door door, History history, long seed) {
        this.name = name;
        this.nodes = List.copyOf(nodes);
        this.door = door;
        this.history = history;
        this.random = new Random(seed);
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    String name() {
        return name;
    }

    void start() {
        thread.start();
    }

    /** Restricts roaming to those nodes from now on. */
    void keepTo(List<String> some) {
        nodes = List.copyOf(some);
    }

    /** Makes the client stay where it is from now on. */
    void settle() {
        roaming = false;
    }

    void stop() {
        stopping = true;
    }

    void awaitEnd() throws InterruptedException {
        thread.join(ANSWER_LIMIT.toMillis());
    }

    boolean subscribed() {
        return subscribed;
    }

    /** Returns the node it is connected to, empty between connections. */
    String place() {
        return place;
    }

    boolean has(String publisher, long number) {
        return newest.getOrDefault(publisher, 0L) >= number;
    }

    private void run() {
        Stay stay = null;
        while (!stopping) {
            Stay next = go(stay);
            if (next == null) {
                LockSupport.parkNanos(RETRY_NANOS);
            }
            stay = next != null && remain(next) ? next : null;
        }
        if (stay != null) {
            stay.probe().send(Packets.disconnect());
            stay.probe().close();
        }
    }

    /** Moves to another node; returns null if it is not accepted there. */
    private @Nullable Stay go(@Nullable Stay before) {
        Way way = before == null ? Way.DROP : Way.values()[random.nextInt(Way.values().length)];
        String target = another(before == null ? "" : before.node());
        if (before != null && way != Way.TAKE_OVER) {
            place = "";
            if (way == Way.FAREWELL) {
                before.probe().send(Packets.disconnect());
            }
            before.probe().close();
        }
        Stay arrived = connect(target);
        if (before != null && way == Way.TAKE_OVER) {
            if (arrived != null) {
                expectTakenOver(before);
            }
            before.probe().close();
        }
        place = arrived == null ? "" : target;
        return arrived;
    }

    private String another(String than) {
        List<String> others = nodes.stream().filter(node -> !node.equals(than)).toList();
        return others.isEmpty() ? than : others.get(random.nextInt(others.size()));
    }

    private @Nullable Stay connect(String node) {
        MqttProbe probe;
        try {
            probe = MqttProbe.over(door.open(node), MqttVersion.V5)
                    .within(ANSWER_LIMIT)
                    .allowTornEnds();
        } catch (IOException e) {
            return null; // the node is down or still starting
        }
        try {
            long asked = System.nanoTime();
            ConnectBuilder connect = Packets.connect(name).keepAlive(0).keepSession();
            Connack connack = probe.send(connect).expect(Connack.class);
            long now = System.nanoTime();
            history.record(new Event.Answered(now, name, node, connack.code(), now - asked));
            if (connack.code() == 0) {
                begin(node, probe, connack);
                return new Stay(node, probe);
            }
        } catch (AssertionError e) {
            ended(node, e);
        }
        probe.close();
        return null;
    }

    private void begin(String node, MqttProbe probe, Connack connack) {
        session = 0;
        if (connack.sessionPresent()) {
            return;
        }
        if (subscribed) {
            history.record(new Event.SessionLost(System.nanoTime(), name));
        }
        sessions++;
        probe.subscribe(
                Packets.subscribe(1).with(Property.subscriptionId(sessions)).filter(NumberedPublisher.topic("#"), 2));
        history.record(new Event.Subscribed(System.nanoTime(), name, node, true, sessions));
        subscribed = true;
    }

    /** Skips what is still in flight on the old connection: it is unacknowledged and will be redelivered. */
    private void expectTakenOver(Stay before) {
        long until = System.nanoTime() + TAKEN_OVER_LIMIT.toNanos();
        try {
            while (true) {
                ServerPacket packet = before.probe()
                        .poll(Duration.ofNanos(Math.max(0, until - System.nanoTime())))
                        .orElseThrow(() -> before.probe().failure(name + " expected DISCONNECT"));
                if (packet instanceof ServerPacket.Disconnect disconnect) {
                    if (disconnect.code() != TAKEN_OVER) {
                        throw before.probe().failure(name + " did not expect " + disconnect);
                    }
                    return;
                }
            }
        } catch (AssertionError e) {
            ended(before.node(), e);
        }
    }

    /** Stays for a while, or indefinitely once roaming has ended; returns whether it is still connected afterwards. */
    private boolean remain(Stay stay) {
        long until = System.nanoTime()
                + Duration.ofMillis(random.nextInt(STAY_MAX_MS)).toNanos();
        try {
            while (!stopping && (!roaming || until - System.nanoTime() > 0)) {
                stay.probe().poll(LOOK).ifPresent(packet -> take(stay.probe(), packet));
                if (stay.probe().ended()) {
                    throw stay.probe().failure("the connection was closed");
                }
            }
            return true;
        } catch (AssertionError e) {
            place = "";
            ended(stay.node(), e);
            stay.probe().close();
            return false;
        }
    }

    private void ended(String node, AssertionError reason) {
        String first = String.valueOf(reason.getMessage()).lines().findFirst().orElse(""); // the rest is a transcript
        history.record(new Event.Ended(System.nanoTime(), name, "at " + node + ": " + first));
    }

    private void take(MqttProbe probe, ServerPacket packet) {
        if (packet instanceof Pubrel pubrel) {
            unreleased
                    .keySet()
                    .removeIf(flow ->
                            flow.packetId() == pubrel.packetId() && (session == 0 || flow.session() == session));
            probe.send(Packets.pubcomp(pubrel.packetId()));
        } else if (packet instanceof Publish publish && publish.qos() == 1) {
            record(Event.Received.of(name, publish));
            probe.send(Packets.puback(publish.packetId()));
        } else if (packet instanceof Publish publish && publish.qos() == 2) {
            Event.Received received = Event.Received.of(name, publish);
            session = received.session();
            String known = unreleased.put(new Flow(received.session(), publish.packetId()), publish.text());
            if (known == null) {
                record(received);
            } else if (!known.equals(publish.text())) {
                throw probe.failure(name + " has '" + known + "' with the packet id of " + publish);
            }
            probe.send(Packets.pubrec(publish.packetId()));
        } else {
            throw probe.failure(name + " did not expect " + packet);
        }
    }

    private void record(Event.Received received) {
        session = received.session();
        history.record(received);
        newest.merge(received.publisher(), received.number(), Math::max);
    }
}
