package io.wkmq.dist.lab;

import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Await;
import io.wkmq.testing.history.Cut;
import io.wkmq.testing.history.GroupLoad;
import io.wkmq.testing.history.GroupVerdict;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.sim.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Sends every kind of message while one of three nodes is cut off from the others, and afterwards. */
@Lab
class TrafficIT {
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    /** The default of cluster.heartbeat.max. */
    private static final Duration HEARTBEAT_MAX = Duration.ofSeconds(10);

    /** The bar: from one cluster again until all have the same retained messages, which are compared each second. */
    private static final Duration RETAINED_BAR = Duration.ofSeconds(5);

    /** Time for several comparisons. */
    private static final Duration SETTLED = Duration.ofSeconds(5);

    /** After that no more retained messages come. */
    private static final Duration QUIET = Duration.ofMillis(500);

    private static final int TOPICS = 60;
    private static final int CHANGES = 300;

    @Test
    void messagesOfEveryQosGoOnOnBothSides(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst();
                Fault fault = Fault.withEveryQos(cluster)) {
            List<List<LabNode>> groups = List.of(cluster.nodes(1), cluster.nodes(2, 3));
            fault.split(groups);
            fault.awaitSplit(HEARTBEAT_MAX, groups);
            groups.forEach(group -> fault.load().awaitProgressAmong(LabCluster.names(group)));

            fault.heal();
            fault.excuseBetween(groups);
            fault.load().awaitProgress();

            fault.judgeUnbroken(); // those with QoS 0 and 2 come once at most
        }
    }

    @Test
    void aShareGroupOfEachSideGetsEachMessageOnce(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst();
                GroupLoad load = cluster.groupLoad()) {
            List<List<LabNode>> groups = List.of(cluster.nodes(1), cluster.nodes(2, 3));
            load.start();
            try {
                long began = System.nanoTime();
                cluster.split(groups);
                groups.forEach(group -> cluster.awaitViews(PATIENCE, group));
                long seen = System.nanoTime();
                groups.forEach(group -> load.awaitSharesAmong(LabCluster.names(group)));

                cluster.network().heal();
                cluster.awaitOne(PATIENCE);
                cluster.awaitEqualRoutes(PATIENCE);
                load.awaitSharesAmong(LabCluster.names(cluster.nodes())); // one group again

                GroupVerdict verdict =
                        load.finish(List.of(new Cut("n1", "n2", began, seen), new Cut("n1", "n3", began, seen)));
                cluster.tell(verdict.acknowledged() + " acknowledged, " + verdict.excused()
                        + " lost with QoS 2 or twice with QoS 1 as the cut began");
                assertThat(verdict.wrongMessages())
                        .as("messages that nobody got, or two; see %s", cluster.file("history"))
                        .isEmpty();
                assertThat(verdict.ended()).as("connections that ended").isEmpty();
            } finally {
                load.history().write(cluster.file("history"));
            }
        }
    }

    @Test
    void theNewestRetainedMessagesAreLeft(TestInfo test) throws Exception {
        Random random = Seeds.one("TrafficIT");
        Map<String, String> newest = new TreeMap<>();
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst()) {
            List<MqttProbe> writers = new ArrayList<>();
            for (LabNode node : cluster.nodes()) {
                MqttProbe writer = cluster.open(node, V5);
                writer.connect("writer-" + node);
                writers.add(writer);
            }
            for (int i = 0; i < TOPICS; i++) {
                retain(writers.get(random.nextInt(writers.size())), newest, "kept/" + i, "before the cut");
            }
            awaitRetained(cluster, newest);

            List<List<LabNode>> groups = List.of(cluster.nodes(1), cluster.nodes(2, 3));
            cluster.split(groups);
            groups.forEach(group -> cluster.awaitViews(PATIENCE, group));
            Map<String, Set<Integer>> sides = new HashMap<>();
            for (int i = 0; i < CHANGES; i++) {
                int writer = random.nextInt(writers.size());
                String topic = "kept/" + random.nextInt(TOPICS);
                sides.computeIfAbsent(topic, t -> new HashSet<>()).add(Math.min(writer, 1));
                retain(writers.get(writer), newest, topic, random.nextInt(3) == 0 ? "" : "change " + i);
            }
            assertThat(sides.values())
                    .as("topics that both sides have changed")
                    .filteredOn(both -> both.size() == 2)
                    .hasSizeGreaterThan(TOPICS / 2);
            assertThat(newest).as("some are removed").hasSizeBetween(1, TOPICS - 1);

            cluster.network().heal();
            cluster.awaitOne(PATIENCE);
            Duration same = awaitRetained(cluster, newest);
            cluster.tell("the same retained messages " + Fault.seconds(same) + " after one cluster");
            assertThat(same)
                    .as("time until all have the same retained messages")
                    .isLessThan(Bars.here(RETAINED_BAR));
            Fault.last(SETTLED);
            for (LabNode node : cluster.nodes()) {
                assertThat(retained(cluster, node))
                        .as("what %s has later: what was removed stays away", node)
                        .isEqualTo(newest);
            }
            writers.forEach(MqttProbe::ping);
            writers.forEach(MqttProbe::close);
        }
    }

    /** Changes a topic later, by the clock that all nodes of this machine have, than whatever was changed before. */
    private static void retain(MqttProbe writer, Map<String, String> newest, String topic, String text) {
        long now = System.currentTimeMillis();
        Await.until("the next millisecond", () -> System.currentTimeMillis() > now);
        writer.publish(publish(topic, text).retain(), 1);
        if (text.isEmpty()) {
            newest.remove(topic);
        } else {
            newest.put(topic, text);
        }
    }

    private static Duration awaitRetained(LabCluster cluster, Map<String, String> expected) {
        long start = System.nanoTime();
        for (LabNode node : cluster.nodes()) {
            Await.until(
                    PATIENCE,
                    () -> node + " has " + expected + ", it has " + retained(cluster, node),
                    () -> retained(cluster, node).equals(expected));
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** What a new subscriber of a node gets. */
    private static Map<String, String> retained(LabCluster cluster, LabNode node) {
        try (MqttProbe reader = cluster.open(node, V5)) {
            reader.connect("reader-" + node);
            reader.subscribe("kept/#", 0);
            Map<String, String> texts = new TreeMap<>();
            reader.drain(QUIET).forEach(packet -> {
                Publish message = (Publish) packet;
                texts.put(message.topic(), message.text());
            });
            return texts;
        }
    }
}
