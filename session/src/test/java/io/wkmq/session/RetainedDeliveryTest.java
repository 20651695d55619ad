package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static io.wkmq.routing.Qos.AT_MOST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.SubscriptionOptions.RetainHandling;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests how retained messages reach new subscriptions. */
class RetainedDeliveryTest {
    private final TestConfig config = new TestConfig();
    private final TestNode node = TestNode.inMemory(config);
    private final TestClient client = node.client("sub").connect();

    private static SubscriptionOptions options(Qos qos, RetainHandling handling) {
        return SubscriptionOptions.of(qos, false, false, handling, 0);
    }

    /** [MQTT-3.3.1-5], [MQTT-3.3.1-6], [MQTT-3.3.1-8]. */
    @Test
    void publishedRetainedMessageIsKeptReplacedAndRemoved() {
        client.publish("a", AT_MOST_ONCE, 0, "1", true, -1).publish("b", AT_MOST_ONCE, 0, "2", true, -1);
        client.publish("a", AT_MOST_ONCE, 0, "3", true, -1).publish("b", AT_MOST_ONCE, 0, "", true, -1);
        client.publish("c", AT_MOST_ONCE, 0, "4", false, -1);

        client.subscribe("#", AT_MOST_ONCE);

        assertThat(client.packets()).containsExactly("PUBLISH a q0 3 retain");
        assertThat(node.retained.size()).isEqualTo(1);
    }

    /** [MQTT-3.3.1-9]. */
    @Test
    void everySubscribeSendsRetainedMessages() {
        node.retain("a", AT_LEAST_ONCE, "1");
        client.subscribe("a", AT_LEAST_ONCE).subscribe("a", AT_MOST_ONCE);

        assertThat(client.packets()).containsExactly("PUBLISH a q1 #1 1 retain", "PUBLISH a q0 1 retain");
    }

    /** [MQTT-3.3.1-10]. */
    @Test
    void onlyANewSubscriptionSendsThemIfAsked() {
        node.retain("a", AT_MOST_ONCE, "1");
        client.subscribe("a", options(AT_MOST_ONCE, RetainHandling.SEND_IF_NEW));
        client.subscribe("a", options(AT_MOST_ONCE, RetainHandling.SEND_IF_NEW));
        assertThat(client.packets()).hasSize(1);

        client.unsubscribe("a").subscribe("a", options(AT_MOST_ONCE, RetainHandling.SEND_IF_NEW));
        assertThat(client.packets()).hasSize(1);
    }

    /** [MQTT-3.3.1-11]. */
    @Test
    void noneIsSentIfAsked() {
        node.retain("a", AT_MOST_ONCE, "1");

        client.subscribe("a", options(AT_MOST_ONCE, RetainHandling.DO_NOT_SEND));

        assertThat(client.packets()).isEmpty();
    }

    @Test
    void sharedSubscriptionsGetNone() {
        node.retain("a", AT_MOST_ONCE, "1");

        client.subscribe("$share/g/a", AT_MOST_ONCE);

        assertThat(client.packets()).isEmpty();
    }

    @Test
    void expiredAndOwnNoLocalOnesAreSkipped() {
        client.publish("a", AT_MOST_ONCE, 0, "own", true, -1);
        node.client("other").connect().publish("b", AT_MOST_ONCE, 0, "short", true, 5);
        node.retain("c", AT_MOST_ONCE, "stays");
        node.shards.advanceMs(5_000);

        client.subscribe("#", SubscriptionOptions.of(AT_MOST_ONCE, true, false, RetainHandling.SEND, 6));

        assertThat(client.packets()).containsExactly("PUBLISH c q0 stays retain ids[6]");
    }

    @Test
    void theyFollowTheSuback() {
        node.retain("a", AT_MOST_ONCE, "1");
        SubscribeRequest request =
                new SubscribeRequest(SubscriptionFilter.parse("a"), SubscriptionOptions.mqtt3(AT_MOST_ONCE));

        client.act(s -> s.subscribe(
                List.of(request), reasons -> assertThat(client.packets()).isEmpty()));

        assertThat(client.packets()).hasSize(1);
    }

    @Test
    void cursorIsReadOnlyAsFastAsTheWindowAllows() {
        TestClient slow = node.client("slow").receiveMaximum(2).connect();
        for (int i = 10; i < 60; i++) {
            node.retain("r/" + i, AT_LEAST_ONCE, "x");
        }
        slow.subscribe("r/+", AT_LEAST_ONCE);
        assertThat(slow.packets()).containsExactly("PUBLISH r/10 q1 #1 x retain", "PUBLISH r/11 q1 #2 x retain");
        assertThat(node.retained.read()).isEqualTo(2);

        slow.puback(1);
        assertThat(slow.packets()).containsExactly("PUBLISH r/12 q1 #3 x retain");
        assertThat(slow.info().queueLength()).isZero();
    }

