package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static io.wkmq.routing.Qos.AT_MOST_ONCE;
import static io.wkmq.routing.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.SubscriptionOptions.RetainHandling;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tests which messages a subscription receives, and how. */
class SubscriptionTest {
    private final TestConfig config = new TestConfig();
    private final TestNode node = TestNode.inMemory(config);
    private final TestClient client = node.client("sub").connect();

    private static SubscriptionOptions options(Qos qos, int identifier) {
        return SubscriptionOptions.of(qos, false, false, RetainHandling.SEND, identifier);
    }

    /** [MQTT-3.8.4-7], [MQTT-3.9.3-1]. */
    @Test
    void grantsTheQosAskedFor() {
        client.subscribe("a", AT_MOST_ONCE).subscribe("b", AT_LEAST_ONCE).subscribe("c", EXACTLY_ONCE);

        assertThat(client.subacks())
                .containsExactly(ReasonCode.SUCCESS, ReasonCode.GRANTED_QOS_1, ReasonCode.GRANTED_QOS_2);
        assertThat(node.sessions.stats().subscriptions()).isEqualTo(3);
    }

    @Test
    void numberOfSubscriptionsIsBounded() {
        config.maxSubscriptions = 1;
        TestClient bounded = TestNode.inMemory(config).client("sub").connect();

        bounded.subscribe("a", AT_MOST_ONCE).subscribe("b", AT_MOST_ONCE).subscribe("a", AT_LEAST_ONCE);

        assertThat(bounded.subacks())
                .containsExactly(ReasonCode.SUCCESS, ReasonCode.QUOTA_EXCEEDED, ReasonCode.GRANTED_QOS_1);
    }

    /** [MQTT-3.8.4-3]. */
    @Test
    void sameFilterReplacesTheOptions() {
        client.subscribe("t", options(AT_MOST_ONCE, 3)).subscribe("t", options(AT_LEAST_ONCE, 4));

        node.publish("t", AT_LEAST_ONCE, "a");

        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 a ids[4]");
        assertThat(node.sessions.stats().subscriptions()).isEqualTo(1);
    }

    /** [MQTT-3.3.4-2], [MQTT-3.3.4-3], [MQTT-3.3.4-4]. */
    @Test
    void overlappingSubscriptionsYieldOneCopyWithTheHighestQosAndAllIdentifiers() {
        client.subscribe("a/b", options(AT_MOST_ONCE, 1))
                .subscribe("a/+", options(EXACTLY_ONCE, 2))
                .subscribe("a/#", options(AT_LEAST_ONCE, 0))
                .subscribe("#", options(AT_LEAST_ONCE, 7))
                .subscribe("x", options(AT_LEAST_ONCE, 9));
        TestClient other = node.client("other").connect().subscribe("a/+", AT_MOST_ONCE);

        node.publish("a/b", EXACTLY_ONCE, "m");
        node.publish("a/c", EXACTLY_ONCE, "n");

        assertThat(client.packets())
                .containsExactly("PUBLISH a/b q2 #1 m ids[1, 2, 7]", "PUBLISH a/c q2 #2 n ids[2, 7]");
        assertThat(other.packets()).containsExactly("PUBLISH a/b q0 m", "PUBLISH a/c q0 n");
    }

    /** [MQTT-3.8.3-3]. */
    @Test
    void noLocalKeepsTheClientsOwnMessagesAway() {
        SubscriptionOptions noLocal = SubscriptionOptions.of(AT_LEAST_ONCE, true, false, RetainHandling.SEND, 0);
        client.subscribe("t", noLocal).publish("t", AT_LEAST_ONCE, 1, "own");
        node.publish("t", AT_LEAST_ONCE, "other's");

        assertThat(client.packets()).containsExactly("PUBACK 1 SUCCESS", "PUBLISH t q1 #1 other's");
    }

    /** A client may have gone to another node while what it had published was on its way there. */
    @Test
    void noLocalKeepsOwnMessagesAwayThatAnotherNodeForwards() {
        SubscriptionOptions noLocal = SubscriptionOptions.of(AT_LEAST_ONCE, true, false, RetainHandling.SEND, 0);
        client.subscribe("t", noLocal);
        for (String publisher : List.of(client.session().clientId(), "other")) {
            Message message = new Message(
                    TopicName.of("t"),
                    publisher.getBytes(StandardCharsets.UTF_8),
                    AT_LEAST_ONCE,
                    false,
                    MessageProperties.NONE,
                    publisher,
                    0,
                    Message.NEVER);
            node.shards.on(0, () -> node.sessions.router().deliver(message, true, List.of(), HandOver.NONE));
            node.settle();
        }

        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 other");
    }

    @Test
    void noLocalOfOneFilterDoesNotSilenceAnother() {
        client.subscribe("t", SubscriptionOptions.of(EXACTLY_ONCE, true, false, RetainHandling.SEND, 1))
                .subscribe("#", options(AT_LEAST_ONCE, 2))
                .publish("t", EXACTLY_ONCE, 1, "own");

        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 own ids[2]", "PUBREC 1 SUCCESS");
    }

    /** [MQTT-3.3.1-12], [MQTT-3.3.1-13]. */
    @Test
    void retainFlagIsKeptOnlyAsPublishedIfAsked() {
        SubscriptionOptions asPublished = SubscriptionOptions.of(AT_MOST_ONCE, false, true, RetainHandling.SEND, 0);
        client.subscribe("t", AT_MOST_ONCE);
        TestClient keeping =
                node.client("keeping").connect().subscribe("t", asPublished).subscribe("#", AT_MOST_ONCE);
        TestClient publisher = node.client("pub").connect();

        publisher.publish("t", AT_MOST_ONCE, 0, "a", true, -1).publish("t", AT_MOST_ONCE, 0, "b", false, -1);

        assertThat(client.packets()).containsExactly("PUBLISH t q0 a", "PUBLISH t q0 b");
        assertThat(keeping.packets()).containsExactly("PUBLISH t q0 a retain", "PUBLISH t q0 b");
    }

