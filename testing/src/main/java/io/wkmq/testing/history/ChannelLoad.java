package io.wkmq.testing.history;

import io.wkmq.testing.Await;
import io.wkmq.testing.history.ClusterLoad.Door;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The clients of a channel that is replicated over the nodes of a cluster: on each node a publisher {@code named-<node>} of named messages;
 * on the first node also {@code plain-<node>}, whose messages have no names; on the last also {@code older-<node>}, which uses MQTT 3.1.1;
 * and a reader and a publisher of named messages that switch to the next node whenever a connection ends. Used by one test thread.
 */
public final class ChannelLoad implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(45);
    /** Ways in which nodes may legitimately end connections while faults are injected. */
    private static final List<String> ENDS = List.of(
            "the connection was closed", "Expected Connack", "Got the code", "Waited for Suback", CursorReader.REFUSED);

    private static final String READER = "reader";
    private static final String ROAMER = "roamer";

    private final History history = new History();
    private final ChannelHistory appended = new ChannelHistory();
    private final List<AppendingPublisher> publishers = new ArrayList<>();
    private final CursorReader reader;

    /**
     * Creates clients that are not connected yet.
     *
     * @param topics the prefix of a publisher's topic, in front of its name; the channel must capture all topics below it
     */
    public ChannelLoad(List<String> nodes, Door door, String channel, String topics) {
        for (String node : nodes) {
            publishers.add(
                    publisher("named-" + node, node, () -> door.open(node), AppendingPublisher.Kind.NAMED, topics));
        }
        String first = nodes.get(0);
        publishers.add(
                publisher("plain-" + first, first, () -> door.open(first), AppendingPublisher.Kind.PLAIN, topics));
        String last = nodes.get(nodes.size() - 1);
        publishers.add(publisher("older-" + last, last, () -> door.open(last), AppendingPublisher.Kind.OLDER, topics));
        publishers.add(publisher(ROAMER, "any", inTurn(nodes, door), AppendingPublisher.Kind.NAMED, topics));
        reader = new CursorReader(READER, "any", inTurn(nodes, door), history, appended, channel);
    }

    private static LoadClient.Opener inTurn(List<String> nodes, Door door) {
        AtomicInteger turn = new AtomicInteger();
        return () -> door.open(nodes.get(turn.getAndIncrement() % nodes.size()));
    }

    private AppendingPublisher publisher(
            String name, String node, LoadClient.Opener opener, AppendingPublisher.Kind kind, String topics) {
        return new AppendingPublisher(name, node, opener, history, appended, kind, topics);
    }

    /** Returns the history of the connections that ended. */
    public History connections() {
        return history;
    }

    /** Returns what was acknowledged and read so far. */
    public ChannelHistory appended() {
        return appended;
    }

    /** Connects all clients; returns once messages of every publisher are acknowledged and the reader receives some. */
    public void start() {
        publishers.forEach(LoadClient::start);
        reader.start();
        awaitProgress();
    }

    /** Waits until every publisher has a message acknowledged that it sends from now on, and the reader makes progress. */
    public void awaitProgress() {
        long read = appended.lastRead(READER);
        awaitAcknowledgements(publishers);
        Await.until(
                LIMIT,
                () -> "the reader goes on behind " + read + "; " + ends(),
                () -> appended.lastRead(READER) > read);
    }

    /** Waits until every publisher that stays on one of those nodes has a message acknowledged that it sends from now on. */
    public void awaitAcknowledgements(Collection<String> nodes) {
        awaitAcknowledgements(publishers.stream()
                .filter(publisher -> nodes.contains(publisher.node()))
                .toList());
    }

    private void awaitAcknowledgements(List<AppendingPublisher> some) {
        Map<String, Long> before = new HashMap<>();
        some.forEach(publisher -> before.put(publisher.name(), acknowledgements(publisher)));
        Await.until(
                LIMIT,
                () -> "each publisher is acknowledged more than " + before + "; " + ends(),
                // more than one window: acknowledgements of messages sent earlier must not suffice
                () -> some.stream()
                        .allMatch(publisher -> acknowledgements(publisher)
                                > before.getOrDefault(publisher.name(), 0L) + AppendingPublisher.WINDOW));
    }

    /** Returns how many messages of the publishers that stay on a node were acknowledged. */
    public long acknowledgements(String node) {
        return publishers.stream()
                .filter(publisher -> publisher.node().equals(node))
                .mapToLong(this::acknowledgements)
                .sum();
    }

    /** Returns how often messages of the publishers that stay on a node were refused. */
    public long refusals(String node) {
        return publishers.stream()
                .filter(publisher -> publisher.node().equals(node))
                .mapToLong(publisher -> appended.refusals(publisher.name()))
                .sum();
    }

    private long acknowledgements(AppendingPublisher publisher) {
        return appended.acknowledgements(publisher.name());
    }

    /** Stops the publishers once all their named messages are acknowledged. */
    public void stopPublishing() throws InterruptedException {
        publishers.forEach(LoadClient::stop);
        for (AppendingPublisher publisher : publishers) {
            publisher.awaitEnd();
            if (!publisher.hasEnded()) {
                throw new AssertionError(publisher.name() + " waits for acknowledgements that do not come; " + ends());
            }
        }
    }

    /** Waits until the reader has received the message at {@code last}, then stops it. */
    public void finishReading(long last) throws InterruptedException {
        Await.until(
                LIMIT,
                () -> "the reader gets " + last + ", not only " + appended.lastRead(READER) + "; " + ends(),
                () -> appended.lastRead(READER) >= last);
        reader.stop();
        reader.awaitEnd();
    }

    /** Returns why connections ended, except for those that a node closed or refused. */
    public List<String> surprises() {
        return history.events().stream()
                .filter(Event.Ended.class::isInstance)
                .map(event -> (Event.Ended) event)
                .filter(end -> ENDS.stream().noneMatch(end.reason()::contains))
                .map(end -> end.client() + ": " + end.reason())
                .toList();
    }

    private String ends() {
        List<Event> events = history.events();
        return events.subList(Math.max(0, events.size() - 10), events.size()).toString();
    }

    @Override
    public void close() {
        publishers.forEach(LoadClient::stop);
        reader.stop();
    }
}
