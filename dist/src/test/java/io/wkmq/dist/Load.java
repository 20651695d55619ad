package io.wkmq.dist;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.crash.Ack;
import io.wkmq.testing.crash.LoadPublisher;
import io.wkmq.testing.crash.LoadSubscriber;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Publishers and subscribers of many kinds, all with persistent sessions, and what they must find after a crash. Used by one test thread.
 */
final class Load implements AutoCloseable {
    /** A subscriber and how it spends its time. */
    private record Subscriber(LoadSubscriber client, int everyRounds) {}

    /** Generous: many nodes may start at the same time. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final int NEVER = Integer.MAX_VALUE;

    private final List<LoadPublisher> publishers = List.of(
            new LoadPublisher("once-311", V311, "load/a", 1, 20, false),
            new LoadPublisher("once-5", V5, "load/b", 1, 50, false),
            new LoadPublisher("exactly-311", V311, "load/c", 2, 20, false),
            new LoadPublisher("exactly-5", V5, "load/d", 2, 10, false),
            new LoadPublisher("kept", V5, "load/kept", 1, 5, true));
    private final List<Subscriber> subscribers = List.of(
            new Subscriber(new LoadSubscriber("always-1", V311, "load/#", 1, 0), 1),
            new Subscriber(new LoadSubscriber("always-2", V5, "load/#", 2, 0), 1),
            new Subscriber(new LoadSubscriber("late-1", V5, "load/+", 1, 30), 1),
            new Subscriber(new LoadSubscriber("late-2", V311, "load/#", 2, 30), 1),
            new Subscriber(new LoadSubscriber("sometimes-2", V5, "load/#", 2, 3), 3),
            new Subscriber(new LoadSubscriber("never-1", V5, "load/#", 1, 0), NEVER),
            new Subscriber(new LoadSubscriber("never-2", V311, "load/#", 2, 0), NEVER));
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** A node whose queues hold all of the load, with a log that takes no room in a pipe. */
    static Node node(Installation installation, Path home) {
        return new Node(installation, home)
                .with("WKMQ_HEAP", "256m")
                .with("WKMQ_LOG__CONSOLE", "off")
                .with("WKMQ_STORAGE__RESERVE", "0")
                .with("WKMQ_STORAGE__FAIL_ON_CORRUPTION", "on")
                .with("WKMQ_MQTT__MQUEUE__MAX_LENGTH", "0")
                .with("WKMQ_MQTT__MQUEUE__MAX_BYTES", "1GB")
                .with("WKMQ_OVERLOAD__QUEUE_MEMORY", "90%");
    }

    /** Makes the sessions and subscriptions. */
    void subscribe(int port) {
        subscribers.forEach(subscriber -> subscriber.client.subscribe(port));
    }

    /** Lets the clients work until the broker is gone; the result is there when all have noticed. */
    CompletableFuture<Void> begin(int port, int round, int messagesEach) {
        List<CompletableFuture<?>> running = new ArrayList<>();
        for (Subscriber subscriber : subscribers) {
            if (round % subscriber.everyRounds == 0 && subscriber.everyRounds != NEVER) {
                running.add(CompletableFuture.runAsync(() -> subscriber.client.receiveUntilTheEnd(port), threads));
            }
        }
        for (LoadPublisher publisher : publishers) {
            running.add(CompletableFuture.supplyAsync(() -> publisher.publish(port, messagesEach), threads));
        }
        return CompletableFuture.allOf(running.toArray(CompletableFuture<?>[]::new));
    }

    /** How many messages were acknowledged so far. */
    int acks() {
        return publishers.stream().mapToInt(LoadPublisher::ackCount).sum();
    }

    /** What is retained is not older than the last message that was acknowledged. */
    void checkRetained(int port) {
        checkRetained(port, System.nanoTime());
    }

    private void checkRetained(int port, long nanos) {
        for (LoadPublisher publisher : publishers) {
            List<Ack> acks = before(publisher, nanos);
            if (!publisher.retained() || acks.isEmpty()) {
                continue;
            }
            long acknowledged = acks.get(acks.size() - 1).number();
            try (MqttProbe probe = MqttProbe.open("127.0.0.1", port, V5).within(LIMIT)) {
                probe.connect("looks");
                probe.subscribe(publisher.topic(), 0);
                Publish publish = probe.await(Publish.class);
                assertThat(publish.retain()).isTrue();
                assertThat(LoadPublisher.number(publish))
                        .as("the retained message")
                        .isBetween(acknowledged, publisher.last());
            }
        }
    }

    /** A node that was started on what a power cut at a time has left still has what was promised before. */
    void checkAfterPowerCut(int port, long nanos) {
        checkRetained(port, nanos);
        LoadPublisher end = new LoadPublisher("end", V5, "load/end", 1, 1, false);
        assertThat(end.publish(port, 1)).as("the node takes messages").isTrue();
        all(subscribers, subscriber -> {
            LoadSubscriber client = subscriber.client.asOf(nanos);
            client.receiveTheLastOf(port, List.of(end));
            for (LoadPublisher publisher : publishers) {
                assertThat(client.missing(publisher, before(publisher, nanos)))
                        .as("%s -> %s: acknowledged, but not delivered", publisher.name(), client.name())
                        .isEmpty();
            }
        });
    }

    private static List<Ack> before(LoadPublisher publisher, long nanos) {
        return publisher.acks().stream().filter(ack -> ack.nanos() - nanos < 0).toList();
    }

    /** Lets all publishers get their last acknowledgements and all subscribers what is theirs. */
    void complete(int port) {
        all(
                publishers,
                publisher -> assertThat(publisher.publish(port, 1))
                        .as("%s completes", publisher.name())
                        .isTrue());
        all(subscribers, subscriber -> subscriber.client.receiveTheLastOf(port, publishers));
    }

    /** Everything that was promised has come, in order, and nothing was repeated but for a new connection. */
    void checkDeliveries() {
        for (Subscriber subscriber : subscribers) {
            LoadSubscriber client = subscriber.client;
            for (LoadPublisher publisher : publishers) {
                String way = publisher.name() + " -> " + client.name();
                assertThat(client.missing(publisher, publisher.acks()))
                        .as("%s: acknowledged, but not delivered", way)
                        .isEmpty();
                assertThat(client.repeatedExactlyOnce(publisher))
                        .as("%s: repeated at QoS 2", way)
                        .isEmpty();
                assertThat(client.stepsBack(publisher))
                        .as(
                                "%s: repetitions; connections %s and %s",
                                way, publisher.connections(), client.connections())
                        .isLessThanOrEqualTo(publisher.connections() + client.connections());
            }
        }
    }

    private <T> void all(List<T> clients, Consumer<T> work) {
        List<CompletableFuture<Void>> running = clients.stream()
                .map(client -> CompletableFuture.runAsync(() -> work.accept(client), threads))
                .toList();
        CompletableFuture.allOf(running.toArray(CompletableFuture<?>[]::new)).join();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    @Override
    public String toString() {
        Function<LoadPublisher, String> account =
                publisher -> publisher.name() + " " + publisher.ackCount() + "/" + publisher.last();
        return "acknowledged of sent: " + publishers.stream().map(account).toList();
    }
}
