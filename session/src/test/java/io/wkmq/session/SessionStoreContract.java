package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.SessionStore.Hold;
import io.wkmq.session.SessionStore.StoredDelivery;
import io.wkmq.session.SessionStore.StoredDelivery.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The contract of every {@link SessionStore}. */
public abstract class SessionStoreContract {
    private static final SubscriptionFilter FILTER = SubscriptionFilter.parse("a/+/b");

    /** A hold during which all changes must be accepted. */
    private static final class Holding implements Hold {
        @Override
        public void refused(String reason) {
            throw new AssertionError("A delivery was refused: " + reason);
        }
    }

    /** The store, open. */
    protected abstract SessionStore store();

    /** The store as it is after the broker was stopped in order and started again. */
    protected abstract SessionStore restarted();

    @Test
    void storesASessionWithEverything() {
        store().put(Samples.fullSession("c1"));
        store().put(Samples.session("c2"));
        AwaitedFlush.of(store());

        RestoredSessions restored = RestoredSessions.of(restarted());

        assertThat(restored.clientIds()).containsExactly("c1", "c2");
        assertThat(restored.get("c1").session).usingRecursiveComparison().isEqualTo(Samples.fullSession("c1"));
        assertThat(restored.get("c2").session).isEqualTo(Samples.session("c2"));
    }

    @Test
    void replacingASessionKeepsWhatBelongsToIt() {
        store().put(Samples.session("c"));
        store().subscribe("c", FILTER, SubscriptionOptions.mqtt3(Qos.AT_LEAST_ONCE));
        store().enqueue("c", Samples.delivery(5, Samples.message("a/x/b", "one")), null);
        AwaitedFlush.of(store());
        store().put(Samples.fullSession("c"));

        RestoredSessions.One one = RestoredSessions.of(restarted()).get("c");

        assertThat(one.session.userName()).isEqualTo("user of c");
        assertThat(one.subscriptions).containsKey("a/+/b");
        assertThat(one.deliveries).hasSize(1);
    }

    @Test
    void removingASessionRemovesWhatBelongsToIt() {
        store().put(Samples.session("c"));
        store().subscribe("c", FILTER, SubscriptionOptions.mqtt3(Qos.AT_LEAST_ONCE));
        store().enqueue("c", Samples.delivery(5, Samples.message("a/x/b", "one")), null);
        store().awaitRelease("c", 9, null);
        AwaitedFlush.of(store());
        store().remove("c");
        store().put(Samples.session("c"));

        RestoredSessions.One one = RestoredSessions.of(restarted()).get("c");

        assertThat(one.subscriptions).isEmpty();
        assertThat(one.deliveries).isEmpty();
        assertThat(one.awaitingRelease).isEmpty();
    }

    @Test
    void aRemovedSessionIsNotRestored() {
        store().put(Samples.session("gone"));
        store().put(Samples.session("stays"));
        AwaitedFlush.of(store());
        store().remove("gone");

        assertThat(RestoredSessions.of(restarted()).clientIds()).containsExactly("stays");
    }

    @Test
    void subscriptionsAreReplacedAndRemoved() {
        Random random = new Random(7);
        SubscriptionOptions options = Samples.options(random);
        store().put(Samples.session("c"));
        store().subscribe("c", FILTER, SubscriptionOptions.mqtt3(Qos.AT_MOST_ONCE));
        store().subscribe("c", SubscriptionFilter.parse("$share/g/x"), SubscriptionOptions.mqtt3(Qos.AT_MOST_ONCE));
        store().subscribe("c", SubscriptionFilter.parse("$queue/x"), SubscriptionOptions.mqtt3(Qos.AT_MOST_ONCE));
        AwaitedFlush.of(store());
        store().subscribe("c", FILTER, options);
        store().unsubscribe("c", SubscriptionFilter.parse("$share/g/x"));

        RestoredSessions.One one = RestoredSessions.of(restarted()).get("c");

        assertThat(one.subscriptions).containsOnlyKeys("a/+/b", "$queue/x").containsEntry("a/+/b", options);
    }

