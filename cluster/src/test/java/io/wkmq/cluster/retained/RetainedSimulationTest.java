package io.wkmq.cluster.retained;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.retained.SimCluster.SimNode;
import io.wkmq.routing.Message;
import io.wkmq.routing.TopicName;
import io.wkmq.session.StampedMessage;
import io.wkmq.testing.sim.Seeds;
import io.wkmq.testing.sim.Weather;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Whatever the network does, however wrong the clocks are, and whichever nodes die and return: once it is quiet, all nodes retain the same
 * messages, the one with the newest stamp for each topic; and no node ever goes back to an older one.
 */
class RetainedSimulationTest {
    private static final int SCHEDULES = 300;

    private long delivered;
    private long applied;

    @Test
    void allNodesEndWithTheNewest() {
        Seeds.of("RetainedSimulationTest", SCHEDULES).forEach(random -> {
            Schedule schedule = new Schedule(random);
            schedule.run();
            delivered += schedule.cluster.network.delivered();
            applied += schedule.applied;
        });
        System.out.println("RetainedSimulationTest: " + delivered + " messages, " + applied + " changes taken over");
        assertThat(applied).isPositive();
    }

    private static final class Schedule {
        private static final int SKEW_MS = 5_000;
        private static final int EXPIRY_MAX_MS = 8_000;
        private static final int QUIET_MS = 20_000;

        private final Random random;
        private final SimCluster cluster;
        private final int topics;

        /** Of each topic the newest that any client has published. */
        private final Map<String, StampedMessage> newest = new TreeMap<>();

        /** Of each topic what each node had last. */
        private final Map<Integer, Map<String, StampedMessage>> seen = new HashMap<>();

        private int published;
        private long applied;

        Schedule(Random random) {
            this.random = random;
            cluster = new SimCluster(2 + random.nextInt(3), random, Duration.ofHours(1));
            topics = 2 + random.nextInt(60);
            for (int i = 0; i < cluster.size(); i++) {
                cluster.skew(i, random.nextInt(2 * SKEW_MS + 1) - SKEW_MS);
                cluster.start(i);
            }
        }

        void run() {
            int steps = 50 + random.nextInt(200);
            for (int i = 0; i < steps; i++) {
                if (random.nextInt(10) == 0) {
                    disturb();
                }
                List<SimNode> alive = cluster.alive();
                if (!alive.isEmpty()) {
                    publish(alive.get(random.nextInt(alive.size())));
                }
                if (random.nextInt(3) == 0) {
                    cluster.time.pass(random.nextInt(random.nextInt(10) == 0 ? 3_000 : 50));
                    look();
                }
            }
            cluster.network.weather(Weather.FAIR);
            cluster.network.mendAll();
            cluster.startAll();
            cluster.time.pass(QUIET_MS);
            look();
            check();
        }

        private void disturb() {
            int one = random.nextInt(cluster.size());
            int other = random.nextInt(cluster.size());
            switch (random.nextInt(9)) {
                case 0 ->
                    cluster.network.weather(new Weather(
                            random.nextInt(4) * 0.1,
                            random.nextInt(3) * 0.1,
                            random.nextInt(3),
                            3 + random.nextInt(80)));
                case 1 -> cluster.network.weather(Weather.FAIR);
                case 2 -> cluster.network.cut(one, other);
                case 3 -> cluster.isolate(one);
                case 4, 5 -> {
                    cluster.network.mend(one, other);
                    cluster.network.mend(other, one);
                }
                case 6 -> cluster.crash(one);
                case 7 -> cluster.skew(one, random.nextInt(2 * SKEW_MS + 1) - SKEW_MS);
                default -> cluster.start(one);
            }
        }

        private void publish(SimNode node) {
            String topic = "t/" + random.nextInt(topics);
            byte[] payload =
                    random.nextInt(3) == 0 ? new byte[0] : ("m" + ++published).getBytes(StandardCharsets.UTF_8);
            if (payload.length > 0 && random.nextInt(30) == 0) {
                payload =
                        Arrays.copyOf(payload, random.nextInt(400_000)); // some in a batch, some pulled, some in parts
                payload[0] = 'm';
            }
            long expiresAfterMs = random.nextInt(5) == 0 ? random.nextInt(EXPIRY_MAX_MS) : Message.NEVER;
            StampedMessage now = node.publish(topic, payload, expiresAfterMs);
            StampedMessage before = newest.get(topic);
            if (before == null || now.newerThan(before)) {
                newest.put(topic, now);
            }
        }

        /** No node ever goes back, and after a crash it has what it had. */
        private void look() {
            for (SimNode node : cluster.alive()) {
                Map<String, StampedMessage> had = seen.computeIfAbsent(node.number, key -> new HashMap<>());
                for (String topic : newest.keySet()) {
                    StampedMessage before = had.get(topic);
                    if (before != null || known(node, topic)) {
                        StampedMessage now = node.find(topic);
                        assertThat(before != null && before.newerThan(now))
                                .as("node %s went back from %s to %s", node.number, before, now)
                                .isFalse();
                        had.put(topic, now);
                    }
                }
            }
        }

        private static boolean known(SimNode node, String topic) {
            return node.retained.find(TopicName.of(topic)) != null;
        }

        private void check() {
            Map<String, byte[]> expected = new TreeMap<>();
            long now = cluster.node(0).clock.millis();
            newest.forEach((topic, message) -> {
                if (!message.removal() && !message.expired(now)) {
                    expected.put(topic, message.payload());
                }
            });
            assertThat(cluster.alive()).hasSize(cluster.size());
            for (SimNode node : cluster.alive()) {
                Map<String, Message> read = node.read();
                assertThat(read.keySet()).as("node %s", node.number).isEqualTo(expected.keySet());
                read.forEach((topic, message) -> assertThat(message.payload())
                        .as("%s of node %s", topic, node.number)
                        .isEqualTo(expected.get(topic)));
                newest.forEach((topic, message) -> {
                    StampedMessage found = node.find(topic);
                    assertThat(found.newerThan(message) || message.newerThan(found))
                            .as("%s of node %s is %s, the newest is %s", topic, node.number, found, message)
                            .isFalse();
                });
                assertThat(node.retained.size()).isEqualTo(expected.size());
                assertThat(node.retained.hashes(now))
                        .isEqualTo(cluster.node(0).retained.hashes(now));
                applied += node.replication().statistics().applied();
            }
        }
    }
}
