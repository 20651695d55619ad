package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static io.wkmq.routing.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Interest;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.RemoteMembers;
import io.wkmq.routing.ShareMember;
import io.wkmq.routing.ShareStrategy;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.SessionStore.StoredDelivery;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** Tests that what a durable member of a share group leaves to others is stored at all times, whenever the node dies. */
class RedispatchTest {
    private static final String SHARED = "$share/g/#";

    private final MemoryStore store = new MemoryStore();
    private TestNode node = node(store);
    private final TestClient publisher =
            client(node, "pub", shard -> shard == 0).connect();
    private final TestClient one = client(node, "one", shard -> shard == 0);
    private final TestClient far = client(node, "far", shard -> shard == 1);

    private static TestNode node(MemoryStore store) {
        return new TestNode(new TestConfig(), 2, new ManualClock(TestNode.START_MS), store);
    }

    private static TestClient client(TestNode node, String prefix, IntPredicate shard) {
        for (int i = 0; ; i++) {
            TestClient candidate = node.client(prefix + i).expiry(3600);
            if (shard.test(candidate.shard())) {
                return candidate;
            }
        }
    }

    private static List<String> payloads(MemoryStore store, String clientId) {
        return store.kept(clientId).deliveries.values().stream()
                .map(RedispatchTest::payload)
                .toList();
    }

    private static String payload(StoredDelivery delivery) {
        return new String(delivery.message().payload(), StandardCharsets.UTF_8);
    }

    /** A member of the group that reads nothing, and has got three messages. */
    private void fill(TestClient member) {
        member.connect().subscribe(SHARED, EXACTLY_ONCE);
        member.link().writable(false);
        publisher.publish("t", EXACTLY_ONCE, 1, "a");
        publisher.publish("t", AT_LEAST_ONCE, 2, "b");
        publisher.publish("t", EXACTLY_ONCE, 3, "c");
        assertThat(payloads(store, member.clientId())).containsExactly("a", "b", "c");
    }

    private void complete() {
        while (store.waitingFlushes() > 0) {
            store.completeAll();
            node.run();
        }
    }

    @Test
    void whatEndsHereAndBeginsThereIsStoredInOnePiece() {
        fill(one);
        far.connect().subscribe(SHARED, EXACTLY_ONCE);
        store.flushesAtOnce(false);

        one.unsubscribe(SHARED);
        assertThat(far.packets()).as("QoS 2 waits for the store").isEmpty();
        complete();

        assertThat(payloads(store, one.clientId())).isEmpty();
        assertThat(payloads(store, far.clientId())).containsExactly("a", "b", "c");
        assertThat(far.packets()).containsExactly("PUBLISH t q2 #1 a", "PUBLISH t q1 #2 b", "PUBLISH t q2 #3 c");
    }

    @Test
    void newSessionBeginsOnceTheOldOneHasLeft() {
        fill(one);
        far.connect().subscribe(SHARED, EXACTLY_ONCE);
        node.runLater();

        one.cleanStart(true).connect();
        while (node.shards.runOne(one.shard())) {
            // the other shard does not open its mail meanwhile
        }
        assertThat(node.sessions.stats().sessions()).as("the new one waits").isEqualTo(2);
        assertThat(payloads(store, one.clientId())).hasSize(3);

        node.run();
        assertThat(node.sessions.stats().sessions()).isEqualTo(3);
        assertThat(one.sessionPresent()).isFalse();
        assertThat(payloads(store, one.clientId())).isEmpty();
        assertThat(far.packets()).hasSize(3);
    }

