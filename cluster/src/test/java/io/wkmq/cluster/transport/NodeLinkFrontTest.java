package io.wkmq.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.security.ClusterPki;
import io.wkmq.cluster.security.ClusterTls;
import io.wkmq.cluster.security.Cookie;
import io.wkmq.cluster.security.Handshake;
import io.wkmq.cluster.security.Purpose;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.cluster.transport.LinkStatus.State;
import io.wkmq.routing.Audience;
import io.wkmq.routing.Qos;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
@SuppressWarnings("NullAway.Init") // JUnit sets the field
class NodeLinkFrontTest {
    private static final Cookie COOKIE = Cookie.of("secret");
    /** Generous: it is only used up when a test fails. */
    private static final int SOCKET_TIMEOUT_MS = 60_000;

    @TempDir
    private Path directory;

    @Test
    void nodesMeetWithEachKindOfFront() throws Exception {
        ClusterPki pki = new ClusterPki(directory);
        ClusterTls tlsOfA = new ClusterTls(pki.node("a"));
        ClusterTls tlsOfB = new ClusterTls(pki.node("b"));
        assertThatTheyTalk(patient("a", null, null), patient("b", null, null));
        assertThatTheyTalk(patient("a", COOKIE, null), patient("b", COOKIE, null));
        assertThatTheyTalk(patient("a", null, tlsOfA), patient("b", null, tlsOfB));
        assertThatTheyTalk(patient("a", COOKIE, tlsOfA), patient("b", COOKIE, tlsOfB));
    }

    private static void assertThatTheyTalk(LinkNode one, LinkNode other) {
        try (one;
                other) {
            LinkNode.meet(one, other);
            one.awaitState(other, State.OPEN); // a handshake may take longer than it takes to give a node up
            CountedHandOver handOver = new CountedHandOver();
            for (int i = 0; i < 500; i++) {
                one.links.forward(
                        other.id(), TestMessages.message("p", Qos.AT_LEAST_ONCE, i, 5_000), Audience.PLAIN, handOver);
            }
            handOver.awaitEnd();
            assertThat(other.numbersOf("p")).hasSize(500).isSorted();
        }
    }

    @Test
    void wrongCookieIsUnreachableAndSaysSoOnBothSides() {
        assertThatTheyDoNotMeet(node("a", COOKIE, null), node("b", Cookie.of("other"), null), "cookie");
    }

    @Test
    void tlsOnOneSideOnlyIsSaidToBeThat() throws Exception {
        ClusterTls tls = new ClusterTls(new ClusterPki(directory).node("a"));
        assertThatTheyDoNotMeet(node("a", COOKIE, tls), node("b", COOKIE, null), "TLS");
        assertThatTheyDoNotMeet(node("a", COOKIE, null), node("b", COOKIE, tls), "TLS");
    }

    @Test
    void certificateOfAnotherAuthorityIsSaidToBeUntrusted() throws Exception {
        ClusterTls ours = new ClusterTls(new ClusterPki(directory).node("a"));
        ClusterTls theirs = new ClusterTls(new ClusterPki(Files.createDirectory(directory.resolve("x"))).node("b"));
        assertThatTheyDoNotMeet(node("a", COOKIE, ours), node("b", COOKIE, theirs), "TLS failed: PKIX");
    }

    private static void assertThatTheyDoNotMeet(LinkNode one, LinkNode other, String reason) {
        try (one;
                other) {
            LinkNode.meet(one, other);
            one.awaitState(other, State.UNREACHABLE);
            one.awaitProblem(other, reason);
            Await.until("the other one has counted it", () -> other.count(LinkCounter.REFUSED) > 0);
            assertThat(one.count(LinkCounter.OPENED)).isZero();
        }
    }

    @Test
    void nodeThatIsNotSeenAsAMemberIsNotListenedTo() {
        try (LinkNode a = node("a", COOKIE, null);
                LinkNode b = node("b", COOKIE, null)) {
            a.links.here(b.peer());
            Await.until("it is refused", () -> a.statusOf(b).problem().contains("does not see a@127.0.0.1"));
            b.links.here(a.peer());
            a.awaitState(b, State.OPEN);
        }
    }

    @Test
    void anotherRunOfANodeIsNotTakenForIt() {
        try (LinkNode a = node("a", COOKIE, null);
                LinkNode b = node("b", COOKIE, null)) {
            b.links.here(a.peer());
            a.links.here(new Peer(b.node, 77, "127.0.0.1", b.links.port(), 1));
            Await.until("it is refused", () -> a.statusOf(b).problem().contains("or another run of it"));
        }
    }

