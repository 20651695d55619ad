package io.wkmq.testing.history;

import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * On each node of a cluster a publisher {@code publisher-<node>} with QoS 1, a subscriber {@code durable-<node>} and a subscriber
 * {@code clean-<node>}; every subscriber gets what all publishers publish. With every QoS there are also publishers
 * {@code loose-<node>} with QoS 0 and {@code exact-<node>} with QoS 2. Used by one test thread.
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

    /** Clients that are not connected yet, with QoS 1. */
    public ClusterLoad(List<String> nodes, Door door) {
        this(nodes, door, false);
    }

    private ClusterLoad(List<String> nodes, Door door, boolean everyQos) {
        this.door = door;
        this.everyQos = everyQos;
        nodes.forEach(this::add);
    }

    /** The same with a publisher of each QoS on each node and subscribers with QoS 2; together they publish as much. */
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

    /** The publisher on a node with QoS 1. */
    public static String publisher(String node) {
        return "publisher-" + node;
    }

    /** The subscriber on a node whose session outlives connections. */
    public static String durable(String node) {
        return "durable-" + node;
    }

    /** The subscriber on a node whose session does not. */
    public static String clean(String node) {
        return "clean-" + node;
    }

    /** What happened so far. */
    public History history() {
        return history;
    }

    /** Connects all, first the subscribers; returns when messages of each publisher have come to each subscriber. */
    public void start() throws InterruptedException {
        start(subscribers, publishers);
    }

    /** Connects the same clients on one more node; returns when messages of each publisher have come to each subscriber. */
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

    /** Waits until a message that each publisher sends from now on has come to every subscriber. */
    public void awaitProgress() {
        awaitAcknowledgements();
        awaitDelivery(publishers, subscribers);
    }

    /** The same of the publishers and the subscribers on these nodes only. */
    public void awaitProgressAmong(List<String> nodes) {
        awaitAcknowledgementsOf(nodes);
        awaitDelivery(on(nodes, publishers), on(nodes, subscribers));
    }

    /** Waits until a message that each publisher sends from now on is acknowledged, or sent with QoS 0. */
    public void awaitAcknowledgements() {
        NumberedPublisher.awaitAcknowledgements(LIMIT, publishers);
    }

    /** The same of the publishers on these nodes only. */
    public void awaitAcknowledgementsOf(List<String> nodes) {
        NumberedPublisher.awaitAcknowledgements(LIMIT, on(nodes, publishers));
    }

    private static <T extends LoadClient> List<T> on(List<String> nodes, List<T> clients) {
        return clients.stream().filter(client -> nodes.contains(client.node())).toList();
    }

    /** Stops publishing, waits until all is acknowledged and delivered, and ends all clients. */
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
