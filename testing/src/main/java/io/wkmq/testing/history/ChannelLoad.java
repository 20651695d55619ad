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
 * Clients of a channel that nodes of a cluster keep together: on each node a publisher {@code named-<node>} whose messages have
 * names, on the first also one {@code plain-<node>} without, on the last one of MQTT 3.1.1 {@code older-<node>}; and a reader and a
 * publisher with names that go on with the next node when a connection ends. Used by one test thread.
 */
public final class ChannelLoad implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(45);
    /** What nodes may do to their clients while something fails. */
    private static final List<String> ENDS = List.of(
            "the connection was closed", "Expected Connack", "Got the code", "Waited for Suback", CursorReader.REFUSED);

    private static final String READER = "reader";
    private static final String ROAMER = "roamer";

    private final History history = new History();
    private final ChannelHistory appended = new ChannelHistory();
    private final List<AppendingPublisher> publishers = new ArrayList<>();
    private final CursorReader reader;

    /**
     * Clients that are not connected yet.
     *
     * @param topics what is in front of a publisher's name in its topic; the channel takes all of that
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

    /** Connections that ended so far. */
    public History connections() {
        return history;
    }

    /** What was acknowledged and read so far. */
    public ChannelHistory appended() {
        return appended;
    }

    /** Connects all; returns when messages of each publisher are acknowledged and the reader gets some. */
    public void start() {
        publishers.forEach(LoadClient::start);
        reader.start();
        awaitProgress();
    }

    /** Waits until a message that each publisher sends from now on is acknowledged, and the reader goes on. */
    public void awaitProgress() {
        long read = appended.lastRead(READER);
        awaitAcknowledgements(publishers);
        Await.until(
                LIMIT,
                () -> "the reader goes on behind " + read + "; " + ends(),
                () -> appended.lastRead(READER) > read);
    }

    /** Waits until a message that each publisher which stays on one of those nodes sends from now on is acknowledged. */
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
                // more than one window: what was sent before now is not enough
                () -> some.stream()
                        .allMatch(publisher -> acknowledgements(publisher)
                                > before.getOrDefault(publisher.name(), 0L) + AppendingPublisher.WINDOW));
    }

    /** How many messages of the publishers that stay on a node were acknowledged. */
    public long acknowledgements(String node) {
        return publishers.stream()
                .filter(publisher -> publisher.node().equals(node))
                .mapToLong(this::acknowledgements)
                .sum();
    }

    /** How often messages of the publishers that stay on a node were refused. */
    public long refusals(String node) {
        return publishers.stream()
                .filter(publisher -> publisher.node().equals(node))
                .mapToLong(publisher -> appended.refusals(publisher.name()))
                .sum();
    }

    private long acknowledgements(AppendingPublisher publisher) {
        return appended.acknowledgements(publisher.name());
    }

    /** Ends the publishers, once what they named is acknowledged. */
    public void stopPublishing() throws InterruptedException {
        publishers.forEach(LoadClient::stop);
        for (AppendingPublisher publisher : publishers) {
            publisher.awaitEnd();
            if (!publisher.hasEnded()) {
                throw new AssertionError(publisher.name() + " waits for acknowledgements that do not come; " + ends());
            }
        }
    }

    /** Waits until the reader has a message, and ends it. */
    public void finishReading(long last) throws InterruptedException {
        Await.until(
                LIMIT,
                () -> "the reader gets " + last + ", not only " + appended.lastRead(READER) + "; " + ends(),
                () -> appended.lastRead(READER) >= last);
        reader.stop();
        reader.awaitEnd();
    }

    /** Why connections ended, but for those that a node closed or did not accept. */
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
