package io.wkmq.benchmarks.link;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.transport.Inlet;
import io.wkmq.cluster.transport.LinkCounter;
import io.wkmq.cluster.transport.LinkSettings;
import io.wkmq.cluster.transport.LinkStatus;
import io.wkmq.cluster.transport.NodeLinks;
import io.wkmq.cluster.transport.Refusals;
import io.wkmq.routing.Audience;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.routing.Qos;
import io.wkmq.routing.RemoteMembers;
import io.wkmq.routing.TopicName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Two nodes with a link from the first to the second. */
final class LinkPair implements AutoCloseable {
    private static final int PAYLOAD_BYTES = 256;
    private static final TopicName TOPIC = TopicName.of("building/7/floor/3/room/12/temperature");

    private static final Refusals NOBODY = new Refusals() {
        @Override
        public void refused(RemoteMembers members, Message message, HandOver handOver) {}

        @Override
        public void notReached(RemoteMembers members, Message message, HandOver handOver) {}
    };

    private final NodeLinks first;
    private final NodeLinks second;
    private final NodeId target;
    private volatile Consumer<Message> receiver = message -> {};

    LinkPair() throws IOException {
        Node one = new Node(new NodeId(UUID.randomUUID()), new NodeName("one", "127.0.0.1"));
        Node two = new Node(new NodeId(UUID.randomUUID()), new NodeName("two", "127.0.0.1"));
        first = start(one);
        second = start(two);
        target = two.id();
        second.here(new Peer(one, 1, "127.0.0.1", first.port(), 1));
        first.here(new Peer(two, 1, "127.0.0.1", second.port(), 1));
        while (!open()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private boolean open() {
        LinkStatus status = first.status(target);
        return status != null && status.state() == LinkStatus.State.OPEN;
    }

    private NodeLinks start(Node node) throws IOException {
        ClusterFront front = new ClusterFront("bench", node, 1, 1, null, null);
        LinkSettings settings = new LinkSettings("127.0.0.1", 0, 0, 64 << 20, Duration.ofSeconds(1));
        Inlet inlet = (from, message, plain, groups, handOver) -> {
            receiver.accept(message);
            return List.of();
        };
        return NodeLinks.start(settings, front, inlet, NOBODY, Clock.systemUTC());
    }

    /** Gives what arrives to somebody, on the second node's thread. */
    void receive(Consumer<Message> next) {
        receiver = next;
    }

    /** How often the connection was lost. */
    long lost() {
        return first.counts().getOrDefault(LinkCounter.LOST, 0L);
    }

    void forward(Qos qos, long stamp, HandOver handOver) {
        byte[] payload = ByteBuffer.allocate(PAYLOAD_BYTES).putLong(stamp).array();
        Message message =
                new Message(TOPIC, payload, qos, false, MessageProperties.NONE, "sensor-0012", 0, Message.NEVER);
        first.forward(target, message, Audience.PLAIN, handOver);
    }

    @Override
    public void close() {
        first.close();
        second.close();
    }
}
