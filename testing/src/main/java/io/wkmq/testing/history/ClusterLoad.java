package io.wkmq.testing.history;

import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The clients of a cluster: on each node a publisher {@code publisher-<node>} with QoS 1, a subscriber {@code durable-<node>} with a
 * persistent session and a subscriber {@code clean-<node>} without; every subscriber receives what all publishers publish. With every QoS
 * there are also publishers {@code loose-<node>} with QoS 0 and {@code exact-<node>} with QoS 2. Used by one test thread.
 */
public final class ClusterLoad implements AutoCloseable {
    /** Opens connections to nodes. */
    @FunctionalInterface
    public interface Door {
        /** Connects to the node's MQTT port. */
        Wire open(String node) throws IOException;
    }

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration INTERVAL = Duration.ofMillis(20);

    private final History history = new History();
    private final List<NumberedPublisher> publishers = new ArrayList<>();
    private final List<RecordingSubscriber> subscribers = new ArrayList<>();
    private final Door door;
    private final boolean everyQos;

    /** Creates clients that use QoS 1 and are not connected yet. */
    public ClusterLoad(List<String> nodes, Door door) {
        this(nodes, door, false);
    }

    private ClusterLoad(List<String> nodes, Door door, boolean everyQos) {
        this.door = door;
        this.everyQos = everyQos;
        nodes.forEach(this::add);
    }

    /** Creates clients with a publisher of each QoS on each node and subscribers with QoS 2; the total rate is the same. */
    public static ClusterLoad ofEveryQos(List<String> nodes, Door door) {
        return new ClusterLoad(nodes, door, true);
    }

    private void add(String node) {
        LoadClient.Opener opener = () -> door.open(node);
        int granted = everyQos ? 2 : 1;
        subscribers.add(new RecordingSubscriber(durable(node), node, opener, history, true, granted));
        subscribers.add(new RecordingSubscriber(clean(node), node, opener, history, false, granted));
        Duration interval = everyQos ? INTERVAL.multipliedBy(3) : INTERVAL;
        publishers.add(new NumberedPublisher(publisher(node), node, opener, history, 1, interval));
        if (everyQos) {
            publishers.add(new NumberedPublisher("loose-" + node, node, opener, history, 0, interval));
            publishers.add(new NumberedPublisher("exact-" + node, node, opener, history, 2, interval));
        }
    }

    /** Returns the name of the QoS 1 publisher on a node. */
    public static String publisher(String node) {
        return "publisher-" + node;
    }

    /** Returns the name of the subscriber on a node whose session is persistent. */
    public static String durable(String node) {
        return "durable-" + node;
    }

    /** Returns the name of the subscriber on a node whose session ends with its connection. */
    public static String clean(String node) {
        return "clean-" + node;
    }

    /** Returns what happened so far. */
    public History history() {
        return history;
    }

    /** Connects all clients, subscribers first; returns once messages of every publisher have reached every subscriber. */
    public void start() throws InterruptedException {
        start(subscribers, publishers);
    }

    /** Connects the same kinds of clients on one more node; returns once messages of every publisher have reached every subscriber. */
    public void startOn(String node) throws InterruptedException {
        int subscribersBefore = subscribers.size();
        int publishersBefore = publishers.size();
        add(node);
        start(
                subscribers.subList(subscribersBefore, subscribers.size()),
                publishers.subList(publishersBefore, publishers.size()));
    }

    private void start(List<RecordingSubscriber> newSubscribers, List<NumberedPublisher> newPublishers)
            throws InterruptedException {
        newSubscribers.forEach(LoadClient::start);
        for (RecordingSubscriber subscriber : newSubscribers) {
            if (!subscriber.subscribed().await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(
                        subscriber.name() + " is not subscribed after " + LIMIT + ": " + history.ends());
            }
        }
        newPublishers.forEach(LoadClient::start);
        awaitProgress();
    }

    /** Waits until a message that each publisher sends from now on has reached every subscriber. */
    public void awaitProgress() {
        awaitAcknowledgements();
        awaitDelivery(publishers, subscribers);
    }

    /** As {@link #awaitProgress}, among the publishers and subscribers on these nodes only. */
    public void awaitProgressAmong(List<String> nodes) {
        awaitAcknowledgementsOf(nodes);
        awaitDelivery(on(nodes, publishers), on(nodes, subscribers));
    }

    /** Waits until a message that each publisher sends from now on is acknowledged, or, with QoS 0, sent. */
    public void awaitAcknowledgements() {
        NumberedPublisher.awaitAcknowledgements(LIMIT, publishers);
    }

    /** As {@link #awaitAcknowledgements}, for the publishers on these nodes only. */
    public void awaitAcknowledgementsOf(List<String> nodes) {
        NumberedPublisher.awaitAcknowledgements(LIMIT, on(nodes, publishers));
    }

    private static <T extends LoadClient> List<T> on(List<String> nodes, List<T> clients) {
        return clients.stream().filter(client -> nodes.contains(client.node())).toList();
    }

    /** Stops publishing, waits until everything is acknowledged and delivered, and stops all clients. */
    public void finish() throws InterruptedException {
        publishers.forEach(LoadClient::stop);
        for (NumberedPublisher publisher : publishers) {
            publisher.awaitEnd();
        }
        awaitDelivery(publishers, subscribers);
        subscribers.forEach(LoadClient::stop);
        for (RecordingSubscriber subscriber : subscribers) {
            subscriber.awaitEnd();
        }
    }

    private static void awaitDelivery(List<NumberedPublisher> from, List<RecordingSubscriber> to) {
        for (NumberedPublisher publisher : from) {
            long last = publisher.lastAcknowledged();
            for (RecordingSubscriber subscriber : to) {
                Await.until(
                        LIMIT,
                        () -> subscriber.name() + " has " + publisher.name() + ' ' + last,
                        () -> subscriber.has(publisher.name(), last));
            }
        }
    }

    @Override
    public void close() {
        publishers.forEach(LoadClient::stop);
        subscribers.forEach(LoadClient::stop);
    }
}
