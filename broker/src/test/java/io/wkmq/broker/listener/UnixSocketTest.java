package io.wkmq.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.config.ListenerConfig.UnixBind;
import io.wkmq.broker.loop.EventLoops.Transport;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets the field
class UnixSocketTest {
    @TempDir
    private Path directory;

    private Path path;

    @BeforeEach
    void choosePath() {
        path = directory.resolve("mqtt.sock");
    }

    @Test
    void bytesGoThroughTheFile() throws Exception {
        assumeTrue(Epoll.isAvailable());
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(config());
            assertThat(listener.address()).isEqualTo(path.toString());
            assertThat(listener.port()).isZero();
            try (TestClient client = TestClient.unix(path)) {
                client.echo("hello");
                ClientEndpoint endpoint = node.echo.next().endpoint();
                assertThat(endpoint.peerAddress()).isEqualTo("unix");
                assertThat(endpoint.peer()).isNull();
                assertThat(listener.clients()).isEqualTo(1);
            }
            TestNode.awaitShutdowns(listener, ShutdownReason.CLOSED, 1);
        }
    }

    @Test
    void onlyTheOwnerAndItsGroupMayConnectAndTheFileGoesAtStop() throws Exception {
        assumeTrue(Epoll.isAvailable());
        try (TestNode node = new TestNode()) {
            node.start(config());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-rw----");
            node.listeners.stop(Protocol.UNIX, "test");
            assertThat(path).doesNotExist();
            node.start(config());
            try (TestClient client = TestClient.unix(path)) {
                client.echo("hello");
            }
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void fileOfADeadProcessIsReplaced() throws Exception {
        assumeTrue(Epoll.isAvailable());
        // The JDK leaves the file behind when it closes.
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        try (TestNode node = new TestNode()) {
            node.start(config());
            try (TestClient client = TestClient.unix(path)) {
                client.echo("hello");
            }
        }
    }

    @Test
    void fileInUseIsLeftAlone() throws Exception {
        assumeTrue(Epoll.isAvailable());
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                TestNode node = new TestNode()) {
            other.bind(UnixDomainSocketAddress.of(path));
            assertThatThrownBy(() -> node.start(config()))
                    .isInstanceOf(ListenerException.class)
                    .hasMessageContaining("listener.unix.test = " + path + ": another process listens there");
            assertThat(path).exists();
        }
    }

    @Test
    void fileOfAProcessThatHangsIsInUse() throws Exception {
        assumeTrue(Epoll.isAvailable()); // elsewhere a full queue refuses, as if nobody listened
        UnixSocketFile file = new UnixSocketFile(path);
        assertThat(file.inUse()).isFalse();
        try (ServerSocketChannel hanging = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            hanging.bind(UnixDomainSocketAddress.of(path), 1);
            for (int look = 0; look < 10; look++) { // each one waits there to be taken
                assertThat(file.inUse()).isTrue();
            }
            assertThatThrownBy(file::removeStale).hasMessageStartingWith("another process listens there");
        }
        assertThat(path).exists();
        assertThat(file.inUse()).isFalse();
    }

    @Test
    void fileThatIsNoSocketIsLeftAlone() throws Exception {
        assumeTrue(Epoll.isAvailable());
        Files.writeString(path, "precious");
        try (TestNode node = new TestNode()) {
            assertThatThrownBy(() -> node.start(config()))
                    .isInstanceOf(ListenerException.class)
                    .hasMessageContaining("listener.unix.test = " + path + ": exists and is no socket");
        }
        assertThat(path).hasContent("precious");
    }

    @Test
    void missingDirectoryFailsTheStartByName() throws Exception {
        assumeTrue(Epoll.isAvailable());
        path = directory.resolve("none").resolve("mqtt.sock");
        try (TestNode node = new TestNode()) {
            assertThatThrownBy(() -> node.start(config()))
                    .isInstanceOf(ListenerException.class)
                    .hasMessageContaining("listener.unix.test = " + path + ": cannot listen there");
        }
    }

    @Test
    void nodeWithoutEpollSaysSo() throws Exception {
        try (TestNode node = new TestNode(Transport.NIO)) {
            assertThatThrownBy(() -> node.start(config()))
                    .isInstanceOf(ListenerException.class)
                    .hasMessage("listener.unix.test: unix domain sockets need epoll, which is not available here");
        }
    }

    private ConfigBuilder config() {
        return ConfigBuilder.of(Protocol.UNIX).address(new UnixBind(path));
    }
}