    /** [MQTT-3.10.4-2], [MQTT-3.10.4-3], [MQTT-3.10.4-5]. */
    @Test
    void unsubscribedFilterGetsNothingNewButFinishesWhatWasBegun() {
        client.subscribe("t", EXACTLY_ONCE).subacks();
        node.publish("t", EXACTLY_ONCE, "a");

        client.unsubscribe("t", "never");
        node.publish("t", EXACTLY_ONCE, "b");
        client.pubrec(1);

        assertThat(client.subacks()).containsExactly(ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED);
        assertThat(client.packets()).containsExactly("PUBLISH t q2 #1 a", "PUBREL 1 SUCCESS");
        assertThat(node.routes.size()).isZero();
    }

    @Test
    void sessionsWithManySubscriptionsFindEachOfThem() {
        for (int i = 0; i < 40; i++) {
            client.subscribe("t/" + i, AT_MOST_ONCE);
        }
        for (int i = 0; i < 40; i += 2) {
            client.unsubscribe("t/" + i);
        }
        for (int i = 0; i < 40; i++) {
            node.publish("t/" + i, AT_MOST_ONCE, "m");
        }

        assertThat(client.packets()).hasSize(20).contains("PUBLISH t/39 q0 m").doesNotContain("PUBLISH t/38 q0 m");
        assertThat(node.routes.size()).isEqualTo(20);
        assertThat(client.info().subscriptions()).hasSize(20);
    }

    @Test
    void eachClientGetsWhatAModelSays() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String[] filters = {"#", "a/#", "a/+", "a/b", "+/b", "a", "c/+/d", "+", "+/+/+"};
        String[] topics = {"a", "a/b", "a/c", "b/b", "c/x/d", "z"};
        for (int run = 0; run < 200; run++) {
            TestNode fresh = TestNode.inMemory();
            Map<TestClient, Map<String, SubscriptionOptions>> held = new LinkedHashMap<>();
            for (int c = 0; c < 4; c++) {
                Map<String, SubscriptionOptions> own = new TreeMap<>();
                TestClient subscriber = fresh.client("c" + c).connect();
                for (int s = random.nextInt(5); s > 0; s--) {
                    String filter = filters[random.nextInt(filters.length)];
                    SubscriptionOptions options = SubscriptionOptions.of(
                            Qos.of(random.nextInt(3)),
                            random.nextBoolean(),
                            random.nextBoolean(),
                            RetainHandling.DO_NOT_SEND,
                            random.nextInt(4));
                    subscriber.subscribe(filter, options);
                    own.put(filter, options);
                }
                held.put(subscriber, own);
            }
            TestClient publisher = fresh.client("c" + random.nextInt(5)).cleanStart(false);
            for (TestClient candidate : held.keySet()) {
                if (candidate.session().clientId().equals(publisher.clientId())) {
                    publisher = candidate;
                }
            }
            if (!held.containsKey(publisher)) {
                publisher.connect();
            }
            String topic = topics[random.nextInt(topics.length)];
            Qos qos = Qos.of(random.nextInt(3));
            publisher.publish(topic, qos, qos == AT_MOST_ONCE ? 0 : 1, "m", true, -1);
            for (Map.Entry<TestClient, Map<String, SubscriptionOptions>> entry : held.entrySet()) {
                TestClient subscriber = entry.getKey();
                List<String> deliveries = subscriber.packets().stream()
                        .filter(line -> line.startsWith("PUBLISH"))
                        .toList();
                assertThat(deliveries)
                        .as("seed %d run %d %s", seed, run, entry.getValue())
                        .isEqualTo(model(topic, qos, subscriber == publisher, entry.getValue()));
            }
        }
    }

    private static List<String> model(
            String topic, Qos published, boolean own, Map<String, SubscriptionOptions> subscriptions) {
        TopicName name = TopicName.of(topic);
        List<SubscriptionOptions> matching = new ArrayList<>();
        subscriptions.forEach((filter, options) -> {
            if (TopicFilter.of(filter).matches(name) && !(own && options.noLocal())) {
                matching.add(options);
            }
        });
        if (matching.isEmpty()) {
            return List.of();
        }
        Qos granted = AT_MOST_ONCE;
        for (SubscriptionOptions options : matching) {
            granted = granted.max(options.qos());
        }
        granted = granted.min(published);
        List<Integer> ids = matching.stream()
                .map(SubscriptionOptions::identifier)
                .filter(id -> id != 0)
                .sorted()
                .toList();
        boolean retain = matching.stream().anyMatch(SubscriptionOptions::retainAsPublished);
        return List.of("PUBLISH " + topic + " q" + granted.code() + (granted == AT_MOST_ONCE ? "" : " #1") + " m"
                + (retain ? " retain" : "") + (ids.isEmpty() ? "" : " ids" + ids));
    }

    @Test
    void everySubscriberOfAFilterIsReachedWhenSomeLeave() {
        TestClient[] clients = new TestClient[10];
        for (int i = 0; i < 10; i++) {
            clients[i] = node.client("c" + i).connect().subscribe("t", AT_MOST_ONCE);
        }
        clients[0].unsubscribe("t");
        clients[4].disconnect();
        clients[9].unsubscribe("t");

        node.publish("t", AT_MOST_ONCE, "m");

        for (int i = 0; i < 10; i++) {
            boolean left = i == 0 || i == 4 || i == 9;
            assertThat(clients[i].packets()).as("client %d", i).hasSize(left ? 0 : 1);
        }
    }
}