    @Test
    void lastOfSeveralThatWaitForTheOldSessionWins() {
        fill(one);
        far.connect().subscribe(SHARED, EXACTLY_ONCE);
        node.runLater();
        one.cleanStart(true).connect();
        TestClient second = node.client(one.clientId()).expiry(60).connect();
        TestClient third = node.client(one.clientId()).expiry(60).connect();

        node.run();

        assertThat(second.refused()).isEqualTo(ReasonCode.SERVER_BUSY);
        assertThat(one.link().closed()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(third.info().connected()).isTrue();
        assertThat(third.sessionPresent()).isTrue();
    }

    @Test
    void sessionThatWillEndWithItsConnectionLeavesTheStoreAfterItsMessages() {
        fill(one);
        far.connect().subscribe(SHARED, EXACTLY_ONCE);
        node.runLater();
        one.lose();
        one.expiry(0).connect();
        while (node.shards.runOne(one.shard())) {
            // the other shard does not open its mail meanwhile
        }
        assertThat(payloads(store, one.clientId())).hasSize(3);

        node.run();
        assertThat(store.disk()).doesNotContainKey(one.clientId());
        assertThat(payloads(store, far.clientId())).containsExactly("a", "b", "c");
    }

    @Test
    void whatNoOtherMemberTakesComesBackInItsPlace() {
        fill(one);
        publisher.publish("u", AT_LEAST_ONCE, 4, "d");
        one.subscribe("u", AT_LEAST_ONCE);
        publisher.publish("u", AT_LEAST_ONCE, 5, "e");
        far.connect().subscribe(SHARED, EXACTLY_ONCE);
        store.writable(false);

        one.unsubscribe(SHARED);
        assertThat(far.info().dropped()).containsEntry(DropReason.STORE_UNAVAILABLE, 5L);
        store.writable(true);
        one.link().writable(true);
        one.act(Session::linkWritable);

        assertThat(one.packets())
                .containsExactly(
                        "PUBLISH t q2 #1 a",
                        "PUBLISH t q1 #2 b",
                        "PUBLISH t q2 #3 c",
                        "PUBLISH u q1 #4 d",
                        "PUBLISH u q1 #5 e",
                        "PUBLISH u q1 #6 e");
        assertThat(payloads(store, one.clientId())).containsExactly("a", "b", "c", "d", "e", "e");
    }

    @Test
    void whatReachesAMemberThatHasJustLeftTooComesBack() {
        fill(one);
        far.connect().subscribe(SHARED, EXACTLY_ONCE);
        node.runLater();
        one.unsubscribe(SHARED);
        far.unsubscribe(SHARED);
        node.run();

        assertThat(payloads(store, one.clientId())).containsExactly("a", "b", "c");
        one.link().writable(true);
        one.act(Session::linkWritable);
        node.run();
        assertThat(one.packets()).hasSize(3);
        assertThat(store.openHolds()).isZero();
    }

    @Test
    void whatCannotBeRoutedComesBack() {
        fill(one);
        ShareMember elsewhere = new ShareMember() {
            @Override
            public String clientId() {
                return "elsewhere";
            }

            @Override
            public boolean online() {
                return true;
            }

            @Override
            public boolean local() {
                return false;
            }
        };
        SubscriptionFilter filter = SubscriptionFilter.parse(SHARED);
        node.routes.join(filter.filter(), Objects.requireNonNull(filter.share()), ShareStrategy.ROUND_ROBIN, elsewhere);

        one.unsubscribe(SHARED);
        one.link().writable(true);
        one.act(Session::linkWritable);
        assertThat(one.packets()).hasSize(3);

        one.cleanStart(true).connect();
        assertThat(one.sessionPresent()).isFalse();
        assertThat(payloads(store, one.clientId())).isEmpty();
    }

    @Test
    void whatAnotherNodeTakesLeavesTheStoreOnceItHasIt() {
        fill(one);
        membersElsewhere(1);

        one.unsubscribe(SHARED);
        assertThat(payloads(store, one.clientId())).as("it may still come back").hasSize(3);
        assertThat(node.otherNodes.sent)
                .extracting(sent -> new String(sent.message().payload(), StandardCharsets.UTF_8))
                .containsExactly("a", "b", "c");
        assertThat(node.otherNodes.sent)
                .allSatisfy(sent -> assertThat(sent.audience().plain()).isFalse());

        node.otherNodes.sent.forEach(sent -> sent.handOver().done());
        node.run();
        assertThat(payloads(store, one.clientId())).isEmpty();
        assertThat(one.info().queueLength()).isZero();
    }

    @Test
    void whatNobodyElsewhereIsLeftToTakeComesBack() {
        fill(one);
        membersElsewhere(1);
        one.unsubscribe(SHARED);
        assertThat(node.otherNodes.sent).hasSize(3);

        for (OtherNodes.Sent sent : List.copyOf(node.otherNodes.sent)) {
            RemoteMembers left = sent.audience().groups().get(0);
            node.shards.on(0, () -> {
                if (!node.sessions.router().redispatch(left.group(), sent.message(), left, sent.handOver())) {
                    sent.handOver().nobody();
                }
                sent.handOver().done();
            });
        }
        node.run();
        assertThat(payloads(store, one.clientId())).hasSize(3);
        one.link().writable(true);
        one.act(Session::linkWritable);
        assertThat(one.packets()).hasSize(3);
    }

    @Test
    void whatASessionThatEndsLeavesGoesToAnotherNode() {
        fill(one);
        membersElsewhere(1);
        one.cleanStart(true).connect();
        assertThat(node.otherNodes.sent).hasSize(3);
        node.otherNodes.sent.forEach(sent -> sent.handOver().done());
        node.run();
        assertThat(payloads(store, one.clientId())).isEmpty();
        assertThat(node.dropped(DropReason.SESSION_ENDED)).isZero();
    }

    private void membersElsewhere(int count) {
        node.otherNodes.exist();
        SubscriptionFilter filter = SubscriptionFilter.parse(SHARED);
        node.routes.change(
                new NodeId(new UUID(0, 1)),
                ShareStrategy.ROUND_ROBIN,
                List.of(new Interest(filter.share(), filter.filter(), count, count)));
    }

    @Test
    void whatTheStoreDoesNotTakeAgainStaysWithTheOldMemberOnDisk() {
        fill(one);
        far.connect().subscribe(SHARED, EXACTLY_ONCE);
        store.refuses(true);

        one.unsubscribe(SHARED);

        assertThat(far.packets()).as("from memory").hasSize(3);
        assertThat(one.info().queueLength()).isZero();
        assertThat(payloads(store, one.clientId())).hasSize(3);
    }

    /** Else a crash could leave the new copy without the packet id, and the publisher would send the message again. */
    @Test
    void messageThatIsBeingHandedOverMovesWhenItsPacketIdIsStored() {
        CompletableFuture<Long> append = node.otherNodeWants("slow");
        one.connect().subscribe(SHARED, EXACTLY_ONCE);
        one.link().writable(false);
        publisher.publish("slow", EXACTLY_ONCE, 1, "a");
        far.connect().subscribe(SHARED, EXACTLY_ONCE);

        one.lose();
        assertThat(far.info().inflight()).isZero();
        append.complete(1L);
        node.run();

        assertThat(far.packets()).containsExactly("PUBLISH slow q2 #1 a");
        assertThat(payloads(store, one.clientId())).isEmpty();
        assertThat(payloads(store, far.clientId())).containsExactly("a");
        assertThat(publisher.packets()).containsExactly("PUBREC 1 SUCCESS");
    }

    /** The member that was picked has left when the message reaches its shard. */
    @Test
    void publisherWaitsForTheMemberThatGetsTheMessageInTheEnd() {
        far.connect().subscribe(SHARED, AT_LEAST_ONCE);
        node.runLater();
        publisher.publish("t", AT_LEAST_ONCE, 1, "a");
        store.flushesAtOnce(false);
        far.unsubscribe(SHARED);
        TestClient next = client(node, "next", shard -> shard == 0);
        next.connect();
        node.run();
        complete();
        assertThat(publisher.packets()).as("nobody was left").containsExactly("PUBACK 1 SUCCESS");

        far.subscribe(SHARED, AT_LEAST_ONCE);
        publisher.publish("t", AT_LEAST_ONCE, 2, "b");
        next.subscribe(SHARED, AT_LEAST_ONCE);
        far.unsubscribe(SHARED);
        node.run();
        assertThat(next.packets()).containsExactly("PUBLISH t q1 #1 b");
        assertThat(publisher.packets()).isEmpty();
        complete();

        assertThat(publisher.packets()).containsExactly("PUBACK 2 SUCCESS");
        assertThat(payloads(store, next.clientId())).containsExactly("b");
    }

    /** How a member may go. */
    private static final List<Consumer<Story>> WAYS = List.of(
            story -> story.old.unsubscribe(SHARED),
            story -> story.old.lose(),
            story -> story.old.cleanStart(true).connect(),
            story -> story.old.disconnect(new DisconnectCause(false, 0)),
            story -> story.node.endSession(story.old.clientId(), ReasonCode.ADMINISTRATIVE_ACTION));

    @Test
    void aCrashAtAnyPointLeavesEachMessageOnce() {
        int crashes = 0;
        for (int way = 0; way < WAYS.size(); way++) {
            for (int first = 0; first < 3; first++) {
                boolean more = true;
                for (int steps = 0; more; steps++) {
                    int unflushed = 0;
                    for (int survivors = 0; survivors <= unflushed; survivors++) {
                        Story story = new Story(way, first, steps);
                        unflushed = story.store.unflushed();
                        more = !story.over;
                        story.crash(survivors);
                        crashes++;
                    }
                }
            }
        }
        assertThat(crashes).as("points tried out").isGreaterThan(100);
    }

    /** A member leaves; one that is connected and one that is not remain. */
    private static final class Story {
        private final String name;
        private final MemoryStore store = new MemoryStore();
        private final TestNode node = node(store);
        private final TestClient old = client(node, "old", shard -> shard == 0);
        private final TestClient near = client(node, "near", shard -> shard == 0);
        private final TestClient far = client(node, "far", shard -> shard == 1);
        private boolean over;

        Story(int way, int first, int steps) {
            name = "way " + way + " first " + first + " steps " + steps;
            old.receiveMaximum(1).connect().subscribe(SHARED, EXACTLY_ONCE);
            TestClient publisher = client(node, "pub", shard -> shard == 1).connect();
            publisher.publish("t", AT_LEAST_ONCE, 1, "in flight");
            for (int i = 2; i <= 6; i++) {
                publisher.publish("t", i % 2 == 0 ? EXACTLY_ONCE : AT_LEAST_ONCE, i, "m" + i);
            }
            near.connect().subscribe(SHARED, EXACTLY_ONCE);
            far.connect().subscribe(SHARED, EXACTLY_ONCE);
            node.runLater();
            store.flushesAtOnce(false);
            WAYS.get(way).accept(this);
            for (int step = 0; step < steps && !over; step++) {
                over = !step(first);
            }
        }

        private boolean step(int first) {
            for (int i = 0; i < 3; i++) {
                int who = (first + i) % 3;
                if (who < 2 ? node.shards.runOne(who) : completeOne()) {
                    return true;
                }
            }
            return false;
        }

        private boolean completeOne() {
            if (store.waitingFlushes() == 0) {
                return false;
            }
            store.completeOne();
            return true;
        }

        void crash(int survivors) {
            List<String> sent = new ArrayList<>();
            for (TestClient member : List.of(near, far)) {
                member.packets().stream()
                        .filter(packet -> packet.contains(" q2 "))
                        .map(packet -> member.clientId() + packet.substring(packet.lastIndexOf(' ')))
                        .forEach(sent::add);
            }
            store.crash(survivors);
            List<String> stored = new ArrayList<>();
            List<String> owed = new ArrayList<>();
            store.disk()
                    .forEach((clientId, kept) -> kept.deliveries.values().forEach(delivery -> {
                        stored.add(payload(delivery));
                        owed.add(clientId + ' ' + payload(delivery));
                    }));
            assertThat(stored)
                    .as("%s survivors %s: %s", name, survivors, owed)
                    .containsExactlyInAnyOrder("in flight", "m2", "m3", "m4", "m5", "m6");
            assertThat(owed)
                    .as("%s survivors %s: QoS 2 that was sent", name, survivors)
                    .containsAll(sent);
        }
    }
}
