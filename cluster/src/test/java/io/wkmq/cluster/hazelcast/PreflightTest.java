package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.hazelcast.ChangeResult.Outcome;
import io.wkmq.cluster.membership.MembershipStatus.Stopped;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the checks that keep a node from joining another cluster before it gives up its present one. */
final class PreflightTest {
    private final List<TestNode> nodes = new ArrayList<>();

    private TestNode start(Peer self, int... seeds) {
        TestNode node = TestNode.start(self, TestNode.settings(TestNode.freePort()), seeds);
        nodes.add(node);
        return node;
    }

    private TestNode start(String name, int linkPort) {
        return start(TestNode.peer(name, new NodeId(UUID.randomUUID()), linkPort));
    }

    @AfterEach
    void stopAll() {
        nodes.parallelStream().forEach(TestNode::close);
    }

    @Test
    void aNodeDoesNotJoinOneThatItCannotSendMessagesTo() {
        int closed = TestNode.freePort();
        TestNode target = start("target", closed);
        TestNode joining = start("joining", 0);
        TestNode old = start(TestNode.peer("old"), joining.port());
        joining.awaitSees("old");

        ChangeResult result = joining.membership.join(target.membership.address());

        assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(result.text())
                .startsWith("Node joining@127.0.0.1 does not get to node target@127.0.0.1 at 127.0.0.1:" + closed
                        + ": Connection refused")
                .contains("node.dist_listen_min", "node.dist_listen_max");
        assertThat(joining.sees()).containsExactly("old");
        assertThat(old.sees()).containsExactly("joining");
        assertThat(joining.told).containsExactly("here old");
    }

    @Test
    void aNodeDoesNotJoinOneThatCannotSendMessagesToIt() {
        int closed = TestNode.freePort();
        TestNode target = start("target", 0);
        TestNode joining = start("joining", closed);
        target.membership.remove(joining.id());

        ChangeResult result = joining.membership.join(target.membership.address());

        assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(result.text())
                .startsWith("Node target@127.0.0.1 does not get to node joining@127.0.0.1 at 127.0.0.1:" + closed
                        + ": Connection refused")
                .endsWith("(" + joining.port() + " to " + joining.port() + " here)");
        assertThat(joining.sees()).isEmpty();
        assertThat(target.membership.status().stopped())
                .as("it is removed as before")
                .extracting(Stopped::id)
                .containsExactly(joining.id());
    }

    @Test
    void somebodyElseAtThePortOfLinksIsNotTakenForTheNode() {
        TestNode other = start("other", 0);
        TestNode target = start("target", other.port());
        TestNode joining = start("joining", 0);

        ChangeResult result = joining.membership.join(target.membership.address());

        assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(result.text()).contains("there is node other@127.0.0.1", "expected " + target.id());
    }

    @Test
    void aPortThatTakesConnectionsAndSaysNothingIsNone() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            TestNode target = start("target", silent.getLocalPort());
            TestNode joining = start("joining", 0);

            ChangeResult result = joining.membership.join(target.membership.address());

            assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(result.text()).contains("127.0.0.1:" + silent.getLocalPort(), "did not finish the handshake");
        }
    }

    @Test
    void nodesThatReachEachOtherOnAllPortsJoin() {
        TestNode target = start("target", 0);
        TestNode joining = start("joining", 0);

        assertThat(joining.membership.join(target.membership.address()).outcome())
                .isEqualTo(Outcome.DONE);
        target.awaitSees("joining");
    }
}
