package io.wkmq.broker.protocol;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.testing.mqtt.ConnectBuilder;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The broker that protocol tests talk to: one for all tests of the run, started before the first. Register it as an instance field; it
 * closes the test's connections. Its setup: anonymous clients may do everything; sessions of at least an hour are granted; topics may be as
 * long as MQTT allows; and the {@link BrokerFeature}s.
 */
final class BrokerUnderTest implements BeforeEachCallback, AfterEachCallback {
    /** How long a test looks whether something forbidden happens, where no later message can prove that it did not. */
    static final Duration QUIET = Duration.ofMillis(200);

    /** A user that is refused. */
    static final String REFUSED_USER = "refused";
    /** Topics below this are denied. */
    static final String DENIED_TOPICS = "denied";

    private static final AtomicInteger SEQUENCE = new AtomicInteger();
    private static final String RUN = Long.toString(System.currentTimeMillis() / 100 % 60_000_000, 36);

    private final List<MqttProbe> probes = new ArrayList<>();
    private final String prefix = RUN + "x" + Integer.toString(SEQUENCE.incrementAndGet(), 36);
    private int clients;
    private @Nullable BrokerEndpoint endpoint;

    /** Starts the broker of this project with the features that its tests need. */
    private static BrokerEndpoint startBroker() {
        try {
            Path home = Files.createTempDirectory("wkmq-protocol-test");
            ProtocolTestPlugin.install(home);
            TestBroker broker = TestBroker.start(
                    home,
                    Map.of(
                            "WKMQ_PLUGINS__LOADED",
                            ProtocolTestPlugin.NAME,
                            "WKMQ_PLUGIN__PROTOCOLTEST__TIMEOUT",
                            "30s", // a slow machine is no reason to refuse
                            "WKMQ_MQTT__MAX_TOPIC_LEN",
                            "65535"));
            return new BrokerEndpoint(
                    "127.0.0.1",
                    broker.port(Protocol.TCP),
                    broker.port(Protocol.WS),
                    EnumSet.allOf(BrokerFeature.class),
                    broker::close);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        endpoint = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(BrokerUnderTest.class))
                .getOrComputeIfAbsent(
                        BrokerEndpoint.class,
                        key -> BrokerEndpoint.foreignIsNamed() ? BrokerEndpoint.foreign() : startBroker(),
                        BrokerEndpoint.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        probes.forEach(MqttProbe::close);
    }

    /** Skips the test if the broker is not set up for it. */
    void require(BrokerFeature feature) {
        Assumptions.assumeTrue(
                endpoint().features().contains(feature), () -> "The broker was started without " + feature);
    }

    /** Skips one row of a test on Mosquitto, where {@link MosquittoDeviates} would skip them all. */
    void skipOnMosquitto(boolean deviates, String what) {
        Assumptions.assumeFalse(deviates && BrokerEndpoint.mosquittoIsNamed(), () -> "Mosquitto " + what);
    }

    /**
     * How much later than due a timer of the broker may fire. Machines stand still at times, and Mosquitto looks at keep alives
     * every five seconds.
     */
    Duration timerSlack() {
        return Duration.ofSeconds(10);
    }

    /** A client id that no other test has: at most 23 letters and digits. */
    String id() {
        return "c" + prefix + "n" + ++clients;
    }

    /** A topic or filter that no other test has. */
    String topic(String rest) {
        return prefix + "/" + rest;
    }

    /** A connection on which nothing has been sent. */
    MqttProbe open(MqttVersion version) {
        MqttProbe probe =
                closedAtTheEnd(MqttProbe.open(endpoint().host(), endpoint().port(), version));
        return BrokerEndpoint.foreignIsNamed() ? probe.allowSilentEnds() : probe;
    }

    /** A connected client with a session of its own that ends with the connection. */
    MqttProbe client(MqttVersion version) {
        return client(version, Packets.connect(id()));
    }

    /** A connected client. */
    MqttProbe client(MqttVersion version, ConnectBuilder connect) {
        MqttProbe probe = open(version);
        probe.connect(connect);
        return probe;
    }

    /** A connected client that has subscribed to a filter with that QoS. */
    MqttProbe subscriber(MqttVersion version, String filter, int qos) {
        MqttProbe probe = client(version);
        probe.subscribe(filter, qos);
        return probe;
    }

    /** The broker's addresses, for connections of another kind; close what you open. */
    BrokerEndpoint endpoint() {
        if (endpoint == null) {
            throw new IllegalStateException("BrokerUnderTest is used before the test has begun");
        }
        return endpoint;
    }

    /** Closes the probe after the test. */
    MqttProbe closedAtTheEnd(MqttProbe probe) {
        probes.add(probe);
        return probe;
    }
}
