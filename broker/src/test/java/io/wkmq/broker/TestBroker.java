package io.wkmq.broker;

import io.wkmq.broker.config.BrokerConfig;
import io.wkmq.broker.config.ConfigLoader;
import io.wkmq.broker.config.InvalidConfigException;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.listener.Listener;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A node in this process, on free loopback ports, configured as by environment variables. */
public final class TestBroker implements AutoCloseable {
    private final Broker broker;

    private TestBroker(Broker broker) {
        this.broker = broker;
    }

    /**
     * Starts a node in a directory, with MQTT over TCP and WebSocket.
     *
     * @param settings further settings or others, such as {@code WKMQ_LISTENER__WS__EXTERNAL=off}
     */
    public static TestBroker start(Path home, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>();
        environment.put("WKMQ_LISTENER__TCP__EXTERNAL", "127.0.0.1:0");
        environment.put("WKMQ_LISTENER__WS__EXTERNAL", "127.0.0.1:0");
        environment.put("WKMQ_CLUSTER__DISCOVERY", "singleton");
        environment.put("WKMQ_NODE__EVENT_LOOPS", "2");
        environment.put("WKMQ_PLUGINS__LOADED", "");
        environment.put("WKMQ_MANAGEMENT__LISTEN", "off");
        environment.put("WKMQ_MQTT__ACL_NOMATCH", "allow");
        environment.putAll(settings);
        try {
            BrokerConfig config = ConfigLoader.load(home, home, environment);
            return new TestBroker(Broker.start(config));
        } catch (InvalidConfigException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The real port of a listener. */
    public int port(Protocol protocol) {
        return broker.listeners().stream()
                .filter(listener -> listener.config().protocol() == protocol)
                .mapToInt(Listener::port)
                .findFirst()
                .orElseThrow();
    }

    /** The page of its metrics; it has one if {@code WKMQ_MANAGEMENT__LISTEN} is an address. */
    public String metrics() {
        try (InputStream page = URI.create("http://127.0.0.1:" + broker.managementPort() + "/metrics")
                .toURL()
                .openStream()) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The node. */
    public Broker broker() {
        return broker;
    }

    @Override
    public void close() {
        broker.close();
    }
}
