package io.wkmq.broker.clients;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The node that a test talks to, through clients and cables that are closed after the test. Register it as an instance field; tests run
 * concurrently.
 */
final class NodeUnderTest implements BeforeEachCallback, AfterEachCallback {
    /** Paho logs every PUBCOMP; held here, since a logger that nobody holds forgets its level. */
    private static final Logger PAHO = Logger.getLogger("org.eclipse.paho");

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final boolean shared;
    private final List<LibraryClient> clients = new ArrayList<>();
    private final List<Cable> cables = new ArrayList<>();
    private @Nullable RunningNode node;

    private NodeUnderTest(boolean shared) {
        this.shared = shared;
    }

    /** The one of all tests that leave it running, started before the first. */
    static NodeUnderTest shared() {
        return new NodeUnderTest(true);
    }

    /** One that a test may stop. */
    static NodeUnderTest ofItsOwn() {
        return new NodeUnderTest(false);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        PAHO.setLevel(Level.SEVERE);
        node = shared
                ? context.getRoot()
                        .getStore(ExtensionContext.Namespace.create(NodeUnderTest.class))
                        .getOrComputeIfAbsent(RunningNode.class, key -> RunningNode.begin(), RunningNode.class)
                : RunningNode.begin();
    }

    private RunningNode node() {
        return Objects.requireNonNull(node);
    }

    Address address(Transport transport) {
        return node().address(transport);
    }

    /** The way to the node through a cable. */
    Address address(Cable cable) {
        return node().address(cable);
    }

    /** Stops the node; its clients stay as they are. */
    void stop() {
        node().stop();
    }

    /** Starts the node on what is in its directory. Its ports are new ones. */
    void start() {
        node().start();
    }

    /** A cable to the node's TCP listener. */
    Cable cable() {
        Cable cable = new Cable(address(Transport.TCP).port());
        cables.add(cable);
        return cable;
    }

    /** A client that is not connected yet. */
    LibraryClient client(Library library, Address address, Settings settings) {
        LibraryClient client = library.open(address, settings);
        clients.add(client);
        return client;
    }

    /** A client that is not connected yet, and will be over TCP. */
    LibraryClient client(Library library, Settings settings) {
        return client(library, address(Transport.TCP), settings);
    }

    LibraryClient connected(Library library, Address address, Settings settings) {
        LibraryClient client = client(library, address, settings);
        client.connect();
        return client;
    }

    /** A client that is connected over TCP. */
    LibraryClient connected(Library library, Settings settings) {
        return connected(library, address(Transport.TCP), settings);
    }

    /** A client id or topic that no other test has. */
    static String name(String start) {
        return start + NAMES.incrementAndGet();
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        clients.forEach(LibraryClient::close);
        cables.forEach(Cable::close);
        if (!shared) {
            node().close();
        }
    }
}
