package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static io.wkmq.routing.Qos.AT_MOST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests how messages get from the publisher's shard to others. */
class LocalDispatchTest {
    private final TestConfig config = new TestConfig();

    private TestNode node = TestNode.inMemory(config);

    private TestNode shards(int count) {
        node = new TestNode(config, count, new ManualClock(TestNode.START_MS), null);
        return node;
    }

    /** A client whose session lives on that shard. */
    private TestClient on(int shard, String prefix) {
        for (int i = 0; ; i++) {
            TestClient client = node.client(prefix + i);
            if (client.shard() == shard) {
                return client;
            }
        }
    }

    @Test
    void everyShardWithSubscribersGetsOneMail() {
        shards(3);
        List<TestClient> subscribers = new ArrayList<>();
        for (int shard = 0; shard < 2; shard++) {
            for (int i = 0; i < 5; i++) {
                subscribers.add(on(shard, "sub" + i + "-").connect().subscribe("t", AT_MOST_ONCE));
            }
        }
        TestClient publisher = on(0, "pub").connect();
        node.runLater();

        publisher.publish("t", AT_MOST_ONCE, 0, "m");

        assertThat(node.shards.executors().get(1).waiting()).isEqualTo(1);
        assertThat(node.shards.executors().get(2).waiting()).isZero();
        node.run();
        assertThat(subscribers)
                .allSatisfy(client -> assertThat(client.packets()).hasSize(1));
    }

    @Test
    void messagesOfOnePublisherKeepTheirOrderOnEveryShard() {
        shards(2);
        TestClient near = on(0, "near").connect().subscribe("#", AT_LEAST_ONCE);
        TestClient far = on(1, "far").connect().subscribe("#", AT_LEAST_ONCE);
        TestClient publisher = on(0, "pub").connect();
        node.runLater();
        List<String> expected = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            publisher.publish(i % 2 == 0 ? "a" : "b", AT_LEAST_ONCE, i, "m" + i);
            expected.add("PUBLISH " + (i % 2 == 0 ? "a" : "b") + " q1 #" + i + " m" + i);
        }
        node.run();

