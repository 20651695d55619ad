package io.wkmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.ctl.Wkctl;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Nodes 1 to {@value #NODES_MAX} in this process, named {@code wkmq1@127.0.0.1} and so on, which share a cookie and join when they are told
 * to. Confined to one thread, except that nodes may be started concurrently.
 */
public final class TestCluster implements AutoCloseable {
    static final int NODES_MAX = 5;

    /** Below the ports that Linux gives to connections, so that nobody else takes them meanwhile. */
    private static final int PORTS_MIN = 20_000;

    private static final int PORTS_MAX = 32_000;
    private static final int PORTS_PER_NODE = 2;

    private final Path directory;
    private final int firstPort = freePorts(NODES_MAX * PORTS_PER_NODE);
    private final Map<Integer, TestBroker> nodes = new ConcurrentSkipListMap<>();

    /** Nodes with their homes in a directory. */
    public TestCluster(Path directory) {
        this.directory = directory;
    }

    /** That many nodes that have met. */
    public static TestCluster of(int count, Path directory) {
        TestCluster cluster = new TestCluster(directory);
        cluster.start(1);
        for (int number = 2; number <= count; number++) {
            cluster.start(number);
            cluster.succeeds(number, "cluster", "join", cluster.address(1));
        }
        return cluster;
    }

    /** Starts a node with further settings, or others. */
    public TestBroker start(int number, Map<String, String> settings) {
        int port = port(number);
        Map<String, String> all = new HashMap<>();
        all.put("WKMQ_NODE__NAME", name(number));
        all.put("WKMQ_NODE__COOKIE", "the-cookie-of-the-test");
        all.put("WKMQ_NODE__DIST_LISTEN_MIN", Integer.toString(port));
        all.put("WKMQ_NODE__DIST_LISTEN_MAX", Integer.toString(port + PORTS_PER_NODE - 1));
        all.put("WKMQ_CLUSTER__DISCOVERY", "manual");
        all.put("WKMQ_CLUSTER__HEARTBEAT__MAX", "10s");
        all.put("WKMQ_CLUSTER__SUBACK__WAIT", "1m"); // a slow machine is no reason to answer earlier
        all.put("WKMQ_NODE__SHUTDOWN_DRAIN", "0s"); // nobody goes to another node
        all.put("WKMQ_LISTENER__WS__EXTERNAL", "off");
        all.putAll(settings);
        TestBroker node = TestBroker.start(home(number), all);
        nodes.put(number, node);
        return node;
    }

    /** Starts a node. */
    public TestBroker start(int number) {
        return start(number, Map.of());
    }

    /** Stops a node. */
    public void stop(int number) {
        TestBroker node = nodes.remove(number);
        if (node != null) {
            node.close();
        }
    }

    /** Takes a node's cluster part away without a word to anybody, as if its other half had died. */
    public void cutOff(int number) {
        node(number).broker().cluster().close();
    }

    /** A node that runs. */
    public TestBroker node(int number) {
        return Objects.requireNonNull(nodes.get(number), () -> "Node " + number + " does not run");
    }

    /** A client of a node that is not connected yet. */
    public MqttProbe client(int number) {
        return MqttProbe.open("127.0.0.1", node(number).port(Protocol.TCP), MqttVersion.V5);
    }

    /** A client of a node that is connected. */
    public MqttProbe client(int number, String clientId) {
        MqttProbe client = client(number);
        client.connect(clientId);
        return client;
    }

    /** Where a node lives. */
    public Path home(int number) {
        return directory.resolve("n" + number);
    }

    /** What administrators call a node. */
    public String name(int number) {
        return "wkmq" + number + "@127.0.0.1";
    }

    /** The port on which a node takes members. */
    public int port(int number) {
        return firstPort + (number - 1) * PORTS_PER_NODE;
    }

    /** A node as {@code cluster join} wants it. */
    public String address(int number) {
        return name(number) + ':' + port(number);
    }

    /** A command on a node. */
    public Wkctl.Said wkctl(int number, String... words) {
        return Wkctl.run(home(number), words);
    }

    /** A command on a node that succeeds; what it says. */
    public String succeeds(int number, String... words) {
        Wkctl.Said said = wkctl(number, words);
        assertThat(said.status()).as(said.text()).isZero();
        return said.text();
    }

    /** A command on a node that fails; what it says. */
    public String fails(int number, String... words) {
        Wkctl.Said said = wkctl(number, words);
        assertThat(said.status()).as(said.text()).isEqualTo(1);
        return said.text();
    }

    /** What {@code cluster status} says where these nodes run and none is stopped. */
    public String running(int... numbers) {
        StringBuilder names = new StringBuilder();
        for (int number : numbers) {
            names.append(names.isEmpty() ? "" : ",")
                    .append('\'')
                    .append(name(number))
                    .append('\'');
        }
        return "Cluster status: [{running_nodes,[" + names + "]}]\n";
    }

    private static int freePorts(int count) {
        for (int attempt = 0; attempt < 100; attempt++) {
            int first = ThreadLocalRandom.current().nextInt(PORTS_MIN, PORTS_MAX - count);
            if (free(first, count)) {
                return first;
            }
        }
        throw new IllegalStateException(
                "No " + count + " free ports in a row between " + PORTS_MIN + " and " + PORTS_MAX);
    }

    private static boolean free(int first, int count) {
        for (int port = first; port < first + count; port++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        nodes.values().forEach(TestBroker::close);
    }
}