    @Test
    void silentConnectionIsClosedAfterTheTimeOfAHandshake() throws IOException {
        long start = System.nanoTime(); // before the connection: its time has not begun yet
        try (LinkNode b = node("b", COOKIE, null);
                Socket socket = connect(b)) {
            socket.setSoTimeout(SOCKET_TIMEOUT_MS);
            InputStream in = socket.getInputStream();
            in.readAllBytes(); // ends with the connection
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(2_900));
            Await.until("it is counted", () -> b.count(LinkCounter.REFUSED) == 1);
        }
    }

    @Test
    void floodOfSilentConnectionsKeepsNoNodeOut() throws IOException {
        try (LinkNode a = patient("a", COOKIE, null);
                LinkNode b = patient("b", COOKIE, null);
                Flood flood = new Flood(b.links.port())) {
            Await.until("many are closed for newer ones", () -> b.count(LinkCounter.REFUSED) >= 500);
            LinkNode.meet(a, b);
            a.awaitState(b, State.OPEN);
            CountedHandOver handOver = new CountedHandOver();
            a.links.forward(b.id(), TestMessages.message("p", Qos.AT_LEAST_ONCE, 0), Audience.PLAIN, handOver);
            handOver.awaitEnd();
            assertThat(flood.thread.isAlive()).isTrue();
        }
    }

    /** A thread that opens connections and sends nothing on them. */
    private static final class Flood implements AutoCloseable {
        private static final int OPEN_MAX = 1_000;
        private static final long PAUSE_NANOS = 200_000;

        private final Thread thread;
        private volatile boolean stopped;

        Flood(int port) {
            thread = new Thread(() -> run(port), "flood");
            thread.start();
        }

        private void run(int port) {
            Deque<Socket> open = new ArrayDeque<>();
            try {
                while (!stopped) {
                    open.add(new Socket(InetAddress.getLoopbackAddress(), port));
                    LockSupport.parkNanos(PAUSE_NANOS);
                    if (open.size() > OPEN_MAX) {
                        open.remove().close();
                    }
                }
                for (Socket socket : open) {
                    socket.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            stopped = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void attemptAtASilentPortWithTlsKeepsNoSocket() throws Exception {
        ClusterTls tls = new ClusterTls(new ClusterPki(directory).node("a"));
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                LinkNode a = node("a", COOKIE, tls)) {
            a.links.here(new LinkNode.Stranger("b", "127.0.0.1", silent.getLocalPort()).peer());
            try (Socket attempt = silent.accept()) {
                attempt.setSoTimeout(SOCKET_TIMEOUT_MS);
                attempt.getInputStream().readAllBytes(); // ends with the connection
            }
        }
    }

    @Test
    void garbageBehindAProperHandshakeEndsTheConnectionAndNothingElse() throws IOException {
        long seed = Long.getLong("wkmq.test.seed", System.nanoTime());
        Random random = new Random(seed);
        try (LinkNode a = patient("a", COOKIE, null);
                LinkNode b = patient("b", COOKIE, null)) {
            b.links.here(new LinkNode.Stranger("x", "127.0.0.1", 1).peer());
            LinkNode.meet(a, b);
            a.awaitState(b, State.OPEN);
            int shaken = 0;
            for (int round = 0; round < 200; round++) {
                try (Socket socket = connect(b)) {
                    socket.setSoTimeout(SOCKET_TIMEOUT_MS);
                    shakeHands(socket, new ClusterFront("wkmq", LinkNode.node("x"), 1, 1, COOKIE, null));
                    shaken++;
                    byte[] garbage = new byte[8 + random.nextInt(4_000)];
                    random.nextBytes(garbage);
                    ByteBuffer.wrap(garbage).putInt(1 + random.nextInt(garbage.length - 4));
                    garbage[4] = (byte) random.nextInt(9);
                    socket.getOutputStream().write(garbage);
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    assertThat(e).describedAs("seed %s, round %s", seed, round).hasMessageMatching(".*(reset|pipe).*");
                }
            }
            assertThat(shaken)
                    .as("handshakes that a slow machine was in time for")
                    .isGreaterThan(100);
            CountedHandOver handOver = new CountedHandOver();
            a.links.forward(b.id(), TestMessages.message("p", Qos.AT_LEAST_ONCE, 0), Audience.PLAIN, handOver);
            handOver.awaitEnd();
            assertThat(a.count(LinkCounter.LOST)).isZero();
        }
    }

    private static void shakeHands(Socket socket, ClusterFront front) throws IOException {
        Handshake handshake = front.initiator(Purpose.LINK, peer -> Verdict.OK);
        while (handshake.state() instanceof Handshake.InProgress) {
            ByteBuffer out = ByteBuffer.allocate(handshake.toSend());
            handshake.send(out);
            socket.getOutputStream().write(out.array());
            byte[] in = socket.getInputStream().readNBytes(handshake.missing());
            if (in.length < handshake.missing()) {
                throw new IOException("The connection was reset within its handshake");
            }
            handshake.receive(ByteBuffer.wrap(in));
        }
        if (!(handshake.state() instanceof Handshake.Accepted)) {
            throw new IOException("The connection was reset before it was accepted: " + handshake.state());
        }
    }

    private static Socket connect(LinkNode to) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), to.links.port());
    }

    /** A node that does not take a slow machine for a node that is gone. */
    private static LinkNode patient(String name, @Nullable Cookie cookie, @Nullable ClusterTls tls) {
        return new LinkNode(name, 1, cookie, tls, new LinkSettings("127.0.0.1", 0, 0, 8 << 20, Duration.ofSeconds(20)));
    }

    private static LinkNode node(String name, @Nullable Cookie cookie, @Nullable ClusterTls tls) {
        return new LinkNode(name, 1, cookie, tls, new LinkSettings("127.0.0.1", 0, 0, 8 << 20, Duration.ofMillis(300)));
    }
}
