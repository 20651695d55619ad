package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.testing.sim.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * Clients that connect, vanish, publish, subscribe and answer at random, on a node with several shards whose store completes its flushes at
 * arbitrary times and whose process dies now and then. Whatever happens, nothing that was acknowledged is lost to a durable subscriber, QoS
 * 2 messages arrive once, the order is kept, windows are not exceeded, and in the end the store is empty.
 */
@SuppressWarnings("EnumOrdinal") // places in an array of this class
class SessionSimulationTest {
    private static final String[] TOPICS = {"s/0", "s/1", "s/2"};
    private static final Qos[] QOS = Qos.values();
    private static final int SHARDS = 3;
    private static final int SCHEDULES = 40;
    private static final int STEPS = 4_000;

    private enum Event {
        READ(200),
        ANSWER(150),
        PUBLISH(150),
        RUN(300),
        FLUSH(100),
        SLOW_DOWN(20),
        CONNECT(10),
        LOSE(15),
        SUBSCRIBE(10),
        UNSUBSCRIBE(10),
        CRASH(5);

        private final int weightMax;

        Event(int weightMax) {
            this.weightMax = weightMax;
        }
    }

    private static final Event[] EVENTS = Event.values();

    private static final class World {
        private final Random random;
        private final boolean crashes;
        private final TestConfig config = new TestConfig();
        private final ManualClock clock = new ManualClock(TestNode.START_MS);
        private final MemoryStore store = new MemoryStore();
        private final List<SimClient> clients = new ArrayList<>();
        private final int[] weights = new int[EVENTS.length];
        private TestNode node;

        World(Random random, boolean crashes) {
            this.random = random;
            for (Event event : EVENTS) {
                weights[event.ordinal()] = 1 + random.nextInt(event.weightMax);
            }
            this.crashes = crashes;
            config.maxInflight = 1 + random.nextInt(8);
            config.maxQueueLength = 0;
            config.maxQueueBytes = Long.MAX_VALUE;
            config.maxNodeQueueBytes = Long.MAX_VALUE;
            config.mailboxMax = 1 + random.nextInt(20);
            node = newNode();
        }

        private TestNode newNode() {
            TestNode made = new TestNode(config, SHARDS, clock, store);
            made.runLater();
            return made;
        }

        private void populate() {
            long never = ConnectRequest.NEVER;
            for (int i = 0; i < 4; i++) {
                clients.add(new SimClient("durable" + i, never, 1 + random.nextInt(10)));
            }
            clients.add(new SimClient("clean0", 0, 5));
            clients.add(new SimClient("clean1", 0, 5));
            clients.forEach(client -> client.connect(node));
            node.run();
            clients.forEach(SimClient::read);
            clients.get(0).subscribe("s/#", Qos.EXACTLY_ONCE);
            clients.get(1).subscribe("s/+", Qos.AT_LEAST_ONCE);
            clients.get(1).subscribe("s/1", Qos.EXACTLY_ONCE);
            clients.get(2).subscribe("s/0", Qos.EXACTLY_ONCE);
            clients.get(2).subscribe("s/2", Qos.AT_MOST_ONCE);
            settle();
            store.flushesAtOnce(false);
        }

        private void step() {
            SimClient client = clients.get(random.nextInt(clients.size()));
            if (client.offline() && random.nextInt(5) == 0) {
                client.connect(node);
                return;
            }
            switch (draw()) {
                case READ -> times(8, client::read);
                case ANSWER -> times(4, client::answer);
                case PUBLISH -> client.publish(TOPICS[random.nextInt(TOPICS.length)], QOS[random.nextInt(3)]);
                case RUN -> node.shards.runOne(random.nextInt(SHARDS));
                case FLUSH -> times(3, this::completeFlush);
                case SLOW_DOWN -> client.writable(random.nextInt(4) > 0);
                case CONNECT -> client.connect(node); // a takeover if it is connected
                case LOSE -> client.lose();
                case SUBSCRIBE -> client.change("noise/" + random.nextInt(3) + "/#", QOS[random.nextInt(3)]);
                case UNSUBSCRIBE -> client.unsubscribe("noise/" + random.nextInt(3) + "/#");
                case CRASH -> {
                    if (crashes) {
                        crash();
                    }
                }
            }
        }

        /** What happens next; how likely each is differs from run to run. */
        private Event draw() {
            int sum = 0;
            for (int weight : weights) {
                sum += weight;
            }
            int left = random.nextInt(sum);
            for (Event event : EVENTS) {
                left -= weights[event.ordinal()];
                if (left < 0) {
                    return event;
                }
            }
            throw new AssertionError("the weights sum up");
        }

        private void times(int max, BooleanSupplier action) {
            int left = 1 + random.nextInt(max);
            while (left > 0 && action.getAsBoolean()) {
                left--;
            }
        }

