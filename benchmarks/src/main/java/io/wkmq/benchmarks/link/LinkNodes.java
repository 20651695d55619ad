package io.wkmq.benchmarks.link;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.transport.Inlet;
import io.wkmq.cluster.transport.LinkSettings;
import io.wkmq.cluster.transport.NodeLinks;
import io.wkmq.cluster.transport.Refusals;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.routing.RemoteMembers;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;

/** Sets up the two nodes of the measurement. Stateless. */
final class LinkNodes {
    private static final String HOST = "127.0.0.1";
    private static final long QUEUE_BYTES = 64L << 20;
    private static final Refusals NOBODY = new Refusals() {
        @Override
        public void refused(RemoteMembers members, Message message, HandOver handOver) {}

        @Override
        public void notReached(RemoteMembers members, Message message, HandOver handOver) {}
    };

    private LinkNodes() {}

    static NodeLinks start(int number, Inlet inlet) throws IOException {
        ClusterFront front = new ClusterFront("bench", node(number), number, 1, null, null);
        LinkSettings settings = new LinkSettings(HOST, 0, 0, QUEUE_BYTES, Duration.ofSeconds(1));
        return NodeLinks.start(settings, front, inlet, NOBODY, Clock.systemUTC());
    }

    static Peer peer(int number, int port) {
        return new Peer(node(number), number, HOST, port, 1);
    }

    private static Node node(int number) {
        return new Node(new NodeId(new UUID(1, number)), new NodeName("node" + number, HOST));
    }
}
