package io.wkmq.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the constraints between the keys of one listener. */
class ListenerSectionTest {
    @Test
    void filesThatAreNotThereAreErrors(@TempDir Path dir) {
        TestHome home = new TestHome(dir)
                .wkmqConf(
                        "listener.ssl.external = 8883",
                        "listener.ssl.external.keyfile = etc/key.pem",
                        "listener.ssl.external.certfile = etc");
        String conf = dir.resolve("etc/wkmq.conf").toString();

        assertThat(home.errors())
                .containsExactly(
                        conf
                                + ":2: listener.ssl.external.keyfile = etc/key.pem: expected a file that can be read, there"
                                + " is none at " + dir.resolve("etc/key.pem"),
                        conf
                                + ":3: listener.ssl.external.certfile = etc: expected a file that can be read, there is none"
                                + " at " + dir.resolve("etc"));
    }

    @Test
    void keysOfTlsBelongToListenersWithTls(@TempDir Path dir) {
        assertThat(new TestHome(dir)
                        .wkmqConf("listener.tcp.external = 1883", "listener.tcp.external.verify = verify_peer")
                        .errors())
                .containsExactly(dir.resolve("etc/wkmq.conf")
                        + ":2: listener.tcp.external.verify = verify_peer: expected on ssl and wss listeners only");
    }

    @Test
    void askingForCertificatesNeedsThoseThatSignThem(@TempDir Path dir) {
        TestHome home = new TestHome(dir).write("k.pem").write("c.pem");
        String[] start = {
            "listener.ssl.external = 8883",
            "listener.ssl.external.keyfile = k.pem",
            "listener.ssl.external.certfile = c.pem"
        };

        home.wkmqConf(start[0], start[1], start[2], "listener.ssl.external.verify = verify_peer");
        assertThat(home.errors()).singleElement().asString().contains(":4: ").contains("expected cacertfile with it");

        home.wkmqConf(
                start[0],
                start[1],
                start[2],
                "listener.ssl.external.fail_if_no_peer_cert = on",
                "listener.ssl.external.peer_cert_as_username = cn");
        assertThat(home.errors())
                .hasSize(2)
                .allSatisfy(error -> assertThat(error).contains("expected verify = verify_peer with it"));
    }

    @Test
    void valuesThatDoNotFitAreErrors(@TempDir Path dir) {
        TestHome home = new TestHome(dir)
                .wkmqConf(
                        "listener.ws.external = 8083",
                        "listener.ws.external.access.1 = permit all",
                        "listener.ws.external.access.2 = allow 10.0.0.300",
                        "listener.ws.external.rate_limit = 100",
                        "listener.ws.external.rate_limit = 0,10",
                        "listener.ws.external.mountpoint = a/#",
                        "listener.ws.external.path = mqtt",
                        "listener.ws.external.max_clients = 0");

        assertThat(home.errors()).hasSize(6);
    }

    @Test
    void aListenerThatIsOffIsNotReadFurther(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = new TestHome(dir)
                .wkmqConf(
                        "listener.tcp.external = 1883",
                        "listener.ssl.external = off",
                        "listener.ssl.external.keyfile = not/there.pem")
                .load();

        assertThat(config.listeners()).hasSize(1);
    }
}
