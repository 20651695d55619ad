package io.wkmq.cluster.sim;

import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message that a simulated client has published, and its known fate. */
final class Post {
    static final long NEVER = -1;

    final int number;
    final Device.Connection by;
    final TopicName topic;
    final Qos qos;
    final boolean retain;
    final long sentAtMs;
    final @Nullable Calm calm; // that it was sent in
    private final long abandonedWhenSent;
    private final Map<SimNode, Long> forgotAtMs = new HashMap<>(); // when its node had last seen others go
    int attempts = 1;
    boolean released; // QoS 2: PUBREC came
    long acknowledgedAtMs = NEVER;
    private long abandonedWhenAcknowledged;

    Post(int number, Device.Connection by, TopicName topic, Qos qos, boolean retain, SimWorld world) {
        this.number = number;
        this.by = by;
        this.topic = topic;
        this.qos = qos;
        this.retain = retain;
        this.sentAtMs = world.nowMs();
        this.calm = world.calm();
        this.abandonedWhenSent = by.node.abandoned();
        world.nodes().forEach(node -> forgotAtMs.put(node, by.node.forgotAtMs(node)));
    }

    void acknowledged(SimNode node, long nowMs) {
        acknowledgedAtMs = nowMs;
        abandonedWhenAcknowledged = node == by.node ? node.abandoned() : Long.MAX_VALUE;
    }

    /** Whether its node has seen that one go between then and when this was sent. */
    boolean forgotten(SimNode node, long sinceMs) {
        return forgotAtMs.getOrDefault(node, Long.MAX_VALUE) >= sinceMs;
    }

    /** Whether everything meanwhile has got to the nodes that it was for. */
    boolean undisturbed() {
        return abandonedWhenSent == abandonedWhenAcknowledged;
    }

    @Override
    public String toString() {
        return "message " + number + " of " + by + " to " + topic.text() + " QoS " + qos.code() + " sent at " + sentAtMs
                + " acknowledged at " + acknowledgedAtMs + " attempts " + attempts;
    }
}
