package io.wkmq.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import io.wkmq.broker.config.ListenerConfig;
import io.wkmq.broker.config.ListenerConfig.AccessRule;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AcceptGateTest {
    @Test
    void clientsOverTheMaximumAreRefusedUntilOneLeaves() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.TCP).maxClients(2));
            TestClient first = TestClient.tcp(listener.port());
            first.echo("first");
            try (TestClient second = TestClient.tcp(listener.port());
                    TestClient third = TestClient.tcp(listener.port())) {
                second.echo("second");
                assertThat(third.ends()).isTrue();
                assertThat(listener.shutdowns()).containsEntry(ShutdownReason.MAX_CLIENTS, 1L);
                assertThat(listener.accepted()).isEqualTo(2);

                first.close();
                TestNode.await(() -> assertThat(listener.clients()).isEqualTo(1));
                try (TestClient fourth = TestClient.tcp(listener.port())) {
                    fourth.echo("fourth");
                }
            }
        }
    }

    @Test
    void whatAFullListenerRefusesDoesNotCountAsAConnectOfTheNode() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        AdmissionControl counting = open -> asked.incrementAndGet() > 0;
        try (TestNode node = new TestNode(counting, Duration.ofHours(1))) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.TCP).maxClients(1));
            try (TestClient only = TestClient.tcp(listener.port());
                    TestClient refused = TestClient.tcp(listener.port())) {
                only.echo("only");
                assertThat(refused.ends()).isTrue();
            }
            assertThat(listener.shutdowns()).containsEntry(ShutdownReason.MAX_CLIENTS, 1L);
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void whatAListenerRefusesForItsRateDoesNotCountAsAConnectOfTheNode() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        AdmissionControl counting = open -> asked.incrementAndGet() > 0;
        try (TestNode node = new TestNode(counting, Duration.ofHours(1))) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.TCP).connectsPerSecond(1));
            int connects = 20;
            for (int i = 0; i < connects; i++) {
                TestClient.tcp(listener.port()).close();
            }
            TestNode.await(() -> assertThat(
                            listener.accepted() + listener.shutdowns().getOrDefault(ShutdownReason.CONNECT_RATE, 0L))
                    .isEqualTo(connects));
            assertThat(listener.accepted()).isLessThan(connects);
            assertThat(asked.get()).isEqualTo((int) listener.accepted());
        }
    }

    @Test
    void connectionsOverTheRateAreRefused() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.TCP).connectsPerSecond(5));
            long start = System.nanoTime();
            int connects = 100;
            for (int i = 0; i < connects; i++) {
                TestClient.tcp(listener.port()).close();
            }
            TestNode.await(() -> assertThat(
                            listener.accepted() + listener.shutdowns().getOrDefault(ShutdownReason.CONNECT_RATE, 0L))
                    .isEqualTo(connects));
            double seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
            // Five at once, then five a second.
            assertThat(listener.accepted()).isBetween(5L, 6 + (long) (5 * seconds));
        }
    }

    @Test
    void firstAccessRuleThatFitsDecides() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener open = node.start(ConfigBuilder.of(Protocol.TCP)
                    .name("open")
                    .access(new AccessRule(true, "127.0.0.0/8"), new AccessRule(false, "all")));
            Listener closed = node.start(ConfigBuilder.of(Protocol.TCP)
                    .name("closed")
                    .access(new AccessRule(false, "127.0.0.1"), new AccessRule(true, "all")));
            try (TestClient welcome = TestClient.tcp(open.port());
                    TestClient denied = TestClient.tcp(closed.port())) {
                welcome.echo("hello");
                assertThat(denied.ends()).isTrue();
            }
            assertThat(closed.shutdowns()).containsOnlyKeys(ShutdownReason.ACCESS_DENIED);
            assertThat(closed.accepted()).isZero();
        }
    }

    @Test
    void wrongNetworkFailsTheStart() throws Exception {
        try (TestNode node = new TestNode()) {
            ConfigBuilder wrong = ConfigBuilder.of(Protocol.TCP).access(new AccessRule(true, "10.0.0.0/33"));
            assertThatThrownBy(() -> node.start(wrong))
                    .isInstanceOf(ListenerException.class)
                    .hasMessageContaining("listener.tcp.test.access: \"10.0.0.0/33\"");
        }
    }

    @Test
    void failureToAcceptIsFollowedByAPause() {
        ListenerConfig config = ConfigBuilder.of(Protocol.TCP).build();
        ListenerCounters counters = new ListenerCounters(new AtomicInteger());
        EmbeddedChannel server =
                new EmbeddedChannel(new AcceptGate(config, counters, AccessRules.of(config), AdmissionControl.ALWAYS));
        server.freezeTime();
        server.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        assertThat(server.config().isAutoRead()).isFalse();
        server.advanceTimeBy(999, TimeUnit.MILLISECONDS);
        server.runScheduledPendingTasks();
        assertThat(server.config().isAutoRead()).isFalse();
        server.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        server.runScheduledPendingTasks();
        assertThat(server.config().isAutoRead()).isTrue();
        server.checkException(); // it ended here
    }

    @Test
    void connectionsOfAllListenersCountBeforeTheirHandshakesAreOver() throws Exception {
        try (TestNode node = new TestNode(open -> open < 2, Duration.ofHours(1))) {
            Listener waiting =
                    node.start(ConfigBuilder.of(Protocol.TCP).name("waiting").proxyProtocol(60_000));
            Listener other = node.start(ConfigBuilder.of(Protocol.TCP).name("other"));
            TestClient silent = TestClient.tcp(waiting.port());
            TestNode.await(() -> assertThat(waiting.clients()).isEqualTo(1));
            try (TestClient second = TestClient.tcp(other.port());
                    TestClient third = TestClient.tcp(other.port())) {
                second.echo("second");
                assertThat(third.ends()).isTrue();
                assertThat(other.shutdowns()).containsEntry(ShutdownReason.OVERLOADED, 1L);

                silent.close();
                TestNode.await(() -> assertThat(waiting.clients()).isZero());
                try (TestClient fourth = TestClient.tcp(other.port())) {
                    fourth.echo("fourth");
                }
            }
        }
    }

    @Test
    void overloadedNodeTakesNoConnection() throws Exception {
        AtomicBoolean room = new AtomicBoolean();
        try (TestNode node = new TestNode(open -> room.get(), Duration.ofHours(1))) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.TCP));
            try (TestClient refused = TestClient.tcp(listener.port())) {
                assertThat(refused.ends()).isTrue();
            }
            assertThat(listener.shutdowns()).containsEntry(ShutdownReason.OVERLOADED, 1L);
            room.set(true);
            try (TestClient welcome = TestClient.tcp(listener.port())) {
                welcome.echo("hello");
            }
        }
    }
}
