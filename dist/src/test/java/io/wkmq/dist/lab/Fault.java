package io.wkmq.dist.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Await;
import io.wkmq.testing.history.ClusterLoad;
import io.wkmq.testing.history.Cut;
import io.wkmq.testing.history.Judge;
import io.wkmq.testing.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A fault in a cluster under load, its repair, and the checks that must hold afterwards. Used by one test thread. */
final class Fault implements AutoCloseable {
    /** The bar: until one cluster again, from when the last link is mended. */
    static final Duration HEAL_BAR = Duration.ofSeconds(10);

    /** The bar: from then until all have the same routes. */
    static final Duration ROUTES_BAR = Duration.ofSeconds(2);

    /** More than the bars, so that a failure tells by how much one was missed. */
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private final LabCluster cluster;
    private final List<LabNode> nodes;
    private final ClusterLoad load;
    private final List<Long> pids;
    private final List<Cut> cuts = new ArrayList<>();
    private long beganNanos;
    private long firstBeganNanos;

    /** Begins with clients on all nodes. */
    Fault(LabCluster cluster) throws InterruptedException {
        this(cluster, cluster.nodes(), cluster.load());
    }

    /** The same, where clients publish and subscribe with every QoS. */
    static Fault withEveryQos(LabCluster cluster) throws InterruptedException {
        return new Fault(cluster, cluster.nodes(), cluster.loadOfEveryQos());
    }

    /** The same with clients on some nodes, of which alone is demanded that their processes go on. */
    static Fault on(LabCluster cluster, List<LabNode> nodes) throws InterruptedException {
        return new Fault(cluster, nodes, cluster.load(nodes));
    }

    private Fault(LabCluster cluster, List<LabNode> nodes, ClusterLoad load) throws InterruptedException {
        this.cluster = cluster;
        this.nodes = nodes;
        this.load = load;
        this.pids = pids();
        load.start();
    }

    private List<Long> pids() {
        return nodes.stream().map(LabNode::pid).toList();
    }

    /** The clients. */
    ClusterLoad load() {
        return load;
    }

    /** When it began, by {@link System#nanoTime}. */
    long beganNanos() {
        return beganNanos;
    }

    /** Something fails now. */
    void begin(Runnable failing) {
        beganNanos = System.nanoTime();
        if (firstBeganNanos == 0) {
            firstBeganNanos = beganNanos;
        }
        failing.run();
    }

    /** Cuts all links between nodes of different groups. */
    void split(List<List<LabNode>> groups) {
        begin(() -> cluster.split(groups));
    }

    /** Nodes of each group have to see just their group, in time. */
    void awaitSplit(Duration bar, List<List<LabNode>> groups) {
        groups.forEach(group -> cluster.awaitViews(PATIENCE, group));
        Duration seen = Duration.ofNanos(System.nanoTime() - beganNanos);
        cluster.tell("split seen after " + seconds(seen));
        assertThat(seen).as("time until the split is seen").isLessThan(Bars.here(bar));
    }

    /** Mends all links; then the cluster has to be one again and its routes the same, in time. */
    void heal() {
        heal(cluster.nodes());
    }

    /** The same where only those nodes are left. */
    void heal(List<LabNode> left) {
        cluster.network().heal();
        Duration healed = cluster.awaitViews(PATIENCE, left);
        Duration routes = cluster.awaitEqualRoutes(PATIENCE, left);
        cluster.tell("healed after " + seconds(healed) + ", routes the same " + seconds(routes) + " later");
        assertThat(healed).as("time to heal").isLessThan(Bars.here(HEAL_BAR));
        assertThat(routes).as("time until all have the same routes").isLessThan(Bars.here(ROUTES_BAR));
    }

    /**
     * Since it began, publishers of these nodes have waited for an acknowledgement no longer than that, and subscribers of these nodes
     * for the next message of one of these publishers.
     */
    void assertServed(List<LabNode> nodes, Duration bar) {
        Set<String> publishers =
                nodes.stream().map(node -> ClusterLoad.publisher(node.name())).collect(Collectors.toSet());
        Set<String> subscribers = nodes.stream()
                .flatMap(node -> Stream.of(ClusterLoad.durable(node.name()), ClusterLoad.clean(node.name())))
                .collect(Collectors.toSet());
        Duration acks = load.history().longestAckPause(publishers::contains, beganNanos);
        Duration deliveries =
                load.history().longestDeliveryPause(publishers::contains, subscribers::contains, beganNanos);
        cluster.tell("clients of " + nodes + " waited " + seconds(acks) + " for an acknowledgement, "
                + seconds(deliveries) + " for a message");
        assertThat(acks).as("how long publishers of %s waited", nodes).isLessThan(Bars.here(bar));
        assertThat(deliveries).as("how long subscribers of %s waited", nodes).isLessThan(Bars.here(bar));
    }

    /** Nothing need have gone between those nodes from the beginning until now. */
    void excuse(List<LabNode> some, List<LabNode> others) {
        long now = System.nanoTime();
        for (LabNode one : some) {
            for (LabNode other : others) {
                cuts.add(new Cut(one.name(), other.name(), beganNanos, now));
            }
        }
    }

    /** Nothing need have gone between different groups from the beginning until now. */
    void excuseBetween(List<List<LabNode>> groups) {
        for (int i = 0; i < groups.size(); i++) {
            for (int j = 0; j < i; j++) {
                excuse(groups.get(i), groups.get(j));
            }
        }
    }

    /** Lets all clients go on for a moment and end; then judges what they saw, whatever connections ended. */
    Verdict judge() throws InterruptedException {
        load.awaitProgress();
        load.finish();
        Verdict verdict = Judge.judge(load.history().events(), cuts);
        Set<String> disconnected = load.history().disconnected(firstBeganNanos);
        cluster.tell(verdict.acknowledged() + " acknowledged, " + verdict.owed() + " owed, " + verdict.received()
                + " received, " + verdict.duplicates()
                + " duplicates, longest pause of a publisher that stayed connected "
                + seconds(pause(publisher -> !disconnected.contains(publisher)))
                + (disconnected.isEmpty() ? "" : ", of another " + seconds(pause(disconnected::contains))));
        assertThat(verdict.owed()).as("what the test is about").isPositive();
        assertThat(verdict.wrongMessages())
                .as("messages lost, out of order or invented; see %s", cluster.file("history"))
                .isEmpty();
        return verdict;
    }

    private Duration pause(Predicate<String> publishers) {
        return load.history().longestAckPause(publishers, firstBeganNanos);
    }

    /** The same, and no client was disconnected and no process started anew. */
    Verdict judgeUnbroken() throws InterruptedException {
        Verdict verdict = judge();
        assertThat(verdict.ended()).as("connections that ended").isEmpty();
        assertThat(pids()).as("processes").isEqualTo(pids);
        assertThat(cluster.nodes()).allMatch(LabNode::isAlive);
        return verdict;
    }

    /** Lets that much time pass. */
    static void last(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        Await.until(time.multipliedBy(2), () -> "time passes", () -> System.nanoTime() - end >= 0);
    }

    static String seconds(Duration duration) {
        return duration.toMillis() / 1e3 + " s";
    }

    /** Ends the clients, and writes what they saw. */
    @Override
    public void close() {
        load.close();
        load.history().write(cluster.file("history"));
    }
}
