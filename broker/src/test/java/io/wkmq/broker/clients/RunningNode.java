package io.wkmq.broker.clients;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.listener.Pki;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A node with a listener for every {@link Transport}, in its own directory. Not thread-safe. */
final class RunningNode implements AutoCloseable {
    private final Path home;
    private final Pki pki;
    private @Nullable TestBroker broker;

    private RunningNode(Path home, Pki pki) {
        this.home = home;
        this.pki = pki;
    }

    @SuppressWarnings("IllegalCatch") // what makes certificates declares it
    static RunningNode begin() {
        try {
            Path home = Files.createTempDirectory("wkmq-clients-test");
            RunningNode node = new RunningNode(home, new Pki(home));
            node.start();
            return node;
        } catch (Exception e) {
            throw new IllegalStateException("The node cannot be started", e);
        }
    }

    /** Starts it on what is in its directory. Its ports are new ones. */
    void start() {
        Map<String, String> settings = new HashMap<>();
        for (String listener : List.of("SSL", "WSS")) {
            String key = "WKMQ_LISTENER__" + listener + "__EXTERNAL";
            settings.put(key, Address.HOST + ":0");
            settings.put(key + "__KEYFILE", pki.keyFile().toString());
            settings.put(key + "__CERTFILE", pki.certFile().toString());
        }
        // Nothing may be dropped because a machine is slow.
        settings.put("WKMQ_MQTT__MQUEUE__MAX_LENGTH", "10000");
        broker = TestBroker.start(home, settings);
    }

    /** Stops it; its clients stay as they are. */
    void stop() {
        TestBroker running = broker;
        broker = null;
        if (running != null) {
            running.close();
        }
    }

    Address address(Transport transport) {
        return new Address(transport, Objects.requireNonNull(broker).port(transport.protocol()), pki);
    }

    /** The way to it through a cable. */
    Address address(Cable cable) {
        return new Address(Transport.TCP, cable.port(), pki);
    }

    @Override
    public void close() throws IOException {
        stop();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