    @Test
    void cursorIsReadOnlyAsFastAsTheLinkAllows() {
        for (int i = 10; i < 60; i++) {
            node.retain("r/" + i, AT_MOST_ONCE, "x");
        }
        client.link().writableFor(3);
        client.subscribe("r/+", AT_MOST_ONCE);
        assertThat(client.packets()).hasSize(3);

        client.link().writable(true);
        client.act(Session::linkWritable);
        assertThat(client.packets()).hasSize(47).last().isEqualTo("PUBLISH r/59 q0 x retain");
    }

    @Test
    void liveMessagesAndRetainedOnesTakeTurns() {
        TestClient slow = node.client("slow").receiveMaximum(1).connect();
        for (int i = 10; i < 40; i++) {
            node.retain("r/" + i, AT_LEAST_ONCE, "old");
        }
        slow.subscribe("#", AT_LEAST_ONCE);
        node.publish("live", AT_LEAST_ONCE, "new1");
        node.publish("live", AT_LEAST_ONCE, "new2");

        slow.puback(1).puback(2).puback(3).puback(4);

        assertThat(slow.packets())
                .containsExactly(
                        "PUBLISH r/10 q1 #1 old retain",
                        "PUBLISH live q1 #2 new1",
                        "PUBLISH r/11 q1 #3 old retain",
                        "PUBLISH live q1 #4 new2",
                        "PUBLISH r/12 q1 #5 old retain");
    }

    @Test
    void aRetainedMessageReplacedMeanwhileIsSentAsItIsNow() {
        TestClient slow = node.client("slow").receiveMaximum(1).connect();
        node.retain("a", AT_LEAST_ONCE, "1");
        node.retain("b", AT_LEAST_ONCE, "2");
        slow.subscribe("#", AT_LEAST_ONCE);
        node.retain("b", AT_LEAST_ONCE, "3");

        slow.puback(1);

        assertThat(slow.packets()).containsExactly("PUBLISH a q1 #1 1 retain", "PUBLISH b q1 #2 3 retain");
    }

    @Test
    void aLongStreamLeavesTheLoopInBetween() {
        for (int i = 0; i < 1000; i++) {
            node.retain("r/" + i, AT_MOST_ONCE, "x");
        }
        node.runLater();
        client.subscribe("#", AT_MOST_ONCE);
        assertThat(client.packets()).hasSizeLessThan(1000);

        node.run();
        assertThat(client.packets()).isNotEmpty();
        assertThat(node.sessions.stats().retainedSent()).isEqualTo(1000);
    }

    @Test
    void aLongSearchLeavesTheLoopInBetween() {
        for (int i = 0; i < 50_000; i++) {
            node.retain("r/" + i, AT_MOST_ONCE, "x");
        }
        node.retain("z/last", AT_MOST_ONCE, "found");
        node.runLater();

        client.subscribe("+/last", AT_MOST_ONCE);
        assertThat(node.retained.passed()).isBetween(1, 5_000);

        node.run();
        assertThat(client.packets()).containsExactly("PUBLISH z/last q0 found retain");
    }

    @Test
    @Timeout(120)
    void manyFiltersInOneSubscribeDoNotTakeLong() {
        node.retain("f/299999", AT_MOST_ONCE, "last");
        List<SubscribeRequest> requests = IntStream.range(0, 300_000)
                .mapToObj(i -> new SubscribeRequest(
                        SubscriptionFilter.parse("f/" + i), SubscriptionOptions.mqtt3(AT_MOST_ONCE)))
                .toList();

        client.act(s -> s.subscribe(requests, reasons -> {}));

        assertThat(client.packets()).containsExactly("PUBLISH f/299999 q0 last retain");
    }

    @Test
    void unsubscribeEndsTheStream() {
        TestClient slow = node.client("slow").receiveMaximum(1).connect();
        node.retain("a", AT_LEAST_ONCE, "1");
        node.retain("b", AT_LEAST_ONCE, "2");
        slow.subscribe("#", AT_LEAST_ONCE).unsubscribe("#").puback(1);

        assertThat(slow.packets()).containsExactly("PUBLISH a q1 #1 1 retain");
    }

    @Test
    void theStreamGoesOnAfterReconnect() {
        TestClient slow = node.client("slow").receiveMaximum(1).expiry(60).connect();
        node.retain("a", AT_LEAST_ONCE, "1");
        node.retain("b", AT_LEAST_ONCE, "2");
        slow.subscribe("#", AT_LEAST_ONCE).lose();

        slow.connect().puback(1);

        assertThat(slow.packets()).containsExactly("PUBLISH a q1 #1 1 dup retain", "PUBLISH b q1 #2 2 retain");
    }
}