        private boolean completeFlush() {
            if (store.waitingFlushes() == 0) {
                return false;
            }
            store.completeOne();
            return true;
        }

        private void crash() {
            clients.forEach(SimClient::crashed);
            store.crash(random.nextInt(store.unflushed() + 1));
            node = newNode();
            node.sessions.restore();
            node.run();
        }

        /** Everybody connects and answers until nothing is left to do. */
        private void settle() {
            boolean more = true;
            for (int round = 0; more; round++) {
                assertThat(round).as("it comes to an end").isLessThan(10_000);
                more = node.shards.runAll();
                while (store.waitingFlushes() > 0) {
                    store.completeOne();
                    more = true;
                }
                for (SimClient client : clients) {
                    if (!client.connected()) {
                        client.connect(node);
                        more = true;
                    }
                    client.writable(true);
                    while (client.read() || client.answer()) {
                        more = true;
                    }
                }
            }
        }

        private void check() {
            Set<String> acknowledged = new HashSet<>();
            clients.forEach(client -> acknowledged.addAll(client.acknowledged()));
            for (SimClient client : clients) {
                assertThat(client.idle()).as("%s has nothing open", client.id()).isTrue();
                inOrder(client);
                if (!client.filters().isEmpty()) {
                    acknowledged.forEach(payload -> arrived(client, payload));
                }
            }
            SessionStats stats = node.sessions.stats();
            assertThat(stats.inflight()).isZero();
            assertThat(stats.queuedMessages()).isZero();
            assertThat(stats.queuedBytes()).isZero();
            assertThat(stats.connected()).isEqualTo(clients.size());
            store.disk().forEach((id, kept) -> {
                assertThat(kept.deliveries).as("stored deliveries of %s", id).isEmpty();
                assertThat(kept.awaitingRelease)
                        .as("stored packet ids of %s", id)
                        .isEmpty();
            });
        }

        private static void arrived(SimClient client, String payload) {
            if (granted(client, payload) != Qos.AT_MOST_ONCE) {
                assertThat(client.got()).as("what %s got", client.id()).contains(payload);
            }
        }

        /** QoS 2 once, and of each publisher, topic and QoS the first copies in their order [MQTT-4.6.0-5]. */
        private void inOrder(SimClient client) {
            Map<String, Integer> last = new HashMap<>();
            Set<String> seen = new HashSet<>();
            for (String payload : client.got()) {
                Qos published = Qos.of(payload.charAt(payload.lastIndexOf('|') - 1) - '0');
                Qos granted = published.min(granted(client, payload));
                if (!seen.add(payload)) {
                    // What is granted QoS 0 is not stored: it may be out before a crash and come again after it.
                    boolean mayRepeat = published == Qos.AT_LEAST_ONCE
                            || granted == Qos.AT_LEAST_ONCE
                            || (crashes && published == Qos.EXACTLY_ONCE && granted == Qos.AT_MOST_ONCE);
                    assertThat(mayRepeat)
                            .as("%s got %s twice", client.id(), payload)
                            .isTrue();
                } else if (published == granted || granted != Qos.AT_MOST_ONCE) {
                    // Else QoS 0 may lose the first copy and bring the one that the publisher sends again.
                    int bar = payload.lastIndexOf('|');
                    int n = Integer.parseInt(payload.substring(bar + 1));
                    Integer before = last.put(payload.substring(0, bar), n);
                    assertThat(before == null || before < n)
                            .as("%s got %s after %s", client.id(), payload, before)
                            .isTrue();
                }
            }
        }

        /** The highest QoS of the client's lasting subscriptions to the message's topic. */
        private static Qos granted(SimClient client, String payload) {
            int from = payload.indexOf('|') + 1;
            TopicName topic = TopicName.of(payload.substring(from, payload.indexOf('|', from)));
            Qos granted = Qos.AT_MOST_ONCE;
            for (Map.Entry<String, Qos> filter : client.filters().entrySet()) {
                if (SubscriptionFilter.parse(filter.getKey()).filter().matches(topic)) {
                    granted = granted.max(filter.getValue());
                }
            }
            return granted;
        }
    }

    private static void runMany(boolean crashes) {
        Seeds.of("SessionSimulationTest" + (crashes ? " crashes" : ""), SCHEDULES)
                .forEach(random -> {
                    World world = new World(random, crashes);
                    world.populate();
                    for (int i = 0; i < STEPS; i++) {
                        world.step();
                    }
                    world.settle();
                    world.check();
                });
    }

    @Test
    void nothingIsLostDoubledOrReorderedOverReconnects() {
        runMany(false);
    }

    @Test
    void nothingIsLostDoubledOrReorderedOverCrashes() {
        runMany(true);
    }
}