    @Test
    void deliveriesComeBackInOrderWithAllTheyHave() {
        Message message = new Message(
                io.wkmq.routing.TopicName.of("t/ä"),
                new byte[] {0, -1, 5},
                Qos.EXACTLY_ONCE,
                true,
                Samples.properties(),
                "someone",
                123,
                456_789);
        List<StoredDelivery> sent = new ArrayList<>();
        Random random = new Random(3);
        for (long sequence = 300; sequence < 320; sequence++) {
            sent.add(Samples.delivery(sequence, message, random));
        }
        store().put(Samples.session("c"));
        sent.forEach(delivery -> store().enqueue("c", delivery, null));

        assertThat(RestoredSessions.of(restarted()).get("c").deliveries)
                .usingRecursiveComparison()
                .isEqualTo(sent);
    }

    @Test
    void anEmptyPayloadIsStored() {
        store().put(Samples.session("c"));
        store().enqueue("c", Samples.delivery(1, Samples.message("t", "")), null);

        assertThat(RestoredSessions.of(restarted())
                        .get("c")
                        .deliveries
                        .get(0)
                        .message()
                        .payload())
                .isEmpty();
    }

    @Test
    void aDeliveryMovesThroughItsStates() {
        store().put(Samples.session("c"));
        store().enqueue("c", Samples.delivery(1, Samples.message("t", "moved at once")), null);
        store().enqueue("c", Samples.delivery(2, Samples.message("t", "moved later")), null);
        store().inflight("c", 1, 11, State.SENT);
        AwaitedFlush.of(store());
        store().inflight("c", 2, 65_535, State.SENT);
        store().inflight("c", 2, 65_535, State.RELEASED);

        List<StoredDelivery> deliveries = RestoredSessions.of(restarted()).get("c").deliveries;

        assertThat(deliveries).extracting(StoredDelivery::state).containsExactly(State.SENT, State.RELEASED);
        assertThat(deliveries).extracting(StoredDelivery::packetId).containsExactly(11, 65_535);
    }

    @Test
    void aDequeuedDeliveryIsNotRestored() {
        Message shared = Samples.message("t", "shared");
        store().put(Samples.session("a"));
        store().put(Samples.session("b"));
        store().enqueue("a", Samples.delivery(1, shared), null);
        store().enqueue("b", Samples.delivery(7, shared), null);
        store().enqueue("b", Samples.delivery(8, Samples.message("t", "own")), null);
        AwaitedFlush.of(store());
        store().dequeue("a", 1, null);
        store().dequeue("b", 8, null);
        store().inflight("b", 8, 3, State.SENT);

        RestoredSessions restored = RestoredSessions.of(restarted());

        assertThat(restored.get("a").deliveries).isEmpty();
        assertThat(restored.get("b").deliveries)
                .extracting(StoredDelivery::sequence)
                .containsExactly(7L);
        assertThat(restored.get("b").deliveries.get(0).message().payload()).isEqualTo(shared.payload());
    }

    @Test
    void packetIdsAwaitTheirReleaseUntilItCame() {
        store().put(Samples.session("c"));
        store().awaitRelease("c", 1, null);
        store().awaitRelease("c", 65_535, null);
        store().released("c", 1);
        AwaitedFlush.of(store());
        store().awaitRelease("c", 2, null);
        store().awaitRelease("c", 3, null);
        store().released("c", 2);

        assertThat(RestoredSessions.of(restarted()).get("c").awaitingRelease).containsExactly(3, 65_535);
    }

    @Test
    void whatIsHeldIsNotStoredAndHoldsUpNoFlush() {
        store().put(Samples.session("c"));
        store().enqueue("c", Samples.delivery(1, Samples.message("t", "held")), new Holding());
        store().enqueue("c", Samples.delivery(2, Samples.message("t", "free")), null);
        AwaitedFlush.of(store());

        assertThat(RestoredSessions.of(restarted()).get("c").deliveries)
                .extracting(StoredDelivery::sequence)
                .containsExactly(2L);
    }

    @Test
    void aHoldEndsWithThePacketIdThatItIsStoredWith() {
        Message message = Samples.message("t", "for two");
        Hold hold = new Holding();
        for (String id : List.of("a", "b", "publisher")) {
            store().put(Samples.session(id));
        }
        store().enqueue("a", Samples.delivery(1, message), hold);
        AwaitedFlush.of(store());
        store().enqueue("b", Samples.delivery(7, message), hold);
        store().awaitRelease("publisher", 5, hold);
        AwaitedFlush.of(store());
        store().enqueue("a", Samples.delivery(2, Samples.message("t", "later")), null);

        RestoredSessions restored = RestoredSessions.of(restarted());

        assertThat(restored.get("publisher").awaitingRelease).containsExactly(5);
        assertThat(restored.get("a").deliveries)
                .extracting(StoredDelivery::sequence)
                .containsExactly(1L, 2L);
        assertThat(restored.get("b").deliveries).hasSize(1);
        assertThat(restored.get("b").deliveries.get(0).message().payload()).isEqualTo(message.payload());
    }

