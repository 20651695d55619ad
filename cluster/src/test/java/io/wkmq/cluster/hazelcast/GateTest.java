package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.Config;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.wkmq.cluster.hazelcast.EnquiryClient.RefusedException;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.security.ClusterPki;
import io.wkmq.cluster.security.ClusterTls;
import io.wkmq.cluster.security.Cookie;
import io.wkmq.cluster.security.Introduction;
import io.wkmq.cluster.security.Purpose;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.testing.Await;
import io.wkmq.testing.Deadline;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GateTest {
    /** How a member of Hazelcast begins that has no gate in front. */
    private static final byte[] PLAIN_START = "HZC".getBytes(StandardCharsets.US_ASCII);

    private final List<TestNode> nodes = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void stopAll() {
        nodes.parallelStream().forEach(TestNode::close);
    }

    private TestNode start(String name, ClusterFrontMaker front, TestNode... seeds) {
        return start(TestNode.peer(name), front, seeds);
    }

    private TestNode start(Peer self, ClusterFrontMaker front, TestNode... seeds) {
        MemberSettings settings = TestNode.settings(TestNode.freePort());
        List<SeedAddress> addresses = new ArrayList<>();
        for (TestNode seed : seeds) {
            addresses.add(seed.membership.address());
        }
        TestNode node = TestNode.start(self, settings, front.make(self), addresses);
        nodes.add(node);
        return node;
    }

    private interface ClusterFrontMaker {
        ClusterFront make(Peer self);
    }

    private static ClusterFrontMaker front(String cluster, @Nullable String cookie, @Nullable ClusterTls tls) {
        return self -> new ClusterFront(
                cluster,
                self.node(),
                self.incarnation(),
                self.protocol(),
                cookie == null ? null : Cookie.of(cookie),
                tls);
    }

    private static void awaitRefusal(TestNode node, Verdict.Code code, boolean byPeer) {
        Await.until(
                TestNode.LIMIT,
                () -> node.self.node().name() + " knows of a refusal " + code + ", not only of "
                        + node.membership.refusals(),
                () -> node.membership.refusals().stream()
                        .anyMatch(refusal -> refusal.code() == code && refusal.byPeer() == byPeer));
    }

    private ClusterTls tls(String name) throws Exception {
        return new ClusterTls(new ClusterPki(directory).node(name));
    }

    @Test
    void nodesWithTheSameCookieMeet() {
        TestNode a = start("a", front("test", "one", null));
        TestNode b = start("b", front("test", "one", null), a);

        a.awaitSees("b");
        b.awaitSees("a");
    }

    @Test
    void aWrongCookieIsRefusedAndBothSidesKnowWhy() {
        TestNode a = start("a", front("test", "one", null));
        TestNode b = start("b", front("test", "two", null), a);

        awaitRefusal(a, Verdict.Code.WRONG_COOKIE, false);
        awaitRefusal(b, Verdict.Code.WRONG_COOKIE, true);
        assertThat(a.membership.peers()).isEmpty();
        assertThat(b.membership.peers()).isEmpty();
    }

    @Test
    void anotherClusterIsRefusedAndBothSidesKnowWhy() {
        TestNode a = start("a", front("test", "one", null));
        TestNode b = start("b", front("other", "one", null), a);

        awaitRefusal(a, Verdict.Code.OTHER_CLUSTER, false);
        awaitRefusal(b, Verdict.Code.OTHER_CLUSTER, true);
        assertThat(b.membership.peers()).isEmpty();
    }

    @Test
    void anotherNumberOfReplicasIsRefusedAndBothSidesKnowWhy() throws Exception {
        TestNode a = start("a", keeping(3, 8));
        TestNode b = start("b", keeping(Introduction.NO_REPLICAS, Introduction.NO_GROUPS), a);

        awaitRefusal(a, Verdict.Code.OTHER_REPLICAS, false);
        awaitRefusal(b, Verdict.Code.OTHER_REPLICAS, true);
        assertThat(a.membership.peers()).isEmpty();
        assertThat(b.membership.peers()).isEmpty();
        assertThat(ask(keeping(5, 8).make(TestNode.peer("x")), a).verdict())
                .isEqualTo(Verdict.refusal(
                        Verdict.Code.OTHER_REPLICAS,
                        "Node x@127.0.0.1 has cluster.channels.replicas = 5 and node a@127.0.0.1 has 3;"
                                + " it must be the same on all nodes"));
        ChangeResult joined = b.membership.join(a.membership.address());
        assertThat(joined.outcome()).isEqualTo(ChangeResult.Outcome.REFUSED);
        assertThat(joined.text()).contains("has cluster.channels.replicas = 1 and node a@127.0.0.1 has 3");
    }

    @Test
    void anotherNumberOfGroupsIsRefusedAndBothSidesKnowWhy() {
        TestNode a = start("a", keeping(3, 8));
        TestNode b = start("b", keeping(3, 16), a);

        awaitRefusal(a, Verdict.Code.OTHER_GROUPS, false);
        awaitRefusal(b, Verdict.Code.OTHER_GROUPS, true);
        assertThat(a.membership.peers()).isEmpty();
        assertThat(b.membership.peers()).isEmpty();
        ChangeResult joined = b.membership.join(a.membership.address());
        assertThat(joined.outcome()).isEqualTo(ChangeResult.Outcome.REFUSED);
        assertThat(joined.text())
                .contains("Node b@127.0.0.1 has cluster.channels.groups = 16 and node a@127.0.0.1 has 8;"
                        + " it must be the same on all nodes");
    }

    private static ClusterFrontMaker keeping(int replicas, int groups) {
        return self -> new ClusterFront(
                new Introduction(
                        Purpose.MEMBER, "test", self.node(), self.incarnation(), self.protocol(), replicas, groups),
                Cookie.of("one"),
                null,
                Duration.ofSeconds(3));
    }

    @Test
    void anotherVersionOfTheProtocolIsRefusedAndBothSidesKnowWhy() {
        TestNode a = start("a", front("test", "one", null));
        Peer late = TestNode.peer("b");
        TestNode b = start(
                new Peer(late.node(), late.incarnation(), late.host(), late.linkPort(), 1_000),
                front("test", "one", null),
                a);

        awaitRefusal(a, Verdict.Code.VERSION, false);
        awaitRefusal(b, Verdict.Code.VERSION, true);
        ChangeResult joined = b.membership.join(a.membership.address());
        assertThat(joined.outcome()).isEqualTo(ChangeResult.Outcome.REFUSED);
        assertThat(joined.text())
                .isEqualTo("Node b@127.0.0.1 speaks version 1000 of the protocol between nodes,"
                        + " node a@127.0.0.1 speaks 1");
        assertThat(a.membership.peers()).isEmpty();
        assertThat(b.membership.peers()).isEmpty();
    }

    @Test
    void nodesWithCertificatesOfOneAuthorityMeetAndTalk() throws Exception {
        ClusterPki pki = new ClusterPki(directory);
        TestNode a = start("a", front("test", null, new ClusterTls(pki.node("a"))));
        TestNode b = start("b", front("test", null, new ClusterTls(pki.node("b"))), a);
        TestNode c = start("c", front("test", null, new ClusterTls(pki.node("c"))), a);

        a.awaitSees("b", "c");
        b.awaitSees("a", "c");
        c.awaitSees("a", "b");
        MessagesOverTheNetworkTest.exchangeBigMessages(b, c);
    }

    @Test
    void plainAndTlsDoNotMeetAndBothSidesKnowWhy() throws Exception {
        TestNode a = start("a", front("test", "one", null));
        TestNode b = start("b", front("test", "one", tls("b")), a);
        TestNode c = start("c", front("test", "one", null), b);

        awaitRefusal(a, Verdict.Code.NOT_A_NODE, false);
        Await.until("b was refused", () -> !b.membership.refusals().isEmpty());
        Await.until("c was refused", () -> !c.membership.refusals().isEmpty());
        assertThat(b.membership.peers()).isEmpty();
    }

    @Test
    void aStrangersCertificateIsRefused() throws Exception {
        TestNode a = start("a", front("test", "one", tls("a")));
        TestNode b = start("b", front("test", "one", tls("b")), a);

        Await.until(
                "a and b know why they do not meet",
                () -> !a.membership.refusals().isEmpty()
                        && !b.membership.refusals().isEmpty());
        assertThat(a.membership.peers()).isEmpty();
    }

    @Test
    void aSilentConnectionIsClosedInTime() throws Exception {
        TestNode a = start("a", front("test", "one", null));
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), a.port())) {
            silent.setSoTimeout((int) TestNode.LIMIT.toMillis());

            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
        awaitRefusal(a, Verdict.Code.SILENT, false);
    }

    @Test
    void aFloodOfConnectionsIsBoundedAndKeepsNoNodeOut() throws Exception {
        TestNode a = start("a", front("test", "one", null));
        List<Socket> flood = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                flood.add(new Socket(InetAddress.getLoopbackAddress(), a.port()));
            }
            Await.until(
                    "a turns the oldest ones away",
                    () -> a.membership.refusals().stream()
                            .anyMatch(refusal -> refusal.text().contains("connections are in their handshakes")));
            start("b", front("test", "one", null), a).awaitSees("a");
        } finally {
            for (Socket socket : flood) {
                socket.close();
            }
        }
    }

    @Test
    void anObjectOfAStrangerIsNeverRead() throws Exception {
        TestNode a = start("a", front("test", "one", null));
        long before = Attack.read();
        for (byte[] start : List.of(new byte[0], PLAIN_START)) {
            try (Socket attacker = new Socket(InetAddress.getLoopbackAddress(), a.port())) {
                attacker.setSoTimeout((int) TestNode.LIMIT.toMillis());
                OutputStream out = attacker.getOutputStream();
                out.write(start);
                out.write(Attack.operation());
                out.write(Attack.event());
                out.flush();
                drain(attacker);
            } catch (IOException e) {
                // the node hung up while we wrote: all the better
                assertThat(e).isNotNull();
            }
        }
        awaitRefusal(a, Verdict.Code.NOT_A_NODE, false);
        assertThat(Attack.read()).isEqualTo(before);
    }

    /** So that the packets are none that nobody would read. */
    @Test
    void aMemberWithoutAGateReadsThatObject() throws Exception {
        int port = TestNode.freePort();
        HazelcastInstance plain = plainMember(port);
        try {
            for (byte[] packet : List.of(Attack.operation(), Attack.event())) {
                long before = Attack.read();
                try (Socket attacker = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    attacker.getOutputStream().write(PLAIN_START);
                    attacker.getOutputStream().write(packet);
                    Await.until(TestNode.LIMIT, () -> "the object is read", () -> Attack.read() > before);
                }
            }
        } finally {
            plain.getLifecycleService().terminate();
        }
    }

    /** As Hazelcast is shipped, but that it listens on loopback only and looks for no others. */
    private static HazelcastInstance plainMember(int port) {
        Config config = new Config();
        config.setClassLoader(Attack.class.getClassLoader());
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        config.setProperty("hazelcast.socket.bind.any", "false");
        NetworkConfig network = config.getNetworkConfig();
        network.setPort(port).setPortAutoIncrement(false);
        network.getInterfaces().setEnabled(true).addInterface(TestNode.HOST);
        network.getJoin().getMulticastConfig().setEnabled(false);
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        return Hazelcast.newHazelcastInstance(config);
    }

    @Test
    void clientsAndHttpAreRefused() throws Exception {
        TestNode a = start("a", front("test", "one", null));
        for (String hello : List.of("CP2", "GET /hazelcast/health HTTP/1.1\r\n\r\n", "stats\r\n")) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), a.port())) {
                client.setSoTimeout((int) TestNode.LIMIT.toMillis());
                client.getOutputStream().write(hello.getBytes(StandardCharsets.US_ASCII));
                String said = drain(client);
                assertThat(said).doesNotContain("200").doesNotContain("STAT");
            }
        }
        awaitRefusal(a, Verdict.Code.NOT_A_NODE, false);
    }

    /** Asks until there is an answer: a machine may be too slow for one enquiry. */
    private static EnquiryAnswer ask(ClusterFront asker, TestNode node) throws Exception {
        EnquiryClient client = new EnquiryClient(asker);
        Deadline deadline = Deadline.after(TestNode.LIMIT);
        while (true) {
            try {
                return client.ask(node.membership.address(), Enquiry.Question.LOOK);
            } catch (IOException e) {
                if (deadline.passed()) {
                    throw e;
                }
            }
        }
    }

    @Test
    void anEnquiryIsAnsweredWithWhoIsHere() throws Exception {
        TestNode a = start("a", front("test", "one", null));
        TestNode b = start("b", front("test", "one", null), a);
        a.awaitSees("b");
        Peer asker = TestNode.peer("x");

        EnquiryAnswer answer = ask(front("test", "one", null).make(asker), a);

        assertThat(answer.verdict()).isEqualTo(Verdict.OK);
        assertThat(answer.members()).containsExactly(a.self.node(), b.self.node());
        // On a slow machine a connection of b may have taken too long; an enquiry counts as none that was refused.
        assertThat(a.membership.refusals()).extracting(RefusedConnection::code).isSubsetOf(Verdict.Code.SILENT);
    }

    @Test
    void anEnquiryWithTlsIsAnsweredToo() throws Exception {
        ClusterPki pki = new ClusterPki(directory);
        TestNode a = start("a", front("test", "one", new ClusterTls(pki.node("a"))));

        EnquiryAnswer answer =
                ask(front("test", "one", new ClusterTls(pki.node("x"))).make(TestNode.peer("x")), a);

        assertThat(answer.members()).containsExactly(a.self.node());
    }

    @Test
    void anEnquirySaysWhyTheAskerWouldNotBeTaken() throws Exception {
        TestNode a = start("a", front("test", "one", null));
        Peer namesake = new Peer(new Node(TestNode.peer("x").id(), a.self.node().name()), 1, TestNode.HOST, 1, 1);

        EnquiryAnswer answer = ask(front("test", "one", null).make(namesake), a);

        assertThat(answer.verdict().code()).isEqualTo(Verdict.Code.NAME_IN_USE);
        assertThat(answer.verdict().text()).contains(a.id().toString());
    }

    @Test
    void anEnquiryWithAWrongCookieIsRefused() {
        TestNode a = start("a", front("test", "one", null));

        assertThatThrownBy(() -> ask(front("test", "two", null).make(TestNode.peer("x")), a))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("cookie");
    }

    @Test
    void anotherNodeWithTheNameOfOneThatIsHereStaysOutside() {
        TestNode a = start("a", front("test", "one", null));
        TestNode b = start("b", front("test", "one", null), a);
        TestNode secondB = start("b", front("test", "one", null), a);

        awaitRefusal(secondB, Verdict.Code.NAME_IN_USE, true);
        a.awaitSees("b");
        assertThat(a.membership.peers()).containsExactly(b.self);
        assertThat(secondB.membership.peers()).isEmpty();
    }

    @Test
    void withoutCookieOrTlsNoOtherAddressThanLoopbackIsTaken() {
        Peer self = TestNode.peer("a");
        MemberSettings settings = TestNode.settings("test", "0.0.0.0", TestNode.ports(TestNode.freePort()), true);

        assertThatThrownBy(() ->
                        TestNode.start(self, settings, front("test", null, null).make(self), List.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("neither a cookie nor TLS");
    }

    private static String drain(Socket socket) {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
