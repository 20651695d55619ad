package io.wkmq.testing.history;

import io.wkmq.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The clients of a share group: on each node of a cluster a publisher {@code once-<node>} with QoS 1, one {@code exact-<node>} with QoS 2,
 * and a member {@code member-<node>} of the share group that receives what all publish. Used by one test thread.
 */
public final class GroupLoad implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration INTERVAL = Duration.ofMillis(20);

    private final History history = new History();
    private final List<NumberedPublisher> publishers = new ArrayList<>();
    private final Set<String> exact;
    private final List<RecordingSubscriber> members = new ArrayList<>();

    /** Creates clients that are not connected yet. */
    public GroupLoad(List<String> nodes, ClusterLoad.Door door) {
        for (String node : nodes) {
            LoadClient.Opener opener = () -> door.open(node);
            members.add(RecordingSubscriber.member("group", "member-" + node, node, opener, history));
            publishers.add(new NumberedPublisher("once-" + node, node, opener, history, 1, INTERVAL));
            publishers.add(new NumberedPublisher(exact(node), node, opener, history, 2, INTERVAL));
        }
        exact = nodes.stream().map(GroupLoad::exact).collect(Collectors.toSet());
    }

    private static String exact(String node) {
        return "exact-" + node;
    }

    /** Returns what happened so far. */
    public History history() {
        return history;
    }

    /** Connects all clients, members first; returns once messages published on every node have reached every member. */
    public void start() throws InterruptedException {
        members.forEach(LoadClient::start);
        for (RecordingSubscriber member : members) {
            if (!member.subscribed().await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(member.name() + " is not subscribed after " + LIMIT + ": " + history.ends());
            }
        }
        publishers.forEach(LoadClient::start);
        awaitShares(publishers, members);
    }

    /** Waits until each member on these nodes has received a message that was sent on each of these nodes from now on. */
    public void awaitSharesAmong(List<String> nodes) {
        awaitShares(
                publishers.stream()
                        .filter(publisher -> nodes.contains(publisher.node()))
                        .toList(),
                members.stream().filter(member -> nodes.contains(member.node())).toList());
    }

    /**
     * Checks per node rather than per publisher: members take turns on the messages that enter at a node, so with two publishers in
     * lockstep and two members, each member may receive only one publisher's messages.
     */
    private static void awaitShares(List<NumberedPublisher> from, List<RecordingSubscriber> to) {
        Map<NumberedPublisher, Long> next = new LinkedHashMap<>();
        for (NumberedPublisher publisher : from) {
            // messages sent earlier must not suffice
            next.put(publisher, publisher.lastAcknowledged() + NumberedPublisher.WINDOW + 1);
        }
        NumberedPublisher.awaitAcknowledgements(LIMIT, from);
        Map<String, List<NumberedPublisher>> byNode =
                from.stream().collect(Collectors.groupingBy(NumberedPublisher::node));
        byNode.forEach((node, publishers) -> to.forEach(member -> Await.until(
                LIMIT,
                () -> member.name() + " gets some of what is sent on " + node,
                () -> publishers.stream()
                        .anyMatch(publisher ->
                                member.has(publisher.name(), Objects.requireNonNull(next.get(publisher)))))));
    }

    /**
     * Stops publishing, waits until nothing is missing, stops all clients, and judges the history.
     *
     * @param cuts the periods during which two nodes were cut off from each other, up to when both had noticed
     */
    public GroupVerdict finish(List<Cut> cuts) throws InterruptedException {
        publishers.forEach(LoadClient::stop);
        for (NumberedPublisher publisher : publishers) {
            publisher.awaitEnd();
        }
        Await.until(
                LIMIT,
                () -> "members have what is owed: " + verdict(cuts).wrongMessages(),
                () -> verdict(cuts).lost().isEmpty());
        members.forEach(LoadClient::stop);
        for (RecordingSubscriber member : members) {
            member.awaitEnd();
        }
        return verdict(cuts);
    }

    private GroupVerdict verdict(List<Cut> cuts) {
        return GroupJudge.judge(history.events(), cuts, exact);
    }

    @Override
    public void close() {
        publishers.forEach(LoadClient::stop);
        members.forEach(LoadClient::stop);
    }
}
