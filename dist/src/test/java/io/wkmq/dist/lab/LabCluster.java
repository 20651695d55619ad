package io.wkmq.dist.lab;

import io.wkmq.dist.Installation;
import io.wkmq.testing.Await;
import io.wkmq.testing.history.ChannelLoad;
import io.wkmq.testing.history.ClusterLoad;
import io.wkmq.testing.history.GroupLoad;
import io.wkmq.testing.history.RoamingLoad;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Wire;
import io.wkmq.testing.net.Doorway;
import io.wkmq.testing.net.Host;
import io.wkmq.testing.net.LabNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInfo;

/**
 * Nodes {@code n1}, {@code n2} ... on separate hosts, which find each other by static discovery, and a host for clients. Homes and logs
 * remain in {@code target/lab/<test>}. Used by one test thread.
 */
final class LabCluster implements AutoCloseable {
    private static final Duration FORM_LIMIT = Duration.ofSeconds(60);

    private final Installation installation = Installation.built();
    private final String name;
    private final Path directory;
    private final Path sockets;
    private final LabNetwork network = new LabNetwork();
    private final Host doorHost = network.add();
    private final Doorway door = Doorway.on(doorHost);
    private final List<LabNode> nodes = new CopyOnWriteArrayList<>(); // clients look there while one is moved
    private final boolean ipv6;

    /** Nodes that are not started yet. */
    LabCluster(TestInfo test, int count) {
        this(test, count, false);
    }

    /** The same with nodes that have IPv6 addresses. */
    static LabCluster overIpv6(TestInfo test, int count) {
        return new LabCluster(test, count, true);
    }

    private LabCluster(TestInfo test, int count, boolean ipv6) {
        this.ipv6 = ipv6;
        if (ipv6) {
            network.addIpv6(doorHost);
        }
        directory = directory(
                test.getTestClass().orElseThrow(), test.getTestMethod().orElseThrow());
        name = directory.getFileName().toString();
        try {
            delete(directory);
            Files.createDirectories(directory);
            sockets = Files.createTempDirectory("lab");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int i = 0; i < count; i++) {
            add();
        }
        all(node -> node.with("WKMQ_CLUSTER__DISCOVERY", "static"));
        nameSeeds();
    }

    private void nameSeeds() {
        String seeds = nodes.stream().map(LabNode::fullName).collect(Collectors.joining(","));
        all(node -> node.with("WKMQ_CLUSTER__STATIC__SEEDS", seeds));
    }

    /** Where the homes of a test's nodes are. */
    static Path directory(Class<?> test, Method method) {
        return Path.of("target", "lab", test.getSimpleName() + '.' + method.getName())
                .toAbsolutePath();
    }

    /** Deletes a directory, if it is there, and all that is in it. */
    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    private void add() {
        String node = place(nodes.size() + 1);
        Host host = network.add();
        String address = ipv6 ? network.addIpv6(host) : host.address();
        nodes.add(new LabNode(installation, node, host, address, directory.resolve(node), sockets));
    }

    /** A node that does not run any more gets another name and another address; clients find it in the place of the former one. */
    LabNode move(int number, String newName) {
        LabNode moved = node(number).movedTo(newName, network.add());
        nodes.set(number - 1, moved);
        return moved;
    }

    /** All nodes, of which none runs, get other addresses, which they know of each other when they start. */
    void readdress() {
        for (LabNode node : nodes) {
            network.readdress(node.host());
            node.listen();
        }
        nameSeeds();
    }

    /** Changes all nodes, before they are started. */
    LabCluster all(Consumer<LabNode> change) {
        nodes.forEach(change);
        return this;
    }

    /** Starts the nodes at the same time, waits until they take clients and are one cluster. */
    LabCluster start() {
        nodes.forEach(LabNode::launch);
        nodes.forEach(LabNode::awaitStarted);
        awaitOne(FORM_LIMIT);
        return this;
    }

    /** Starts the first node, which then leads the cluster, and then the others. */
    LabCluster startFirstFirst() {
        node(1).start();
        nodes.stream().skip(1).forEach(LabNode::launch);
        nodes.stream().skip(1).forEach(LabNode::awaitStarted);
        awaitOne(FORM_LIMIT);
        return this;
    }

    /** Cuts all links between nodes of different groups. */
    void split(List<List<LabNode>> groups) {
        network.split(groups.stream()
                .map(group -> group.stream().map(LabNode::host).toList())
                .toList());
    }

    LabNetwork network() {
        return network;
    }

    /** A node by its number, from 1. */
    LabNode node(int number) {
        return nodes.get(number - 1);
    }

    List<LabNode> nodes() {
        return nodes;
    }

