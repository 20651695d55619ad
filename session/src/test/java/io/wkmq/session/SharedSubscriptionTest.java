package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static io.wkmq.routing.Qos.AT_MOST_ONCE;
import static io.wkmq.routing.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Qos;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests share groups: one member receives each message, and what a member leaves behind goes to another. */
class SharedSubscriptionTest {
    private final TestConfig config = new TestConfig();
    private final TestNode node = TestNode.inMemory(config);

    private TestClient member(String id, Qos qos) {
        return node.client(id).connect().subscribe("$share/g/t", qos);
    }

    private TestClient persistentMember(String id) {
        return node.client(id).expiry(3600).connect().subscribe("$share/g/t", EXACTLY_ONCE);
    }

    private static List<String> all(TestClient... clients) {
        List<String> lines = new ArrayList<>();
        for (TestClient client : clients) {
            lines.addAll(client.packets());
        }
        return lines;
    }

    @Test
    void eachMessageGoesToOneMember() {
        TestClient one = member("one", AT_MOST_ONCE);
        TestClient two = member("two", AT_MOST_ONCE);
        for (int i = 0; i < 10; i++) {
            node.publish("t", AT_MOST_ONCE, "m" + i);
        }

        List<String> first = one.packets();
        List<String> second = two.packets();
        assertThat(first).hasSize(5);
        assertThat(second).hasSize(5).doesNotContainAnyElementsOf(first);
        assertThat(node.sessions.stats().sharedSubscriptions()).isEqualTo(2);
    }

    /** [MQTT-4.8.2-3]. */
    @Test
    void grantedQosOfTheMemberHolds() {
        TestClient one = member("one", AT_LEAST_ONCE);
        node.publish("t", EXACTLY_ONCE, "m");

        assertThat(one.packets()).containsExactly("PUBLISH t q1 #1 m");
    }

    @Test
    void aMemberThatAlsoSubscribesPlainlyGetsBoth() {
        TestClient one = member("one", AT_MOST_ONCE).subscribe("t", AT_MOST_ONCE);
        node.publish("t", AT_MOST_ONCE, "m");

        assertThat(one.packets()).hasSize(2);
    }

    @Test
    void connectedMembersComeFirst() {
        persistentMember("one").lose();
        TestClient two = persistentMember("two");
        for (int i = 0; i < 4; i++) {
            node.publish("t", AT_LEAST_ONCE, "m" + i);
        }

        assertThat(two.packets()).hasSize(4);
    }

    @Test
    void whatACleanMemberLeavesUnacknowledgedGoesToAnother() {
        config.maxInflight = 1;
        TestNode narrow = TestNode.inMemory(config);
        TestClient one = narrow.client("one").connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        narrow.publish("t", AT_LEAST_ONCE, "sent");
        narrow.publish("t", AT_LEAST_ONCE, "queued");
        TestClient two = narrow.client("two").receiveMaximum(9).connect().subscribe("$share/g/t", AT_LEAST_ONCE);

        one.lose();
        two.puback(1);

        assertThat(two.packets()).containsExactly("PUBLISH t q1 #1 sent", "PUBLISH t q1 #2 queued");
        assertThat(narrow.sessions.stats().inflight()).isEqualTo(1);
    }

    /** [MQTT-4.8.2-5]. */
    @Test
    void sentQos2IsNeverGivenToAnother() {
        TestClient one = member("one", EXACTLY_ONCE);
        node.publish("t", EXACTLY_ONCE, "m");
        TestClient two = member("two", EXACTLY_ONCE);

        one.lose();

        assertThat(two.packets()).isEmpty();
    }

    /** [MQTT-4.8.2-4]. */
    @Test
    void persistentMemberFinishesWhatItWasSentAfterReconnect() {
        TestClient one = persistentMember("one");
        node.publish("t", EXACTLY_ONCE, "a");
        node.publish("t", AT_LEAST_ONCE, "b");
        one.packets();
        TestClient two = persistentMember("two");

        one.lose();
        assertThat(two.packets()).isEmpty();

        one.connect();
        assertThat(one.packets()).containsExactly("PUBLISH t q2 #1 a dup", "PUBLISH t q1 #2 b dup");
    }

