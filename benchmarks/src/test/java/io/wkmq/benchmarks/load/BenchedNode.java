package io.wkmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.wkmq.broker.Broker;
import io.wkmq.broker.config.ConfigLoader;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.listener.Listener;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.routing.TopicFilter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;

/** A node in this process, and what wkbench says about it. */
final class BenchedNode implements AutoCloseable {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Broker broker;
    private final Path certificate;

    private BenchedNode(Broker broker, Path certificate) {
        this.broker = broker;
        this.certificate = certificate;
    }

    static BenchedNode start(Path home) throws Exception {
        X509Bundle self = new CertificateBuilder()
                .ecp256()
                .subject("CN=node")
                .addSanIpAddress("127.0.0.1")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Path certificate = Files.writeString(home.resolve("cert.pem"), self.getCertificatePEM());
        Path key = Files.writeString(home.resolve("key.pem"), self.getPrivateKeyPEM());
        Broker broker = Broker.start(ConfigLoader.load(
                home,
                home,
                Map.ofEntries(
                        Map.entry("WKMQ_CLUSTER__DISCOVERY", "singleton"),
                        Map.entry("WKMQ_LISTENER__TCP__EXTERNAL", "127.0.0.1:0"),
                        Map.entry("WKMQ_LISTENER__WS__EXTERNAL", "127.0.0.1:0"),
                        Map.entry("WKMQ_LISTENER__SSL__EXTERNAL", "127.0.0.1:0"),
                        Map.entry("WKMQ_LISTENER__SSL__EXTERNAL__CERTFILE", certificate.toString()),
                        Map.entry("WKMQ_LISTENER__SSL__EXTERNAL__KEYFILE", key.toString()),
                        Map.entry("WKMQ_NODE__EVENT_LOOPS", "2"),
                        Map.entry("WKMQ_PLUGINS__LOADED", ""),
                        Map.entry("WKMQ_MANAGEMENT__LISTEN", "off"),
                        Map.entry("WKMQ_MQTT__MQUEUE__MAX_LENGTH", "0"), // a full queue drops, which is loss
                        Map.entry("WKMQ_MQTT__ACL_NOMATCH", "allow"))));
        return new BenchedNode(broker, certificate);
    }

    /** Declares a channel that takes what is published under its name. */
    void declare(String channel) throws Exception {
        broker.channels().changes().create(channel, TopicFilter.of(channel + "/#"), ChannelSettings.DEFAULT);
    }

    /** The authority that its TLS listener has. */
    Path certificate() {
        return certificate;
    }

    int port(Protocol protocol) {
        return broker.listeners().stream()
                .filter(listener -> listener.config().protocol() == protocol)
                .mapToInt(Listener::port)
                .findFirst()
                .orElseThrow();
    }

    /** The exit status of a line that loads this node over TCP. */
    int run(String line) {
        return run(Protocol.TCP, line);
    }

    int run(Protocol protocol, String line) {
        int status = runAlone(line + " -h 127.0.0.1 -p " + port(protocol));
        assertThat(err()).isEmpty();
        return status;
    }

    /** The exit status of a line that says itself where the broker is. */
    int runAlone(String line) {
        out.reset();
        err.reset();
        return LoadMain.run(line.isEmpty() ? new String[0] : line.split(" "), print(out), print(err));
    }

    private static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    long number(String field) {
        return Long.parseLong(value(field, "-?\\d+"));
    }

    double decimal(String field) {
        return Double.parseDouble(value(field, "[0-9.]+"));
    }

    private String value(String field, String form) {
        Matcher matcher = java.util.regex.Pattern.compile('"' + field + "\":(" + form + ")")
                .matcher(out());
        assertThat(matcher.find()).as("%s in %s", field, out()).isTrue();
        return matcher.group(1);
    }

    @Override
    public void close() {
        broker.close();
    }
}