    @Test
    void aHoldEndsWithTheDeliveryThatItReplaces() {
        Message message = Samples.message("t", "moves");
        Hold hold = new Holding();
        store().put(Samples.session("a"));
        store().put(Samples.session("b"));
        store().enqueue("a", Samples.delivery(1, message), null);
        AwaitedFlush.of(store());
        store().enqueue("b", Samples.delivery(7, message), hold);
        store().dequeue("a", 1, hold);

        RestoredSessions restored = RestoredSessions.of(restarted());

        assertThat(restored.get("a").deliveries).isEmpty();
        assertThat(restored.get("b").deliveries)
                .extracting(StoredDelivery::sequence)
                .containsExactly(7L);
    }

    @Test
    void aHoldEndsWithoutAPacketIdToo() {
        Hold hold = new Holding();
        Hold ofNobody = new Holding();
        store().put(Samples.session("c"));
        store().enqueue("c", Samples.delivery(1, Samples.message("t", "one")), hold);
        store().enqueue("c", Samples.delivery(2, Samples.message("t", "two")), ofNobody);
        store().letGo(hold);
        store().letGo(new Holding());
        store().awaitRelease("nobody", 5, ofNobody);

        assertThat(RestoredSessions.of(restarted()).get("c").deliveries).hasSize(2);
    }

    @Test
    void whatIsHeldChangesLikeEverythingElse() {
        Hold hold = new Holding();
        store().put(Samples.session("c"));
        store().put(Samples.session("gone"));
        for (long sequence = 1; sequence <= 4; sequence++) {
            store().enqueue("c", Samples.delivery(sequence, Samples.message("t", "m")), hold);
        }
        store().enqueue("gone", Samples.delivery(1, Samples.message("t", "m")), hold);
        store().inflight("c", 1, 11, State.SENT);
        store().dequeue("c", 2, null);
        AwaitedFlush.of(store());
        store().dequeue("c", 3, null);
        store().inflight("c", 4, 14, State.SENT);
        store().remove("gone");
        store().put(Samples.session("gone"));
        store().letGo(hold);

        RestoredSessions restored = RestoredSessions.of(restarted());

        List<StoredDelivery> deliveries = restored.get("c").deliveries;
        assertThat(deliveries).extracting(StoredDelivery::sequence).containsExactly(1L, 4L);
        assertThat(deliveries).extracting(StoredDelivery::packetId).containsExactly(11, 14);
        assertThat(restored.get("gone").deliveries).isEmpty();
    }

    @Test
    void changesOfAnUnknownSessionAreIgnored() {
        store().subscribe("nobody", FILTER, SubscriptionOptions.mqtt3(Qos.AT_LEAST_ONCE));
        store().enqueue("nobody", Samples.delivery(1, Samples.message("t", "x")), null);
        store().dequeue("nobody", 1, null);
        store().remove("nobody");
        AwaitedFlush.of(store());

        assertThat(RestoredSessions.of(restarted()).clientIds()).isEmpty();
    }

    @Test
    void everyFlushCompletes() {
        List<AwaitedFlush> flushes = new ArrayList<>();
        store().put(Samples.session("c"));
        for (int i = 0; i < 1000; i++) {
            store().enqueue("c", Samples.delivery(i, Samples.message("t", "m" + i)), null);
            AwaitedFlush flush = new AwaitedFlush();
            store().flush(flush);
            flushes.add(flush);
        }

        flushes.forEach(AwaitedFlush::durably);
        assertThat(store().writable()).isTrue();
    }

    @Test
    void randomChangesLeaveWhatAModelSays() {
        long seed = System.nanoTime();
        System.out.println(getClass().getSimpleName() + " seed " + seed);
        InMemorySessionStore model = new InMemorySessionStore();
        SessionStoreDriver driver = new SessionStoreDriver(new Random(seed));
        SessionStore store = store();
        for (int restart = 0; restart < 5; restart++) {
            for (int i = 0; i < 2000; i++) {
                driver.change(model, store);
            }
            store = restarted();
            driver.restarted(model);
            assertThat(RestoredSessions.of(store).text())
                    .as("seed %s after restart %s", seed, restart)
                    .isEqualTo(RestoredSessions.of(model).text());
        }
    }
}
