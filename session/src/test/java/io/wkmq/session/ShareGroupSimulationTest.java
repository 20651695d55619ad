package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Qos;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Members of a share group, clean and persistent ones, that come, go, unsubscribe and answer at random. An acknowledged QoS 1
 * message reaches at least one member, a QoS 2 message at most one [MQTT-4.8.2-5].
 */
class ShareGroupSimulationTest {
    private static final String SHARED = "$share/g/t/#";

    private static final class World {
        private final Random random;
        private final Qos qos;
        private final TestNode node;
        private final List<SimClient> members = new ArrayList<>();
        private final SimClient steady = new SimClient("steady", ConnectRequest.NEVER, 3);
        private final List<SimClient> publishers =
                List.of(new SimClient("pub0", ConnectRequest.NEVER, 9), new SimClient("pub1", 0, 9));

        World(long seed, Qos qos) {
            this.random = new Random(seed);
            this.qos = qos;
            TestConfig config = new TestConfig();
            config.maxInflight = 1 + random.nextInt(5);
            config.maxQueueLength = 0;
            config.sharedRedispatch = random.nextBoolean();
            node = new TestNode(config, 3, new ManualClock(TestNode.START_MS), null);
            node.runLater();
            for (int i = 0; i < 5; i++) {
                boolean clean = random.nextBoolean();
                members.add(new SimClient("m" + i, clean ? 0 : ConnectRequest.NEVER, 1 + random.nextInt(4)));
            }
            for (SimClient client : all()) {
                client.connect(node);
                client.read();
            }
            steady.change(SHARED, Qos.EXACTLY_ONCE); // there always is a member to give a message to
        }

        private List<SimClient> all() {
            List<SimClient> all = new ArrayList<>(members);
            all.addAll(publishers);
            all.add(steady);
            return all;
        }

        private void step() {
            List<SimClient> all = all();
            SimClient any = all.get(random.nextInt(all.size()));
            SimClient member = members.get(random.nextInt(members.size()));
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> any.read();
                case 3, 4 -> any.answer();
                case 5, 6 -> publishers.get(random.nextInt(2)).publish("t/" + random.nextInt(2), qos);
                case 7, 8 -> node.shards.runOne(random.nextInt(3));
                case 9 -> member.change(SHARED, Qos.EXACTLY_ONCE);
                case 10 -> {
                    if (random.nextBoolean()) {
                        member.unsubscribe(SHARED);
                    } else {
                        member.lose();
                    }
                }
                case 11 -> {
                    if (!any.connected() || random.nextInt(8) == 0) {
                        any.connect(node);
                    }
                }
                default -> throw new AssertionError("12 cases");
            }
        }

        private void settle() {
            boolean more = true;
            for (int round = 0; more; round++) {
                assertThat(round).as("it comes to an end").isLessThan(10_000);
                more = node.shards.runAll();
                for (SimClient client : all()) {
                    if (!client.connected()) {
                        client.connect(node);
                        more = true;
                    }
                    while (client.read() || client.answer()) {
                        more = true;
                    }
                }
            }
        }

        private void check() {
            Set<String> got = new HashSet<>();
            for (SimClient client : all()) {
                for (String payload : client.got()) {
                    boolean first = got.add(payload);
                    assertThat(first || qos == Qos.AT_LEAST_ONCE)
                            .as("%s came twice, to %s", payload, client.id())
                            .isTrue();
                }
            }
            if (qos == Qos.AT_LEAST_ONCE) {
                publishers.forEach(publisher -> assertThat(got).containsAll(publisher.acknowledged()));
            }
            assertThat(publishers.get(0).acknowledged()).isNotEmpty();
            assertThat(node.sessions.stats().inflight()).isZero();
            assertThat(node.sessions.stats().queuedMessages()).isZero();
        }
    }

    private static void run(Qos qos) {
        Long one = Long.getLong("wkmq.seed");
        long base = one == null ? new Random().nextLong() : one;
        for (int i = 0; i < (one == null ? 60 : 1); i++) {
            try {
                World world = new World(base + i, qos);
                for (int step = 0; step < 3000; step++) {
                    world.step();
                }
                world.settle();
                world.check();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + (base + i) + ": " + e.getMessage(), e);
            }
        }
    }

    @Test
    void acknowledgedQos1ReachesAMember() {
        run(Qos.AT_LEAST_ONCE);
    }

    @Test
    void qos2ReachesNoTwoMembers() {
        run(Qos.EXACTLY_ONCE);
    }
}