        assertThat(near.packets()).isEqualTo(expected);
        assertThat(far.packets()).isEqualTo(expected);
    }

    @Test
    void fullMailboxDropsQos0() {
        config.mailboxMax = 2;
        shards(2);
        TestClient far = on(1, "far").connect().subscribe("t", AT_LEAST_ONCE);
        TestClient publisher = on(0, "pub").connect();
        node.runLater();
        for (int i = 0; i < 5; i++) {
            publisher.publish("t", AT_MOST_ONCE, 0, "m" + i);
        }
        node.run();

        assertThat(far.packets()).containsExactly("PUBLISH t q0 m0", "PUBLISH t q0 m1");
        assertThat(node.dropped(DropReason.MAILBOX_FULL)).isEqualTo(3);
    }

    @Test
    void fullMailboxMakesPublishersWait() {
        config.mailboxMax = 2;
        shards(2);
        TestClient far = on(1, "far").connect().subscribe("t", AT_LEAST_ONCE);
        TestClient publisher = on(0, "pub").connect();
        node.runLater();
        for (int i = 1; i <= 4; i++) {
            publisher.publish("t", AT_LEAST_ONCE, i, "m" + i);
        }
        assertThat(publisher.packets()).containsExactly("PUBACK 1 SUCCESS", "PUBACK 2 SUCCESS");
        assertThat(publisher.inboundInFlight()).isEqualTo(2);

        node.run();
        assertThat(publisher.packets()).containsExactly("PUBACK 3 SUCCESS", "PUBACK 4 SUCCESS");
        assertThat(far.packets()).hasSize(4);
    }

    @Test
    void publisherWaitsForDurableSubscribersOfOtherShards() {
        MemoryStore store = new MemoryStore();
        node = new TestNode(config, 3, new ManualClock(TestNode.START_MS), store);
        on(1, "durable").expiry(60).connect().subscribe("t", AT_LEAST_ONCE);
        on(2, "durable").expiry(60).connect().subscribe("#", AT_LEAST_ONCE);
        TestClient publisher = on(0, "pub").connect();
        store.flushesAtOnce(false);
        publisher.publish("t", AT_LEAST_ONCE, 1, "a").publish("other", AT_LEAST_ONCE, 2, "b");
        assertThat(store.waitingFlushes()).isGreaterThan(1);

        store.completeOne();
        node.run();
        assertThat(publisher.packets()).isEmpty();
        store.completeAll();
        node.run();
        assertThat(publisher.packets()).containsExactly("PUBACK 1 SUCCESS", "PUBACK 2 SUCCESS");
    }

    @Test
    void publisherWaitsForADurableMemberOnAnotherShard() {
        MemoryStore store = new MemoryStore();
        node = new TestNode(config, 2, new ManualClock(TestNode.START_MS), store);
        on(1, "durable").expiry(60).connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        TestClient publisher = on(0, "pub").connect();
        store.flushesAtOnce(false);
        publisher.publish("t", AT_LEAST_ONCE, 1, "a");
        assertThat(publisher.packets()).isEmpty();

        store.completeAll();
        node.run();
        assertThat(publisher.packets()).containsExactly("PUBACK 1 SUCCESS");
    }

    @Test
    void aRefusingShardFailsThePublishOnAnother() {
        MemoryStore store = new MemoryStore();
        node = new TestNode(config, 2, new ManualClock(TestNode.START_MS), store);
        on(1, "durable").expiry(60).connect().subscribe("t", AT_LEAST_ONCE);
        TestClient publisher = on(0, "pub").connect();
        store.writable(false);

        publisher.publish("t", AT_LEAST_ONCE, 1, "a");

        assertThat(publisher.packets()).containsExactly("PUBACK 1 UNSPECIFIED_ERROR");
    }

    @Test
    void anErrorOnAnotherShardFailsThePublish() {
        node = new TestNode(config, 2, new ManualClock(TestNode.START_MS), new MemoryStore());
        TestClient broken = on(1, "durable").expiry(60).connect().subscribe("t", AT_LEAST_ONCE);
        broken.link().tooLarge(delivery -> {
            throw new IllegalStateException("a bug");
        });
        TestClient publisher = on(0, "pub").connect();

        publisher.publish("t", AT_LEAST_ONCE, 1, "a");

        assertThat(publisher.packets()).containsExactly("PUBACK 1 UNSPECIFIED_ERROR");
    }

    @Test
    void qos0WithoutExtrasIsOneDeliveryForAll() {
        shards(1);
        TestClient one = node.client("one").connect().subscribe("t", AT_MOST_ONCE);
        TestClient two = node.client("two").connect().subscribe("t", AT_LEAST_ONCE);
        node.publish("t", AT_MOST_ONCE, "m");

        assertThat(one.link().deliveries().get(0))
                .isSameAs(two.link().deliveries().get(0));
    }

    @Test
    void countersTellWhatHappened() {
        shards(2);
        TestClient client = on(1, "c").connect().subscribe("t", AT_LEAST_ONCE);
        TestClient publisher = on(0, "pub").connect();
        publisher
                .publish("t", AT_MOST_ONCE, 0, "a")
                .publish("t", AT_LEAST_ONCE, 1, "b", true, -1)
                .publish("nobody", AT_LEAST_ONCE, 2, "c");
        publisher.act(s -> s.refuse(AT_LEAST_ONCE, 3, ReasonCode.NOT_AUTHORIZED, null));

        SessionStats stats = node.sessions.stats();
        assertThat(stats.sessions()).isEqualTo(2);
        assertThat(stats.connected()).isEqualTo(2);
        assertThat(stats.subscriptions()).isEqualTo(1);
        assertThat(stats.received()).containsExactly(1, 2, 0);
        assertThat(stats.sent()).containsExactly(1, 1, 0);
        assertThat(stats.inflight()).isEqualTo(1);
        assertThat(stats.retainedReceived()).isEqualTo(1);
        assertThat(stats.unrouted()).isEqualTo(1);
        assertThat(stats.refused()).isEqualTo(1);

        client.lose();
        publisher.lose();
        stats = node.sessions.stats();
        assertThat(stats.sessions() + stats.connected() + stats.subscriptions() + stats.inflight())
                .isZero();
        assertThat(client.exists()).isFalse();
    }

    @Test
    void sessionTellsWhatItDidForItsClient() {
        shards(1);
        TestClient client =
                node.client("c").expiry(60).receiveMaximum(1).connect().subscribe("t", AT_LEAST_ONCE);
        node.publish("t", AT_LEAST_ONCE, "a");
        node.publish("t", AT_LEAST_ONCE, "b");
        node.clock.advanceMs(1000);
        client.lose();

        SessionInfo info = client.info();
        assertThat(info.clientId()).isEqualTo("c");
        assertThat(info.connected()).isFalse();
        assertThat(info.durable()).isFalse();
        assertThat(info.connectedAtMs()).isEqualTo(TestNode.START_MS);
        assertThat(info.disconnectedAtMs()).isEqualTo(TestNode.START_MS + 1000);
        assertThat(info.delivered()).isEqualTo(1);
        assertThat(info.enqueued()).isEqualTo(1);
        assertThat(info.inflight()).isEqualTo(1);
        assertThat(info.queueLength()).isEqualTo(1);
        assertThat(info.subscriptions()).hasSize(1);
    }

    private static void breakLink(TestClient client) {
        client.link().tooLarge(delivery -> {
            throw new IllegalStateException("thrown by the test");
        });
    }

    @Test
    void aSessionThatFailsKeepsNobodyElseFromTheMessage() {
        for (String filters : List.of("t", "t +")) {
            shards(1);
            List<TestClient> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                TestClient client = node.client("sub" + i).connect();
                List.of(filters.split(" ")).forEach(filter -> client.subscribe(filter, AT_LEAST_ONCE));
                clients.add(client);
            }
            breakLink(clients.get(1));
            TestClient publisher = node.client("pub").connect();

            publisher.publish("t", AT_LEAST_ONCE, 1, "m");

            assertThat(clients.get(0).packets()).containsExactly("PUBLISH t q1 #1 m");
            assertThat(clients.get(2).packets()).containsExactly("PUBLISH t q1 #1 m");
            assertThat(publisher.packets()).containsExactly("PUBACK 1 SUCCESS");
            assertThat(node.dropped(DropReason.INTERNAL_ERROR)).isEqualTo(1);
        }
    }

    @Test
    void aMemberThatFailsKeepsNoOtherGroupFromTheMessage() {
        shards(1);
        TestClient broken = node.client("broken").connect().subscribe("$share/a/t", AT_LEAST_ONCE);
        TestClient other = node.client("other").connect().subscribe("$share/b/t", AT_LEAST_ONCE);
        breakLink(broken);
        TestClient publisher = node.client("pub").connect();

        publisher.publish("t", AT_LEAST_ONCE, 1, "m");

        assertThat(other.packets()).containsExactly("PUBLISH t q1 #1 m");
        assertThat(publisher.packets()).containsExactly("PUBACK 1 SUCCESS");
    }

    @Test
    void publisherIsToldThatADurableSessionFailed() {
        node = TestNode.with(new MemoryStore());
        TestClient durable = node.client("durable").expiry(60).connect().subscribe("t", AT_LEAST_ONCE);
        breakLink(durable);
        TestClient publisher = node.client("pub").connect();

        publisher.publish("t", AT_LEAST_ONCE, 1, "m");

        assertThat(publisher.packets()).containsExactly("PUBACK 1 UNSPECIFIED_ERROR");
    }
}