    List<LabNode> nodes(int... numbers) {
        return Arrays.stream(numbers).mapToObj(this::node).toList();
    }

    /** Connects to a node from the host of the clients. */
    MqttProbe open(LabNode node, MqttVersion version) {
        try {
            return MqttProbe.over(connect(node), version);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Wire connect(LabNode node) throws IOException {
        return door.open(node.address(), LabNode.MQTT_PORT);
    }

    private Wire connect(String place) throws IOException {
        return connect(nodes.get(places().indexOf(place)));
    }

    /** Clients on all nodes, not started yet. */
    ClusterLoad load() {
        return new ClusterLoad(places(), this::connect);
    }

    /** Clients on some nodes, not started yet. */
    ClusterLoad load(List<LabNode> some) {
        return new ClusterLoad(names(some), this::connect);
    }

    /** Clients with every QoS on all nodes, not started yet. */
    ClusterLoad loadOfEveryQos() {
        return ClusterLoad.ofEveryQos(places(), this::connect);
    }

    /** Publishers and members of a share group on all nodes, not started yet. */
    GroupLoad groupLoad() {
        return new GroupLoad(places(), this::connect);
    }

    /** Clients of a channel, not started yet. */
    ChannelLoad load(String channel, String topics) {
        return new ChannelLoad(names(nodes), name -> connect(named(name)), channel, topics);
    }

    /** Clients that go from node to node, and publishers, not started yet. */
    RoamingLoad roam(int count) {
        long seed = Long.getLong("wkmq.test.seed", System.nanoTime());
        tell("seed " + seed);
        return new RoamingLoad(places(), this::connect, count, seed);
    }

    /** The names that the nodes had first: clients go by these. */
    private List<String> places() {
        return IntStream.rangeClosed(1, nodes.size())
                .mapToObj(LabCluster::place)
                .toList();
    }

    private static String place(int number) {
        return "n" + number;
    }

    /** The names of some nodes, without hosts. */
    static List<String> names(List<LabNode> some) {
        return some.stream().map(LabNode::name).toList();
    }

    private LabNode named(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Waits until all nodes see all; how long that took. */
    Duration awaitOne(Duration limit) {
        return awaitViews(limit, nodes);
    }

    /** Waits until those nodes see each other and nobody else; how long that took. */
    Duration awaitViews(Duration limit, List<LabNode> group) {
        long start = System.nanoTime();
        List<String> expected = group.stream().map(LabNode::name).sorted().toList();
        Await.until(
                limit,
                () -> "each of " + expected + " sees these; they see " + views(),
                () -> group.stream().allMatch(node -> node.sees().equals(expected)));
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private Map<String, List<String>> views() {
        return nodes.stream()
                .filter(LabNode::isAlive)
                .collect(Collectors.toMap(LabNode::name, LabNode::sees, (a, b) -> a, TreeMap::new));
    }

    /** Waits until all nodes have the same routes; how long that took. */
    Duration awaitEqualRoutes(Duration limit) {
        return awaitEqualRoutes(limit, nodes);
    }

    /** Waits until those nodes have the same routes; how long that took. */
    Duration awaitEqualRoutes(Duration limit, List<LabNode> group) {
        return awaitEqual(limit, group, LabCluster::routes);
    }

    /** Waits until all nodes have as many routes of each, with the same hash; how long that took. For tables that are large. */
    Duration awaitEqualTotals(Duration limit) {
        return awaitEqual(limit, nodes, LabNode::routeTotals);
    }

    private static Duration awaitEqual(Duration limit, List<LabNode> group, Function<LabNode, ?> has) {
        long start = System.nanoTime();
        Await.until(
                limit,
                () -> group + " have the same routes: "
                        + group.stream().map(has).toList(),
                () -> group.stream().map(has).distinct().count() == 1);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** The routes that a node knows, each as {@code <filter> -> <names of nodes>}, sorted. */
    static List<String> routes(LabNode node) {
        return node.ctl("routes", "list")
                .lines()
                .map(LabCluster::withSortedNames)
                .sorted()
                .toList();
    }

    private static String withSortedNames(String line) {
        int arrow = line.indexOf(" -> ");
        return line.substring(0, arrow + 4)
                + Stream.of(line.substring(arrow + 4).split(",", -1))
                        .map(name -> name.replaceAll("@.*", ""))
                        .sorted()
                        .collect(Collectors.joining(","));
    }

    /** Writes to the report of the run. */
    void tell(String what) {
        System.out.println(name + ": " + what);
    }

    /** A file of the test, beside the homes of the nodes. */
    Path file(String name) {
        return directory.resolve(name);
    }

    @Override
    public void close() {
        nodes.forEach(LabNode::close);
        door.close();
        network.close();
        try {
            delete(sockets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
