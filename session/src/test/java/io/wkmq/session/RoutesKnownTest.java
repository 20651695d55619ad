package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static io.wkmq.routing.Qos.AT_MOST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Interest;
import io.wkmq.routing.ShareName;
import io.wkmq.routing.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the part of other nodes in a node's subscriptions: they are told, and SUBACK waits until they know. */
class RoutesKnownTest {
    private static final String SHARED = "$share/g/t";

    private final MemoryStore store = new MemoryStore();
    private final TestNode node = TestNode.with(store);

    @Test
    void subackWaitsForTheOtherNodesButMessagesDoNot() {
        TestClient client = node.client("sub").connect();
        node.retain("r", AT_MOST_ONCE, "retained");
        node.routesKnown.holdUp();

        client.subscribe("#", AT_LEAST_ONCE);
        node.publish("t", AT_MOST_ONCE, "live");
        assertThat(client.subacks()).isEmpty();
        assertThat(client.packets()).containsExactly("PUBLISH t q0 live");

        learn();
        assertThat(client.subacks()).containsExactly(ReasonCode.GRANTED_QOS_1);
        assertThat(client.packets()).containsExactly("PUBLISH r q0 retained retain");
    }

    @Test
    void manySubscribesWaitAtTheSameTime() {
        TestClient client = node.client("sub").connect();
        node.routesKnown.holdUp();
        client.subscribe("a", AT_MOST_ONCE).subscribe("b", AT_LEAST_ONCE).subscribe("c", AT_MOST_ONCE);
        assertThat(node.routesKnown.waiting()).isEqualTo(3);

        learn();
        assertThat(client.subacks()).containsExactly(ReasonCode.SUCCESS, ReasonCode.GRANTED_QOS_1, ReasonCode.SUCCESS);
    }

    @Test
    void unsubackDoesNotWait() {
        TestClient client = node.client("sub").connect().subscribe("a", AT_MOST_ONCE);
        client.subacks();
        node.routesKnown.holdUp();
        client.unsubscribe("a");
        assertThat(client.subacks()).containsExactly(ReasonCode.SUCCESS);
    }

    @Test
    void subackOfADurableSessionWaitsForBoth() {
        TestClient client = node.client("sub").expiry(60).connect();
        node.routesKnown.holdUp();
        store.flushesAtOnce(false);
        client.subscribe("a", AT_MOST_ONCE).subscribe("b", AT_LEAST_ONCE);
        store.completeAll();
        node.run();
        assertThat(client.subacks()).as("stored, but not known").isEmpty();
        learn();
        assertThat(client.subacks()).containsExactly(ReasonCode.SUCCESS, ReasonCode.GRANTED_QOS_1);

        client.subscribe("c", AT_MOST_ONCE);
        learn();
        assertThat(client.subacks()).as("known, but not stored").isEmpty();
        store.completeAll();
        node.run();
        assertThat(client.subacks()).containsExactly(ReasonCode.SUCCESS);
    }

    @Test
    void whatCouldNotBeStoredIsAnsweredAtOnceAndOnce() {
        TestClient client = node.client("sub").expiry(60).connect();
        node.routesKnown.holdUp();
        store.flushesAtOnce(false);
        client.subscribe("a", AT_MOST_ONCE);
        while (store.waitingFlushes() > 0) {
            store.failOne("disk full");
        }
        node.run();
        assertThat(client.subacks()).containsExactly(ReasonCode.UNSPECIFIED_ERROR);
        learn();
        assertThat(client.subacks()).isEmpty();
    }

    @Test
    void aSessionThatEndsMeanwhileGetsNoRetainedMessages() {
        TestClient client = node.client("sub").connect();
        node.retain("r", AT_MOST_ONCE, "retained");
        node.routesKnown.holdUp();
        client.subscribe("#", AT_MOST_ONCE);
        client.lose();
        learn();
        assertThat(client.packets()).isEmpty();
    }

    @Test
    void shareGroupsAreToldHowManyMembersAreConnected() {
        TestClient client = node.client("one").expiry(60).connect().subscribe(SHARED, AT_LEAST_ONCE);
        node.client("two").connect().subscribe(SHARED, AT_LEAST_ONCE).lose();
        client.lose();
        client.connect();
        client.subscribe("plain", AT_LEAST_ONCE);
        client.connect();
        client.unsubscribe(SHARED);
        List<String> told = new ArrayList<>();
        for (Interest interest : node.interests) {
            ShareName share = interest.share();
            if (share != null) {
                assertThat(interest.filter()).isEqualTo(TopicFilter.of("t"));
                told.add(share.text() + ' ' + interest.members() + '/' + interest.online());
            }
        }
        assertThat(told)
                .containsExactly(
                        "g 1/1", // one comes
                        "g 2/2", // two comes
                        "g 1/1", // and its session ends with its connection
                        "g 1/0", // one goes off line
                        "g 1/1", // and comes back
                        "g 1/0", // another connection of it takes over
                        "g 1/1", "g 0/0");
    }

    private void learn() {
        node.routesKnown.learn();
        node.run();
    }
}
