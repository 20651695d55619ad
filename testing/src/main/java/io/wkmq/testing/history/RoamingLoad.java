package io.wkmq.testing.history;

import io.wkmq.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * On each node a publisher {@code once-<node>} with QoS 1 and one {@code exact-<node>} with QoS 2; clients {@code roamer-<i>} that go
 * from node to node and get what all publish. Used by one test thread.
 */
public final class RoamingLoad implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration INTERVAL = Duration.ofMillis(40);

    private final History history = new History();
    private final List<NumberedPublisher> publishers = new ArrayList<>();
    private final List<Roamer> roamers = new ArrayList<>();

    /** Clients that are not connected yet. */
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

    /** What happened so far. */
    public History history() {
        return history;
    }

    /** The client ids of those who roam. */
    public List<String> roamers() {
        return roamers.stream().map(Roamer::name).toList();
    }

    /** Where a client that roams is connected, empty between two connections. */
    public String place(String roamer) {
        return roamers.stream()
                .filter(candidate -> candidate.name().equals(roamer))
                .findFirst()
                .orElseThrow()
                .place();
    }

    /** Connects all; returns when everybody has subscribed and everything is published. */
    public void start() {
        roamers.forEach(Roamer::start);
        Await.until(
                LIMIT,
                () -> "all are subscribed: " + history.ends(),
                () -> roamers.stream().allMatch(Roamer::subscribed));
        publishers.forEach(LoadClient::start);
    }

    /** From now on clients go to those nodes only. */
    public void keepTo(List<String> nodes) {
        roamers.forEach(roamer -> roamer.keepTo(nodes));
    }

    /** Nobody roams any more, and everybody is connected in the end. */
    public void settle() {
        roamers.forEach(Roamer::settle);
        Await.until(
                LIMIT,
                () -> "all are connected: " + history.ends(),
                () -> roamers.stream().noneMatch(roamer -> roamer.place().isEmpty()));
    }

    /** Stops publishing, waits until the last that was acknowledged has come to all who roam, and ends all clients. */
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
