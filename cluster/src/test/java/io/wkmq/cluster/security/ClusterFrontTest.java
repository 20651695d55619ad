package io.wkmq.cluster.security;

import static io.wkmq.cluster.security.HandshakePair.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterFrontTest {
    private static final Cookie COOKIE = Cookie.of("secret");

    @TempDir
    private @Nullable Path directory;

    @Test
    void makesHandshakesThatMeetForThePurpose() {
        HandshakePair pair = new HandshakePair(
                        front("a", COOKIE, null).initiator(Purpose.ENQUIRY, peer -> Verdict.OK),
                        front("b", COOKIE, null).acceptor(Set.of(Purpose.MEMBER, Purpose.ENQUIRY), peer -> Verdict.OK))
                .talk(4096);
        assertThat(pair.acceptor.state())
                .isEqualTo(new Handshake.Accepted(node("a").with(Purpose.ENQUIRY)));
        assertThat(pair.initiator.state()).isInstanceOf(Handshake.Accepted.class);
    }

    @Test
    void hasEnginesOnlyWithTls() throws Exception {
        assertThat(front("a", COOKIE, null).clientEngine()).isNull();
        assertThat(front("a", COOKIE, null).serverEngine()).isNull();
        ClusterFront front = front("a", null, tls());
        assertThat(front.clientEngine())
                .isNotNull()
                .satisfies(engine -> assertThat(engine.getUseClientMode()).isTrue());
        assertThat(front.serverEngine())
                .isNotNull()
                .satisfies(engine -> assertThat(engine.getNeedClientAuth()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "10.1.2.3", "::", "2001:db8::1"})
    void addressThatOthersReachNeedsASecret(String address) throws Exception {
        InetAddress reached = InetAddress.getByName(address);
        assertThat(front("a", null, null).unsafeAt(reached)).contains("neither a cookie nor TLS");
        assertThat(front("a", Cookie.of("emqsecretcookie"), null).unsafeAt(reached))
                .contains("EMQ");
        assertThat(front("a", COOKIE, null).unsafeAt(reached)).isNull();
        assertThat(front("a", Cookie.of("emqsecretcookie"), tls()).unsafeAt(reached))
                .isNull();
        assertThat(front("a", null, tls()).unsafeAt(reached)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void loopbackNeedsNone(String address) throws Exception {
        assertThat(front("a", null, null).unsafeAt(InetAddress.getByName(address)))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb"})
    void clusterNameThatIsNoneIsRefused(String name) {
        assertThatThrownBy(() -> new ClusterFront(name, node("a").node(), 1, 1, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cluster name");
        assertThatThrownBy(() -> new ClusterFront("x".repeat(256), node("a").node(), 1, 1, null, null))
                .hasMessageContaining("has 256 bytes");
    }

    private ClusterTls tls() throws Exception {
        if (directory == null) {
            throw new AssertionError("JUnit sets the directory");
        }
        return new ClusterTls(new ClusterPki(directory).node("a"));
    }

    private static ClusterFront front(String name, @Nullable Cookie cookie, @Nullable ClusterTls tls) {
        Introduction self = node(name);
        return new ClusterFront(self.clusterName(), self.node(), self.incarnation(), self.protocol(), cookie, tls);
    }
}
