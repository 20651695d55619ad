package io.wkmq.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wkmq.broker.config.ListenerConfig.InetBind;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.loop.EventLoops.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class ListenersTest {
    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "NIO"})
    void connectionsAreHandedOverWithTheirAddresses(Transport transport) throws Exception {
        try (TestNode node = new TestNode(transport)) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.TCP).name("external"));
            assertThat(listener.address()).isEqualTo("127.0.0.1:" + listener.port());

            try (TestClient client = TestClient.tcp(listener.port())) {
                client.echo("hello");
                ClientEndpoint endpoint = node.echo.next().endpoint();
                assertThat(endpoint.listener()).isEqualTo(listener.config());
                assertThat(endpoint.peerAddress()).startsWith("127.0.0.1:");
                assertThat(endpoint.secure()).isFalse();
                assertThat(endpoint.certificateUserName()).isNull();
                assertThat(listener.clients()).isEqualTo(1);
            }
            TestNode.awaitShutdowns(listener, ShutdownReason.CLOSED, 1);
            assertThat(listener.clients()).isZero();
            assertThat(listener.accepted()).isEqualTo(1);
        }
    }

    @Test
    void severalListenersOfOneProtocolServeSideBySide() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener first = node.start(ConfigBuilder.of(Protocol.TCP).name("external"));
            Listener second = node.start(ConfigBuilder.of(Protocol.TCP).name("internal"));
            assertThat(node.listeners.list()).containsExactly(first, second);
            for (Listener each : node.listeners.list()) {
                try (TestClient client = TestClient.tcp(each.port())) {
                    client.echo("hello");
                }
                assertThat(node.echo.next().endpoint().listener().name())
                        .isEqualTo(each.config().name());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "NIO"})
    void portInUseIsToldWithKeyAddressAndWhatToDo(Transport transport) throws Exception {
        try (TestNode node = new TestNode(transport)) {
            int port = node.start(ConfigBuilder.of(Protocol.TCP)).port();
            ConfigBuilder same = ConfigBuilder.of(Protocol.TCP).name("second").address(new InetBind("127.0.0.1", port));
            assertThatThrownBy(() -> node.start(same))
                    .isInstanceOf(ListenerException.class)
                    .hasMessageContaining("listener.tcp.second = 127.0.0.1:" + port)
                    .hasMessageContaining("Address already in use")
                    .hasMessageContaining(
                            "stop the program that uses it or set listener.tcp.second to another address");
            assertThat(node.listeners.list()).hasSize(1);
        }
    }

    @Test
    void addressOfAnotherMachineIsRefused() throws Exception {
        try (TestNode node = new TestNode()) {
            ConfigBuilder foreign = ConfigBuilder.of(Protocol.TCP).address(new InetBind("203.0.113.7", 0));
            assertThatThrownBy(() -> node.start(foreign))
                    .isInstanceOf(ListenerException.class)
                    .hasMessageContaining("listener.tcp.test = 203.0.113.7:0")
                    .hasMessageContaining("no such address");
        }
    }

    @Test
    void unknownHostNameIsRefused() throws Exception {
        try (TestNode node = new TestNode()) {
            ConfigBuilder unknown = ConfigBuilder.of(Protocol.TCP).address(new InetBind("no-such-host.invalid", 1883));
            assertThatThrownBy(() -> node.start(unknown))
                    .isInstanceOf(ListenerException.class)
                    .hasMessageContaining("no-such-host.invalid:1883")
                    .hasMessageContaining("cannot be resolved");
        }
    }

    @Test
    void stoppedListenerAcceptsNoMoreButKeepsItsConnections() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.TCP));
            int port = listener.port();
            try (TestClient client = TestClient.tcp(port)) {
                client.echo("before");
                node.listeners.stop(Protocol.TCP, "test");
                client.echo("after");
                assertThat(listener.running()).isFalse();
                assertThat(listener.clients()).isEqualTo(1);
                assertThatThrownBy(() -> TestClient.tcp(port)).isInstanceOf(ConnectException.class);
            }
        }
    }

    @Test
    void stopDropsConnectionsInTheirHandshake(@TempDir Path directory) throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.SSL).tls(new Pki(directory).config()));
            try (TestClient silent = TestClient.tcp(listener.port())) {
                TestNode.await(() -> assertThat(listener.clients()).isEqualTo(1));
                node.listeners.stop(Protocol.SSL, "test");
                assertThat(silent.ends()).isTrue();
            }
            TestNode.awaitShutdowns(listener, ShutdownReason.SERVER_STOPPED, 1);
        }
    }

    @Test
    void restartedListenerCountsOn() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener before = node.start(ConfigBuilder.of(Protocol.TCP).maxClients(2));
            try (TestClient old = TestClient.tcp(before.port())) {
                old.echo("old");
                Listener after = node.listeners.restart(Protocol.TCP, "test");
                assertThat(node.listeners.list()).containsExactly(after);
                assertThat(after.clients()).isEqualTo(1);
                try (TestClient client = TestClient.tcp(after.port());
                        TestClient tooMany = TestClient.tcp(after.port())) {
                    client.echo("new");
                    assertThat(tooMany.ends()).isTrue();
                    old.echo("old");
                }
            }
        }
    }

    @Test
    void runningListenerIsNotStartedAgain() throws Exception {
        try (TestNode node = new TestNode()) {
            node.start(ConfigBuilder.of(Protocol.TCP));
            assertThatThrownBy(() -> node.start(ConfigBuilder.of(Protocol.TCP)))
                    .isInstanceOf(ListenerException.class)
                    .hasMessage("listener.tcp.test is running already");
        }
    }

    @Test
    void unknownListenerIsToldWithTheKnownOnes() throws Exception {
        try (TestNode node = new TestNode()) {
            node.start(ConfigBuilder.of(Protocol.TCP));
            assertThatThrownBy(() -> node.listeners.stop(Protocol.WS, "external"))
                    .isInstanceOf(ListenerException.class)
                    .hasMessage("listener.ws.external does not exist, expected one of [listener.tcp.test]");
        }
    }

    @Test
    void reasonsOfConnectionsAreCounted() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.TCP));
            for (ShutdownReason reason : new ShutdownReason[] {ShutdownReason.KICKED, ShutdownReason.TAKEN_OVER}) {
                try (TestClient client = TestClient.tcp(listener.port())) {
                    reason.close(node.echo.next().channel());
                    assertThat(client.ends()).isTrue();
                }
                TestNode.awaitShutdowns(listener, reason, 1);
            }
            assertThat(listener.shutdowns()).containsOnlyKeys(ShutdownReason.KICKED, ShutdownReason.TAKEN_OVER);
        }
    }

    @Test
    void olderAddressesLookTheSameOnASocketForBothKinds() throws Exception {
        assumeTrue(NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(Inet6Address.class::isInstance));
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.TCP).address(new InetBind("::", 0)));
            try (TestClient client = TestClient.tcp(listener.port())) {
                client.echo("hello");
                assertThat(node.echo.next().endpoint().peerAddress()).startsWith("127.0.0.1:");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"TCP", "SSL", "WS"})
    void mistakeInTheConnectionIsNotTakenForATransportError(Protocol protocol, @TempDir Path directory)
            throws Exception {
        Pki pki = new Pki(directory);
        ConnectionInitializer broken = (channel, endpoint) -> {
            throw new IllegalStateException("for the test");
        };
        try (TestNode node = new TestNode(Transport.AUTO, loops -> broken)) {
            Listener listener = node.start(ConfigBuilder.of(protocol).tls(pki.config()));
            try (TestClient client = protocol.secure()
                    ? TestClient.tls(listener.port(), pki.client(null))
                    : TestClient.tcp(listener.port())) {
                client.send(WebSocketProbe.request("/mqtt", "mqtt"));
                assertThat(client.ends()).isTrue();
            }
            TestNode.awaitShutdowns(listener, ShutdownReason.INTERNAL_ERROR, 1);
            assertThat(listener.shutdowns()).hasSize(1);
        }
    }

    @Test
    void closeStopsAcceptingEverywhere() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.TCP));
            int port = listener.port();
            node.listeners.close();
            assertThatThrownBy(() -> TestClient.tcp(port)).isInstanceOf(IOException.class);
            assertThat(listener.running()).isFalse();
        }
    }
}
