package io.wkmq.testing.history;

import io.wkmq.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The clients of a cluster that roam: on each node a publisher {@code once-<node>} with QoS 1 and one {@code exact-<node>} with QoS 2; and
 * clients {@code roamer-<i>} that move from node to node and receive what all publish. Used by one test thread.
 */
public final class RoamingLoad implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration INTERVAL = Duration.ofMillis(40);

    private final History history = new History();
    private final List<NumberedPublisher> publishers = new ArrayList<>();
    private final List<Roamer> roamers = new ArrayList<>();

    /** Creates clients that are not connected yet. */
    public RoamingLoad(List<String> nodes, ClusterLoad.Door door, int count, long seed) {
        for (String node : nodes) {
            LoadClient.Opener opener = () -> door.open(node);
            publishers.add(new NumberedPublisher("once-" + node, node, opener, history, 1, INTERVAL));
            publishers.add(new NumberedPublisher("exact-" + node, node, opener, history, 2, INTERVAL));
        }
        for (int i = 1; i <= count; i++) {
            roamers.add(new Roamer("roamer-" + i, nodes, door, history, seed + i));
        }
    }

    /** Returns what happened so far. */
    public History history() {
        return history;
    }

    /** Returns the client ids of the roaming clients. */
    public List<String> roamers() {
        return roamers.stream().map(Roamer::name).toList();
    }

    /** Returns the node a roaming client is connected to, empty between connections. */
    public String place(String roamer) {
        return roamers.stream()
                .filter(candidate -> candidate.name().equals(roamer))
                .findFirst()
                .orElseThrow()
                .place();
    }

    /** Connects all clients; returns once all roaming clients have subscribed and the publishers are started. */
    public void start() {
        roamers.forEach(Roamer::start);
        Await.until(
                LIMIT,
                () -> "all are subscribed: " + history.ends(),
                () -> roamers.stream().allMatch(Roamer::subscribed));
        publishers.forEach(LoadClient::start);
    }

    /** Restricts roaming to those nodes from now on. */
    public void keepTo(List<String> nodes) {
        roamers.forEach(roamer -> roamer.keepTo(nodes));
    }

    /** Ends the roaming; returns once all roaming clients are connected. */
    public void settle() {
        roamers.forEach(Roamer::settle);
        Await.until(
                LIMIT,
                () -> "all are connected: " + history.ends(),
                () -> roamers.stream().noneMatch(roamer -> roamer.place().isEmpty()));
    }

    /** Stops publishing, waits until the last acknowledged messages have reached all roaming clients, and stops all clients. */
    public void finish() throws InterruptedException {
        publishers.forEach(LoadClient::stop);
        for (NumberedPublisher publisher : publishers) {
            publisher.awaitEnd();
        }
        for (NumberedPublisher publisher : publishers) {
            long last = publisher.lastAcknowledged();
            for (Roamer roamer : roamers) {
                Await.until(
                        LIMIT,
                        () -> roamer.name() + " has " + publisher.name() + ' ' + last,
                        () -> roamer.has(publisher.name(), last));
            }
        }
        roamers.forEach(Roamer::stop);
        for (Roamer roamer : roamers) {
            roamer.awaitEnd();
        }
    }

    @Override
    public void close() {
        publishers.forEach(LoadClient::stop);
        roamers.forEach(Roamer::stop);
    }
}
