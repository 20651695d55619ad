package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static io.wkmq.routing.Qos.AT_MOST_ONCE;
import static io.wkmq.routing.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.SubscriptionFilter;
import org.junit.jupiter.api.Test;

/** Tests when a persistent session and its subscriptions are confirmed, and what happens if they cannot be stored. */
class DurableSubscriptionTest {
    private final MemoryStore store = new MemoryStore();
    private TestNode node = TestNode.with(store);
    private final TestClient publisher = node.client("pub").connect();

    private TestClient subscriber() {
        return node.client("sub").expiry(3600).connect().subscribe("t", EXACTLY_ONCE);
    }

    /** The node dies; what no completed flush covers is lost. */
    private void crash() {
        store.crash(0);
        node = node.restarted(store);
    }

    @Test
    void subackWaitsForTheStoreButMessagesDoNot() {
        TestClient client = node.client("sub").expiry(60).connect();
        node.retain("r", AT_MOST_ONCE, "retained");
        store.flushesAtOnce(false);
        client.subscribe("#", AT_MOST_ONCE);
        node.publish("t", AT_MOST_ONCE, "live");
        assertThat(client.subacks()).isEmpty();
        assertThat(client.packets()).containsExactly("PUBLISH t q0 live");

        store.completeAll();
        node.run();

        assertThat(client.subacks()).containsExactly(ReasonCode.SUCCESS);
        assertThat(client.packets()).containsExactly("PUBLISH r q0 retained retain");
        assertThat(store.kept("sub").subscriptions).containsKey(SubscriptionFilter.parse("#"));
    }

    @Test
    void subscriptionThatCouldNotBeStoredIsUndone() {
        TestClient client = subscriber();
        client.subacks();
        store.flushesAtOnce(false);
        client.subscribe("new", AT_LEAST_ONCE).subscribe("t", AT_MOST_ONCE);

        while (store.waitingFlushes() > 0) {
            store.failOne("disk full");
        }
        node.run();
        publisher.publish("new", AT_LEAST_ONCE, 1, "a").publish("t", AT_LEAST_ONCE, 2, "b");

        assertThat(client.subacks()).containsExactly(ReasonCode.UNSPECIFIED_ERROR, ReasonCode.UNSPECIFIED_ERROR);
        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 b");
    }

    @Test
    void subscriptionThatWasUndoneIsNotBackAfterARestart() {
        TestClient client = subscriber();
        store.flushesAtOnce(false);
        client.subscribe("new", AT_LEAST_ONCE).subscribe("t", AT_MOST_ONCE);
        while (store.waitingFlushes() > 0) {
            store.failOne("disk full");
        }
        node.run();
        store.completeAll(); // the disk has space again

        crash();
        assertThat(store.kept("sub").subscriptions)
                .containsOnlyKeys(SubscriptionFilter.parse("t"))
                .containsEntry(SubscriptionFilter.parse("t"), SubscriptionOptions.mqtt3(EXACTLY_ONCE));
    }

    @Test
    void ofSeveralSubscribesThatFailNoneIsLeft() {
        TestClient client = subscriber();
        client.subacks();
        store.flushesAtOnce(false);
        client.subscribe("t", AT_MOST_ONCE).subscribe("t", AT_LEAST_ONCE);
        client.subscribe("new", AT_MOST_ONCE).subscribe("new", AT_LEAST_ONCE);

        store.failOne("disk full");
        store.failOne("disk full");
        store.failOne("disk full");
        store.completeOne();
        node.run();

        assertThat(client.subacks())
                .containsExactly(
                        ReasonCode.UNSPECIFIED_ERROR,
                        ReasonCode.UNSPECIFIED_ERROR,
                        ReasonCode.UNSPECIFIED_ERROR,
                        ReasonCode.GRANTED_QOS_1);
        assertThat(client.info().subscriptions())
                .extracting(subscription ->
                        subscription.filter() + " " + subscription.options().qos())
                .containsExactlyInAnyOrder("t EXACTLY_ONCE", "new AT_LEAST_ONCE");
        store.completeAll();
        assertThat(store.kept("sub").subscriptions)
                .containsEntry(SubscriptionFilter.parse("t"), SubscriptionOptions.mqtt3(EXACTLY_ONCE))
                .containsEntry(SubscriptionFilter.parse("new"), SubscriptionOptions.mqtt3(AT_LEAST_ONCE));
    }

    @Test
    void subscriptionIsNotUndoneAfterTheSessionsEnd() {
        TestClient client = subscriber();
        store.flushesAtOnce(false);
        client.subscribe("new", AT_LEAST_ONCE);
        client.disconnect(new DisconnectCause(false, 0));
        assertThat(node.sessions.stats().subscriptions()).isZero();

        store.failOne("disk full");
        node.run();

        assertThat(node.sessions.stats().subscriptions()).isZero();
        assertThat(node.routes.size()).isZero();
    }

    @Test
    void newSessionIsConfirmedOnceItIsStored() {
        store.flushesAtOnce(false);
        TestClient client = node.client("new").expiry(60).connect();
        TestClient impatient = node.client("new").expiry(60).connect();
        assertThat(client.opened()).isFalse();

        store.completeAll();
        node.run();
        assertThat(client.opened()).isTrue();
        assertThat(client.sessionPresent()).isFalse();
        assertThat(client.link().closed()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(impatient.opened()).as("it is stored").isTrue();
        assertThat(impatient.sessionPresent()).isTrue();

        crash();
        assertThat(node.client("new").expiry(60).connect().sessionPresent()).isTrue();
    }

    @Test
    void newSessionThatCannotBeStoredIsConfirmedAllTheSame() {
        store.flushesAtOnce(false);
        TestClient client = node.client("new").expiry(60).connect();
        store.failOne("disk full");
        node.run();

        assertThat(client.opened()).isTrue();
    }

    @Test
    void sessionThatEndsBeforeItIsStoredIsClosed() {
        store.flushesAtOnce(false);
        TestClient client = node.client("new").expiry(60).connect();
        node.endSession("new", ReasonCode.ADMINISTRATIVE_ACTION);
        node.run();
        store.completeAll();
        node.run();

        assertThat(client.link().closed()).isEqualTo(ReasonCode.ADMINISTRATIVE_ACTION);
        assertThat(store.disk()).doesNotContainKey("new");
        store.flushesAtOnce(true);
        assertThat(node.client("new").expiry(60).connect().opened()).isTrue();
    }
}
