package io.wkmq.cluster.sim;

import io.wkmq.cluster.transport.SimSockets;
import io.wkmq.routing.Qos;
import io.wkmq.testing.sim.Weather;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Simulated nodes, their clients, and the events that befall them. */
final class SimWorld {
    private static final String[] FILTERS = {"t/#", "t/+", "t/0", "t/1", "r/#", "r/0"};
    private static final String SHARED = "$share/g/s/#";
    private static final int NOTES_MAX = 20_000;
    private static final int QUIET_MS = 2_500;

    final SimMembers members;
    final List<Device> devices = new ArrayList<>();
    final List<Post> posts = new ArrayList<>();
    private final Random random;
    private final SimSockets sockets;
    private final List<SimNode.Disk> disks = new ArrayList<>();
    private final List<SimNodeLimits> limits = new ArrayList<>();
    private final @Nullable SimNode[] running;
    private final List<String> notes = new ArrayList<>();
    private @Nullable Calm calm;

    SimWorld(Random random) {
        this.random = random;
        int size = 2 + random.nextInt(3);
        members = new SimMembers(size, random);
        sockets = new SimSockets(members, random);
        running = new @Nullable SimNode[size];
        boolean skewed = random.nextBoolean();
        Duration knownWait = Duration.ofMillis(200 + random.nextInt(5_000));
        for (int i = 0; i < size; i++) {
            disks.add(new SimNode.Disk(members.time, random));
            limits.add(new SimNodeLimits(skewed ? random.nextInt(20_000) : 0, 300 + random.nextInt(3_000), knownWait));
            start(i);
        }
        for (int i = 0; i < 3 + random.nextInt(6); i++) {
            devices.add(new Device("d" + i, random.nextInt(4) == 0, this));
        }
    }

    long nowMs() {
        return members.time.nowMs();
    }

    void pass(long ms) {
        members.time.pass(ms);
    }

    /** Writes down what happened, for whoever looks for a fault. */
    void note(Object who, String what) {
        if (notes.size() < NOTES_MAX) {
            notes.add(nowMs() + " " + who + " " + what);
        }
    }

    List<String> history() {
        return notes;
    }

    List<SimNode> nodes() {
        List<SimNode> nodes = new ArrayList<>();
        for (SimNode node : running) {
            if (node != null) {
                nodes.add(node);
            }
        }
        return nodes;
    }

    /** The present calm, or null. */
    @Nullable
    Calm calm() {
        return calm;
    }

    /** Who and that node see each other. */
    Set<SimNode> metBy(SimNode node) {
        Set<SimNode> met = new LinkedHashSet<>(nodes());
        met.removeIf(other -> other == node || !node.meets(other));
        return met;
    }

    /** Those of the nodes that have to know of a subscription of that node by now. */
    Set<SimNode> whoHasToKnow(SimNode node, Set<SimNode> met, long askedAtMs) {
        Set<SimNode> all = new LinkedHashSet<>(met);
        all.removeIf(other -> !other.alive()
                || !node.meets(other)
                || other.forgotAtMs(node) >= askedAtMs
                || node.forgotAtMs(other) >= askedAtMs
                || node.lagging(other));
        return all;
    }

    private void start(int number) {
        if (running[number] == null) {
            running[number] = new SimNode(members, sockets, number, disks.get(number), limits.get(number), random);
            note(running[number], "starts");
        }
    }

    private void crash(int number) {
        SimNode node = running[number];
        if (node != null) {
            note(node, "dies");
            members.crash(number);
            running[number] = null;
            for (Device device : devices) {
                for (Device.Connection connection : device.connections) {
                    if (connection.node == node) {
                        connection.cutOff();
                    }
                }
            }
        }
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Something happens to clients. */
    void step() {
        Device device = any(devices);
        List<SimNode> nodes = nodes();
        switch (random.nextInt(24)) {
            case 0, 1 -> device.lose();
            case 2 -> {
                if (!nodes.isEmpty()) {
                    device.connect(any(nodes)); // although it may have a connection
                }
            }
            case 3, 4 -> subscribe(device);
            case 5 -> device.unsubscribe(FILTERS[random.nextInt(FILTERS.length)]);
            case 6 -> device.unsubscribe(SHARED);
            default -> {
                if (!device.connected() && !nodes.isEmpty()) {
                    device.lose();
                    device.connect(any(nodes));
                } else {
                    publish(device);
                }
            }
        }
        pass(random.nextInt(random.nextInt(10) == 0 ? 400 : 12));
    }

    /** For some seconds nobody comes or goes. */
    void publishOnly() {
        pass(QUIET_MS);
        for (int i = random.nextInt(10); i > 0; i--) {
            publish(any(devices));
            pass(random.nextInt(20));
        }
        pass(QUIET_MS);
    }

    private void subscribe(Device device) {
        if (!device.stays && random.nextInt(3) == 0) {
            device.subscribe(SHARED, Qos.EXACTLY_ONCE); // so that nothing becomes QoS 1, which may come again
        } else {
            device.subscribe(FILTERS[random.nextInt(FILTERS.length)], Qos.of(random.nextInt(3)));
        }
    }

    private void publish(Device device) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            int kind = random.nextInt(8);
            String topic = (kind == 0 ? "r/" : kind < 3 ? "s/" : "t/") + random.nextInt(3);
            Post post = device.publish(posts.size(), topic, Qos.of(random.nextInt(3)), kind == 0);
            if (post != null) {
                posts.add(post);
            }
        }
    }

    /** Something happens to nodes or what is between them. */
    void disturb() {
        if (calm != null) {
            calm.end(nowMs());
            calm = null;
        }
        int one = random.nextInt(running.length);
        int other = random.nextInt(running.length);
        switch (random.nextInt(11)) {
            case 0 ->
                members.network.weather(new Weather(
                        random.nextInt(4) * 0.1, random.nextInt(3) * 0.1, random.nextInt(3), 3 + random.nextInt(80)));
            case 1 -> members.network.weather(Weather.FAIR);
            case 2 -> {
                note(one + " to " + other, "is cut");
                members.network.cut(one, other);
            }
            case 3 -> {
                note(one + " and " + other, "are cut");
                members.network.cut(one, other);
                members.network.cut(other, one);
            }
            case 4 -> {
                note(one, "is cut off");
                members.isolate(one);
            }
            case 5, 6 -> {
                note("everything", "is mended");
                members.network.mendAll();
            }
            case 7, 8 -> {
                note(one + " and " + other, "lose their connections");
                sockets.reset(one, other);
            }
            case 9 -> crash(one);
            default -> start(one);
        }
    }

    /** All is well, until the next disturbance. */
    void heal() {
        members.network.weather(Weather.FAIR);
        members.network.mendAll();
        for (int i = 0; i < running.length; i++) {
            start(i);
        }
        if (calm == null) {
            note("everything", "is well");
            calm = new Calm(nowMs());
        }
    }
}
