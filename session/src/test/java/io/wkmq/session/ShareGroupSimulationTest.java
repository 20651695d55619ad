package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Qos;
import io.wkmq.testing.sim.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Members of a share group, clean and persistent ones, that come, go, unsubscribe and answer at random. An acknowledged QoS 1 message
 * reaches at least one member, a QoS 2 message at most one [MQTT-4.8.2-5]. On a node with a store that crashes now and then, no
 * acknowledged message of either QoS is lost.
 */
class ShareGroupSimulationTest {
    private static final int SCHEDULES = 60;
    private static final String SHARED = "$share/g/t/#";

    private static final class World {
        private final Random random;
        private final Qos qos;
        private final MemoryStore store = new MemoryStore();
        private final boolean crashes;
        private final TestConfig config = new TestConfig();
        private final ManualClock clock = new ManualClock(TestNode.START_MS);
        private final List<SimClient> members = new ArrayList<>();
        private final SimClient steady = new SimClient("steady", ConnectRequest.NEVER, 3);
        private final List<SimClient> publishers =
                List.of(new SimClient("pub0", ConnectRequest.NEVER, 9), new SimClient("pub1", 0, 9));

        private TestNode node;

        World(Random random, Qos qos, boolean crashes) {
            this.random = random;
            this.qos = qos;
            this.crashes = crashes;
            config.maxInflight = 1 + random.nextInt(5);
            config.maxQueueLength = 0;
            config.sharedRedispatch = random.nextBoolean();
            node = newNode();
            for (int i = 0; i < 5; i++) {
                boolean clean = !crashes && random.nextBoolean();
                members.add(new SimClient("m" + i, clean ? 0 : ConnectRequest.NEVER, 1 + random.nextInt(4)));
            }
            all().forEach(client -> client.connect(node));
            node.run();
            all().forEach(SimClient::read);
            steady.change(SHARED, Qos.EXACTLY_ONCE); // there always is a member to give a message to
            node.run();
            store.flushesAtOnce(false);
        }

        private TestNode newNode() {
            TestNode made = new TestNode(config, 3, clock, crashes ? store : null);
            made.runLater();
            return made;
        }

        private void crash() {
            all().forEach(SimClient::crashed);
            store.crash(random.nextInt(store.unflushed() + 1));
            node = newNode();
            node.sessions.restore();
            node.run();
        }

        /** Whether it never unsubscribes on a node with crashes. */
        private boolean loyal(SimClient member) {
            return crashes && members.indexOf(member) < 3;
        }

        /** Ends a member's session for good; it may come back with a new one. */
        private void end(SimClient member) {
            node.endSession(member.id(), ReasonCode.ADMINISTRATIVE_ACTION);
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
            switch (random.nextInt(crashes ? 16 : 12)) {
                case 0, 1, 2 -> any.read();
                case 3, 4 -> any.answer();
                case 5, 6 -> publishers.get(random.nextInt(2)).publish("t/" + random.nextInt(2), qos);
                case 7, 8 -> node.shards.runOne(random.nextInt(3));
                case 9 -> member.change(SHARED, Qos.EXACTLY_ONCE);
                case 10 -> {
                    if (random.nextBoolean() && !loyal(member)) {
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
                case 12, 13, 14 -> {
                    if (store.waitingFlushes() > 0) {
                        store.completeOne();
                    }
                }
                case 15 -> {
                    if (random.nextInt(40) == 0) {
                        crash();
                    } else if (qos == Qos.AT_LEAST_ONCE && loyal(member) && random.nextInt(10) == 0) {
                        // What it was sent of QoS 2, or before it left the group and the node died, would end with it.
                        end(member);
                    }
                }
                default -> throw new AssertionError("16 cases");
            }
        }

        private void settle() {
            boolean more = true;
            for (int round = 0; more; round++) {
                assertThat(round).as("it comes to an end").isLessThan(10_000);
                boolean ran = node.shards.runAll();
                more = ran || store.waitingFlushes() > 0;
                store.completeAll();
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
            if (qos == Qos.AT_LEAST_ONCE || crashes) {
                publishers.forEach(publisher -> assertThat(got).containsAll(publisher.acknowledged()));
            }
            assertThat(publishers.get(0).acknowledged()).isNotEmpty();
            assertThat(node.sessions.stats().inflight()).isZero();
            assertThat(node.sessions.stats().queuedMessages()).isZero();
        }
    }

    private static void run(Qos qos, boolean crashes) {
        Seeds.of("ShareGroupSimulationTest " + qos + (crashes ? " crashes" : ""), SCHEDULES)
                .forEach(random -> {
                    World world = new World(random, qos, crashes);
                    for (int step = 0; step < 3000; step++) {
                        world.step();
                    }
                    world.settle();
                    world.check();
                });
    }

    @Test
    void acknowledgedQos1ReachesAMember() {
        run(Qos.AT_LEAST_ONCE, false);
    }

    @Test
    void qos2ReachesNoTwoMembers() {
        run(Qos.EXACTLY_ONCE, false);
    }

    @Test
    void acknowledgedQos1ReachesAMemberOverCrashes() {
        run(Qos.AT_LEAST_ONCE, true);
    }

    @Test
    void acknowledgedQos2ReachesOneMemberOverCrashes() {
        run(Qos.EXACTLY_ONCE, true);
    }
}
