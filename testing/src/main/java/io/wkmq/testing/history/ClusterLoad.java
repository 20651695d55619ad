package io.wkmq.testing.history;

import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * On each node of a cluster a publisher {@code publisher-<node>}, a subscriber {@code durable-<node>} and a subscriber
 * {@code clean-<node>}; every subscriber gets what all publishers publish. Used by one test thread.
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

    /** Clients that are not connected yet. */
    public ClusterLoad(List<String> nodes, Door door) {
        for (String node : nodes) {
            LoadClient.Opener opener = () -> door.open(node);
            subscribers.add(new RecordingSubscriber(durable(node), node, opener, history, true));
            subscribers.add(new RecordingSubscriber(clean(node), node, opener, history, false));
            publishers.add(new NumberedPublisher(publisher(node), node, opener, history, 1, INTERVAL));
        }
    }

    /** The publisher on a node. */
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
        subscribers.forEach(LoadClient::start);
        for (RecordingSubscriber subscriber : subscribers) {
            if (!subscriber.subscribed().await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(
                        subscriber.name() + " is not subscribed after " + LIMIT + ": " + history.ends());
            }
        }
        publishers.forEach(LoadClient::start);
        awaitProgress();
    }

    /** Waits until a message that each publisher sends from now on has come to every subscriber. */
    public void awaitProgress() {
        awaitAcknowledgements();
        awaitDelivery();
    }

    /** Waits until a message that each publisher sends from now on is acknowledged. */
    public void awaitAcknowledgements() {
        awaitAcknowledgements(publishers);
    }

    /** The same of the publishers on these nodes only. */
    public void awaitAcknowledgementsOf(List<String> nodes) {
        awaitAcknowledgements(publishers.stream()
                .filter(publisher -> nodes.contains(publisher.node()))
                .toList());
    }

    private static void awaitAcknowledgements(List<NumberedPublisher> some) {
        List<Long> before =
                some.stream().map(NumberedPublisher::lastAcknowledged).toList();
        Await.until(
                LIMIT,
                () -> "every publisher is acknowledged, last: "
                        + some.stream()
                                .map(publisher -> publisher.name() + ' ' + publisher.lastAcknowledged())
                                .toList(),
                () -> allAcknowledgedAfter(some, before));
    }

    private static boolean allAcknowledgedAfter(List<NumberedPublisher> some, List<Long> before) {
        for (int i = 0; i < before.size(); i++) {
            // More than one window: what was sent before now is not enough.
            if (some.get(i).lastAcknowledged() <= before.get(i) + NumberedPublisher.WINDOW) {
                return false;
            }
        }
        return true;
    }

    /** Stops publishing, waits until all is acknowledged and delivered, and ends all clients. */
    public void finish() throws InterruptedException {
        publishers.forEach(LoadClient::stop);
        for (NumberedPublisher publisher : publishers) {
            publisher.awaitEnd();
        }
        awaitDelivery();
        subscribers.forEach(LoadClient::stop);
        for (RecordingSubscriber subscriber : subscribers) {
            subscriber.awaitEnd();
        }
    }

    private void awaitDelivery() {
        for (NumberedPublisher publisher : publishers) {
            long last = publisher.lastAcknowledged();
            for (RecordingSubscriber subscriber : subscribers) {
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
