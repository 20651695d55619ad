package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.logging.LogEvent;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.security.Handshake;
import io.wkmq.cluster.security.Purpose;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.testing.Await;
import io.wkmq.testing.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests what an attacker achieves who knows the cookie, passes the handshake, and then does not behave like a node. */
final class BehindTheGateTest {
    private static final String COOKIE = "one";

    /** What Hazelcast says to one who speaks another protocol, before it hangs up. */
    private static final String OTHER_PROTOCOL = "HZX";

    private final TestNode node = start();

    @AfterEach
    void stop() {
        node.close();
    }

    private static TestNode start() {
        Peer self = TestNode.peer("a");
        MemberSettings settings = TestNode.settings(TestNode.freePort());
        return TestNode.start(self, settings, TestNode.front(self, settings, COOKIE), List.of());
    }

    /** A connection whose handshake is over; tried until it is, for a machine may be too slow for one. */
    private Socket accepted() throws IOException {
        Peer other = TestNode.peer("x");
        ClusterFront front = TestNode.front(other, TestNode.settings(1), COOKIE);
        Deadline deadline = Deadline.after(TestNode.LIMIT);
        while (true) {
            Handshake handshake = front.initiator(Purpose.MEMBER, introduction -> Verdict.OK);
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port());
            socket.setSoTimeout((int) TestNode.LIMIT.toMillis());
            try {
                shakeHands(handshake, socket);
            } catch (SocketException e) {
                handshake.closed();
            }
            if (handshake.state() instanceof Handshake.Accepted) {
                return socket;
            }
            socket.close();
            assertThat(deadline.passed()).as("late, with %s", handshake.state()).isFalse();
        }
    }

    private static void shakeHands(Handshake handshake, Socket socket) throws IOException {
        while (handshake.state() instanceof Handshake.InProgress) {
            ByteBuffer out = ByteBuffer.allocate(handshake.toSend());
            handshake.send(out);
            socket.getOutputStream().write(out.array());
            byte[] in = socket.getInputStream().readNBytes(handshake.missing());
            handshake.receive(ByteBuffer.wrap(in));
            if (in.length == 0) {
                handshake.closed();
            }
        }
    }

    @Test
    void anObjectOfAForeignClassIsRefusedEvenFromOneWhoKnowsTheCookie() throws Exception {
        HazelcastInstance member =
                Objects.requireNonNull(Hazelcast.getHazelcastInstanceByName(HazelcastMember.name(node.self, 2)));
        Queue<LogEvent> logged = new ConcurrentLinkedQueue<>();
        member.getLoggingService().addLogListener(Level.WARNING, logged::add);
        long before = Attack.read();
        try (Socket attacker = accepted()) {
            OutputStream out = attacker.getOutputStream();
            out.write("HZC".getBytes(StandardCharsets.US_ASCII));
            out.write(Attack.operation());
            out.write(Attack.event());
            out.flush();

            Await.until(
                    TestNode.LIMIT,
                    () -> "the member looks at the object and refuses it; it logged "
                            + logged.stream()
                                    .map(event -> event.getLogRecord().getMessage()
                                            + ' '
                                            + event.getLogRecord().getThrown())
                                    .toList(),
                    () -> logged.stream()
                            .anyMatch(
                                    event -> refusesAttack(event.getLogRecord().getThrown())));
        }
        assertThat(Attack.read()).isEqualTo(before);
        assertThat(node.sees()).isEmpty();
    }

    private static boolean refusesAttack(@Nullable Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SecurityException
                    && String.valueOf(cause.getMessage()).contains(Attack.class.getName())) {
                return true;
            }
        }
        return false;
    }

    /** A client of Hazelcast, of its REST interface, of memcached; and a node that shakes hands a second time. */
    @Test
    void noOtherProtocolIsSpokenBehindTheHandshake() throws Exception {
        for (String begin : List.of("CP2", "GET", "get", "WKM")) {
            try (Socket client = accepted()) {
                client.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));

                assertThat(untilClosed(client)).as("after " + begin).isEqualTo(OTHER_PROTOCOL);
            }
        }
    }

    @Test
    void requestsOfHttpGetNoAnswerBehindTheHandshake() throws Exception {
        for (String request : List.of("GET /hazelcast/health", "POST /hazelcast/rest/management/cluster/state")) {
            try (Socket client = accepted()) {
                client.getOutputStream().write((request + " HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));

                // What it has not read when it hangs up may cut its answer off.
                assertThat(untilClosed(client)).as("after " + request).isIn("", OTHER_PROTOCOL);
            }
        }
    }

    /** What comes until the other side hangs up, which it has to within the limit. */
    private static String untilClosed(Socket socket) throws IOException {
        StringBuilder said = new StringBuilder();
        InputStream in = socket.getInputStream();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                said.append((char) next);
            }
        } catch (SocketException e) {
            return said.toString(); // reset: it hung up before it had read all
        }
        return said.toString();
    }
}