    @Test
    void whatWaitsForAPersistentMemberGoesToAConnectedOne() {
        TestClient one =
                node.client("one").expiry(3600).receiveMaximum(1).connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        node.publish("t", AT_LEAST_ONCE, "a");
        node.publish("t", AT_LEAST_ONCE, "b");
        TestClient two = member("two", AT_LEAST_ONCE);

        one.lose();

        assertThat(two.packets()).containsExactly("PUBLISH t q1 #1 b");
        assertThat(one.info().queueLength()).isZero();
        assertThat(one.info().inflight()).isEqualTo(1);
    }

    @Test
    void whatWaitsStaysIfNobodyElseIsConnected() {
        TestClient one = persistentMember("one");
        persistentMember("two").lose();
        one.link().writable(false);
        node.publish("t", AT_LEAST_ONCE, "a");

        one.lose();

        assertThat(one.info().queueLength()).isEqualTo(1);
    }

    @Test
    void unsubscribeKeepsWhatWasSentAndGivesAwayWhatWaits() {
        TestClient one = node.client("one").receiveMaximum(1).connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        node.publish("t", AT_LEAST_ONCE, "a");
        node.publish("t", AT_LEAST_ONCE, "b");
        TestClient two = member("two", AT_LEAST_ONCE);

        one.unsubscribe("$share/g/t").puback(1);

        assertThat(one.packets()).containsExactly("PUBLISH t q1 #1 a");
        assertThat(two.packets()).containsExactly("PUBLISH t q1 #1 b");
        one.unsubscribe("$share/g/t");
        assertThat(one.subacks()).endsWith(ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED);
    }

    /** [MQTT-4.8.2-6]. */
    @Test
    void messageThatAMemberRefusedIsNotGivenToAnother() {
        TestClient one = member("one", EXACTLY_ONCE);
        node.publish("t", EXACTLY_ONCE, "a");
        TestClient two = member("two", EXACTLY_ONCE);

        one.pubrec(1, ReasonCode.UNSPECIFIED_ERROR).lose();

        assertThat(all(two)).isEmpty();
    }

    @Test
    void endOfTheLastMemberEndsTheRoute() {
        TestClient one = member("one", AT_MOST_ONCE);
        one.lose();

        assertThat(node.routes.size()).isZero();
    }

    @Test
    void memberOfAnotherShardGetsItsMessages() {
        TestNode two = new TestNode(config, 4, new ManualClock(TestNode.START_MS), null);
        TestClient[] members = new TestClient[8];
        for (int i = 0; i < members.length; i++) {
            members[i] = two.client("member" + i).connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        }
        TestClient publisher = two.client("pub").connect();
        for (int i = 0; i < 16; i++) {
            publisher.publish("t", AT_LEAST_ONCE, i + 1, "m" + i);
        }

        for (TestClient member : members) {
            assertThat(member.packets()).hasSize(2);
        }
        assertThat(publisher.packets()).hasSize(16);
    }

    @Test
    void messageOnItsWayToAMemberThatLeavesGoesToAnother() {
        TestNode two = new TestNode(config, 2, new ManualClock(TestNode.START_MS), null);
        TestClient publisher = two.client("pub").connect();
        TestClient first = anotherShard(two, publisher, "a").connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        TestClient second = anotherShard(two, publisher, "b").connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        two.runLater();
        for (int i = 1; i <= 4; i++) {
            publisher.publish("t", AT_LEAST_ONCE, i, "m" + i);
        }

        first.act(s -> s.disconnected(first.link(), DisconnectCause.LOST));
        two.run();

        assertThat(second.packets()).hasSize(4);
    }

    private static TestClient anotherShard(TestNode node, TestClient than, String prefix) {
        for (int i = 0; ; i++) {
            TestClient candidate = node.client(prefix + i);
            if (candidate.shard() != than.shard()) {
                return candidate;
            }
        }
    }
}
