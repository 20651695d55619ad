package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static io.wkmq.routing.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests what two nodes do when a client's session moves between them; the test is the network. */
class SessionMoveTest {
    private static final long CLAIM = 1_000;

    private final MemoryStore store = new MemoryStore();
    private final TestNode old = TestNode.inMemory();
    private final TestNode there = TestNode.with(store);
    private final List<MovedSession> described = new ArrayList<>();
    private final List<MovedMessages> listed = new ArrayList<>();
    private int stored;

    /** A session that the old node offers. */
    private static final class Offer implements SessionOffer {
        private final long epoch;
        private final boolean broken;
        private @Nullable Arrival arrival;
        private boolean declined;

        Offer(long epoch) {
            this(epoch, false);
        }

        Offer(long epoch, boolean broken) {
            this.epoch = epoch;
            this.broken = broken;
        }

        @Override
        public long epoch() {
            return epoch;
        }

        @Override
        public void accept(Arrival accepted) {
            arrival = accepted;
            answered();
        }

        @Override
        public void decline() {
            declined = true;
            answered();
        }

        private void answered() {
            if (broken) {
                throw new IllegalStateException("made by the test");
            }
        }

        Arrival arrival() {
            if (arrival == null) {
                throw new AssertionError("The offer was not accepted");
            }
            return arrival;
        }
    }

    private Offer freeze() {
        long[] epoch = {-1};
        old.sessions.moves().freeze("c", CLAIM, frozen -> epoch[0] = frozen);
        old.run();
        return new Offer(epoch[0]);
    }

    private TestClient connect(Offer offer) {
        there.directory.atOnce(false);
        TestClient client = there.client("c").expiry(60).connect();
        there.directory.claims().get(0).complete(new Claimed(CLAIM, offer));
        there.run();
        return client;
    }

    private void begin(Arrival arrival) {
        old.sessions.moves().describe("c", CLAIM, session -> {
            if (session != null) {
                described.add(session);
            }
        });
        old.run();
        arrival.begin(described.get(0), () -> {});
        there.run();
    }

    private void finish(Arrival arrival) {
        old.sessions.moves().messages("c", CLAIM, messages -> {
            if (messages != null) {
                listed.add(messages);
            }
        });
        old.run();
        arrival.finish(listed.get(0), () -> stored++);
        there.run();
    }

    private void send() {
        List<Boolean> noted = new ArrayList<>();
        old.sessions.moves().sending("c", CLAIM, noted::add);
        old.run();
        assertThat(noted).containsExactly(true);
    }

    private void forget() {
        int[] forgotten = {0};
        old.sessions.moves().forget("c", CLAIM, CLAIM, done -> forgotten[0] += done ? 1 : 0);
        old.run();
        assertThat(forgotten[0]).isOne();
    }

    private static void publish(TestNode at, String payload, int number) {
        Message message = new Message(
                TopicName.of("t"),
                payload.getBytes(StandardCharsets.UTF_8),
                EXACTLY_ONCE,
                false,
                MessageProperties.NONE,
                "p",
                at.clock.millis(),
                Message.NEVER,
                number);
        at.shards.on(0, () -> at.sessions.publish(message, HandOver.NONE));
        at.run();
    }

    @Test
    void sessionTakesAlongWhatItOwesAndTakesNothingTwice() {
        old.client("c").expiry(60).connect().subscribe("t", AT_LEAST_ONCE).lose();
        publish(old, "one", 1);
        Offer offer = freeze();
        TestClient client = connect(offer);
        assertThat(client.opened()).isFalse();
        begin(offer.arrival());
        publish(old, "two", 2);
        publish(there, "two", 2);
        publish(there, "three", 3);
        finish(offer.arrival());
        assertThat(stored).isOne();
        assertThat(client.opened()).as("the other node has it too").isFalse();
        forget();
        offer.arrival().open();
        there.run();

        assertThat(client.sessionPresent()).isTrue();
        assertThat(client.packets())
                .containsExactly("PUBLISH t q1 #1 one", "PUBLISH t q1 #2 two", "PUBLISH t q1 #3 three");
        assertThat(old.client("c").exists()).isFalse();
        TestClient restarted = there.restarted(store).client("c");
        assertThat(restarted.info().inflight() + restarted.info().queueLength()).isEqualTo(3);
    }

    @Test
    void flowsGoOnUnderTheirPacketIds() {
        TestClient before = old.client("c").expiry(60).connect().subscribe("t", EXACTLY_ONCE);
        publish(old, "one", 1);
        publish(old, "two", 2);
        before.pubrec(1);
        before.publish("elsewhere", EXACTLY_ONCE, 77, "mine");
        Offer offer = freeze();
        assertThat(before.link().closed()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        TestClient client = connect(offer);
        begin(offer.arrival());
        finish(offer.arrival());
        offer.arrival().open();
        there.run();

        assertThat(client.packets()).containsExactlyInAnyOrder("PUBREL 1 SUCCESS", "PUBLISH t q2 #2 two dup");
        client.publish("elsewhere", EXACTLY_ONCE, 77, "mine");
        assertThat(client.packets()).hasSize(1);
        assertThat(client.info().awaitingRel()).isOne();
    }

    @Test
    void frozenSessionKeepsItsTimeAndItsWill() {
        TestClient watcher = old.client("watcher").connect().subscribe("w", AT_LEAST_ONCE);
        TestClient client = old.client("c")
                .expiry(60)
                .will(TestClient.will("w", "gone", 30))
                .connect();
        freeze();
        old.shards.advanceMs(100_000);
        assertThat(client.exists()).isTrue();
        assertThat(watcher.packets()).isEmpty();

        old.sessions.moves().thaw("c", CLAIM - 1);
        old.run();
        assertThat(client.exists()).as("another claim's freeze").isTrue();
        old.sessions.moves().thaw("c", CLAIM);
        old.run();
        old.shards.advanceMs(0);

        assertThat(client.exists()).isFalse();
        assertThat(watcher.packets()).hasSize(1);
    }

    @Test
    void sessionThatHasMovedLeavesNoWillBehind() {
        TestClient watcher = old.client("watcher").connect().subscribe("w", AT_LEAST_ONCE);
        TestClient client = old.client("c")
                .expiry(60)
                .will(TestClient.will("w", "gone", 30))
                .connect();
        freeze();
        forget();

        assertThat(client.exists()).isFalse();
        assertThat(watcher.packets()).isEmpty();
        assertThat(old.sessions.stats().sessions()).isOne();
    }

    @Test
    void sessionIsNotSaidToBeForgottenBeforeTheStoreHasForgottenIt() {
        there.client("c").expiry(60).connect().lose();
        store.flushesAtOnce(false);
        List<Boolean> forgotten = new ArrayList<>();
        there.sessions.moves().forget("c", CLAIM, CLAIM, forgotten::add);
        there.run();
        assertThat(forgotten).isEmpty();
        store.failOne("the disk is full");
        there.run();
        assertThat(forgotten).containsExactly(false);

        store.flushesAtOnce(true);
        there.sessions.moves().forget("c", CLAIM, CLAIM, forgotten::add);
        there.run();
        assertThat(forgotten).containsExactly(false, true);
        assertThat(there.restarted(store).client("c").exists()).isFalse();
    }

    @Test
    void onlyTheSessionThatIsNamedIsForgotten() {
        TestClient client = old.client("c").expiry(60).connect();
        client.lose();
        long moved = freeze().epoch();
        client.connect();
        old.sessions.moves().forget("c", CLAIM, moved, done -> {});
        old.run();

        assertThat(client.exists()).isTrue();
        assertThat(client.link().closed()).isNull();
    }

    @Test
    void nodeThatStopsForgetsNothing() {
        there.client("c").expiry(60).connect().lose();
        var unused = there.sessions.drain();
        there.run();
        List<Boolean> forgotten = new ArrayList<>();
        there.sessions.moves().forget("c", CLAIM, CLAIM, forgotten::add);
        there.run();

        assertThat(forgotten).containsExactly(false);
        assertThat(there.restarted(store).client("c").exists()).isTrue();
    }

    @Test
    void connectionOfASessionThatHasMovedIsClosed() {
        TestClient client = old.client("c").expiry(60).connect();
        freeze();
        client.connect();
        forget();

        assertThat(client.link().closed()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(client.exists()).isFalse();
        assertThat(old.sessions.stats().connected()).isZero();
    }

    @Test
    void sessionThatCannotOutliveItsConnectionEnds() {
        TestClient client = old.client("c").connect();
        assertThat(freeze().epoch()).isZero();
        assertThat(client.exists()).isFalse();
    }

    @Test
    void sharedMessagesBehindTheListGoToOthersWhenTheSessionIsForgotten() {
        TestClient client = old.client("c").expiry(60).connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        client.lose();
        publish(old, "one", 1);
        Offer offer = freeze();
        connect(offer);
        begin(offer.arrival());
        finish(offer.arrival());
        send();
        publish(old, "two", 2);
        assertThat(listed.get(0).deliveries()).hasSize(1);
        assertThat(client.info().queueLength()).isEqualTo(2);

        TestClient other = old.client("d").connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        forget();
        assertThat(other.packets()).containsExactly("PUBLISH t q1 #1 two");
    }

    @Test
    void sharedMessagesBehindTheListGoToOthersThoughTheSessionWasThawed() {
        TestClient client = old.client("c").expiry(60).connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        client.lose();
        publish(old, "one", 1);
        Offer offer = freeze();
        connect(offer);
        begin(offer.arrival());
        finish(offer.arrival());
        send();
        old.sessions.moves().thaw("c", CLAIM);
        publish(old, "two", 2);

        TestClient other = old.client("d").connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        forget();
        assertThat(other.packets()).containsExactly("PUBLISH t q1 #1 two");
    }

    @Test
    void shareGroupGivesNothingToASessionThatHasNotArrived() {
        old.client("c")
                .expiry(60)
                .connect()
                .subscribe("$share/g/t", AT_LEAST_ONCE)
                .lose();
        Offer offer = freeze();
        TestClient client = connect(offer);
        begin(offer.arrival());
        publish(there, "nobody has it", 1);
        finish(offer.arrival());
        offer.arrival().open();
        there.run();
        publish(there, "two", 2);

        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 two");
    }

    @Test
    void copyThatAnotherNodeMayHaveAllOfEndsQuietly() {
        TestClient watcher = old.client("watcher").connect().subscribe("w", AT_LEAST_ONCE);
        TestClient client = listedWithAWill();
        send();
        TestClient other = old.client("d").connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        old.sessions.giveUp("c", CLAIM + 1, () -> {});
        old.run();

        assertThat(client.exists()).isFalse();
        assertThat(watcher.packets()).isEmpty();
        assertThat(other.packets()).isEmpty();
    }

    @Test
    void copyThatNoOtherNodeHasEndsAsAnySession() {
        TestClient watcher = old.client("watcher").connect().subscribe("w", AT_LEAST_ONCE);
        TestClient client = listedWithAWill();
        TestClient other = old.client("d").connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        old.sessions.giveUp("c", CLAIM + 1, () -> {});
        old.run();

        assertThat(client.exists()).isFalse();
        assertThat(watcher.packets()).hasSize(1);
        assertThat(other.packets()).containsExactly("PUBLISH t q1 #1 one");
    }

    @Test
    void nodeThatIsBackKnowsThatAnotherOneMayHaveTheSession() {
        TestClient client = there.client("c")
                .expiry(60)
                .will(TestClient.will("w", "gone", 30))
                .connect()
                .subscribe("$share/g/t", AT_LEAST_ONCE);
        client.lose();
        publish(there, "one", 1);
        there.sessions.moves().freeze("c", CLAIM, epoch -> {});
        there.sessions.moves().messages("c", CLAIM, messages -> {});
        there.sessions.moves().sending("c", CLAIM, noted -> {});
        there.run();
        publish(there, "two", 2);

        TestNode back = there.restarted(store);
        TestClient watcher = back.client("watcher").connect().subscribe("w", AT_LEAST_ONCE);
        TestClient other = back.client("d").connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        back.sessions.giveUp("c", CLAIM + 1, () -> {});
        back.run();

        assertThat(back.client("c").exists()).isFalse();
        assertThat(watcher.packets()).isEmpty();
        assertThat(other.packets()).containsExactly("PUBLISH t q1 #1 two");
    }

    @Test
    void nodeThatIsBackDoesNotTakeWhatCameSinceForSent() {
        TestClient client = there.client("c").expiry(60).connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        publish(there, "one", 1);
        client.puback(1);
        client.lose();
        there.sessions.moves().freeze("c", CLAIM, epoch -> {});
        there.sessions.moves().messages("c", CLAIM, messages -> {});
        there.sessions.moves().sending("c", CLAIM, noted -> {});
        there.run();

        TestNode back = there.restarted(store);
        publish(back, "two", 2);
        TestClient other = back.client("d").connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        back.sessions.giveUp("c", CLAIM + 1, () -> {});
        back.run();

        assertThat(other.packets()).containsExactly("PUBLISH t q1 #1 two");
    }

    @Test
    void copyThatAnotherNodeMayHaveAllOfExpiresQuietly() {
        leaveSentWithAWill(100);

        TestNode back = there.restarted(store);
        TestClient watcher = back.client("watcher").connect().subscribe("w", AT_LEAST_ONCE);
        TestClient other = back.client("d").connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        back.shards.advanceMs(61_000);

        assertThat(back.client("c").exists()).isFalse();
        assertThat(watcher.packets()).isEmpty();
        assertThat(other.packets()).isEmpty();
    }

    @Test
    void willOfACopyThatAnotherNodeMayHaveAllOfIsVoidWhenItIsDue() {
        leaveSentWithAWill(30);

        TestNode back = there.restarted(store);
        TestClient watcher = back.client("watcher").connect().subscribe("w", AT_LEAST_ONCE);
        back.shards.advanceMs(31_000);

        assertThat(back.client("c").exists()).isTrue();
        assertThat(watcher.packets()).isEmpty();
    }

    @Test
    void listForASecondNodeDoesNotCountAsSent() {
        there.client("c")
                .expiry(60)
                .connect()
                .subscribe("$share/g/t", AT_LEAST_ONCE)
                .lose();
        leaveSent();
        publish(there, "two", 2);
        there.sessions.moves().freeze("c", CLAIM + 1, epoch -> {});
        there.sessions.moves().messages("c", CLAIM + 1, messages -> {});
        there.run();
        TestClient other = there.client("d").connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        there.sessions.giveUp("c", CLAIM + 2, () -> {});
        there.run();

        assertThat(other.packets()).containsExactly("PUBLISH t q1 #1 two");
    }

    @Test
    void nodeThatIsBackKnowsWhatItSentBeforeTheSessionWentOn() {
        there.client("c")
                .expiry(60)
                .connect()
                .subscribe("$share/g/t", AT_LEAST_ONCE)
                .lose();
        leaveSent();
        there.sessions.moves().thaw("c", CLAIM);
        publish(there, "two", 2);

        TestNode back = there.restarted(store);
        TestClient other = back.client("d").connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        back.sessions.moves().forget("c", CLAIM, CLAIM, done -> {});
        back.run();

        assertThat(other.packets()).containsExactly("PUBLISH t q1 #1 two");
    }

    @Test
    void whatTheOldNodeMissedComesBeforeWhatBothHave() {
        old.client("c").expiry(60).connect().subscribe("t", AT_LEAST_ONCE).lose();
        publish(old, "one", 1);
        Offer offer = freeze();
        TestClient client = connect(offer);
        begin(offer.arrival());
        publish(there, "two", 2);
        publish(there, "three", 3);
        publish(there, "four", 4);
        publish(there, "five", 5);
        publish(old, "two", 2);
        publish(old, "four", 4); // the link to it was cut in between
        finish(offer.arrival());
        offer.arrival().open();
        there.run();

        assertThat(client.packets())
                .containsExactly(
                        "PUBLISH t q1 #1 one",
                        "PUBLISH t q1 #2 two",
                        "PUBLISH t q1 #3 three",
                        "PUBLISH t q1 #4 four",
                        "PUBLISH t q1 #5 five");
    }

    @Test
    void timeOfASessionThatIsFrozenBeforeAllAreBackStandsStill() {
        there.client("c").expiry(60).will(TestClient.will("w", "gone", 0)).connect();

        TestNode back = new TestNode(new TestConfig(), 2, there.clock, store);
        TestClient watcher = back.client("watcher").connect().subscribe("w", AT_LEAST_ONCE);
        back.sessions.restore();
        int own = back.sessions.shardOf("c");
        back.shards.runOne(own); // it is here, the other shard's sessions are not
        back.sessions.moves().freeze("c", CLAIM, epoch -> {});
        back.shards.runOne(own);
        back.run();
        back.shards.advanceMs(100_000);
        assertThat(back.client("c").exists()).isTrue();
        assertThat(watcher.packets()).isEmpty();

        back.sessions.moves().thaw("c", CLAIM);
        back.run();
        back.shards.advanceMs(1);
        assertThat(back.client("c").exists()).isFalse();
        assertThat(watcher.packets()).hasSize(1);
    }

    @Test
    void sessionThatWentOnBeforeARestartEndsAsAnySession() {
        leaveSentWithAWill(30);
        there.sessions.moves().thaw("c", CLAIM);
        there.run();

        TestNode back = there.restarted(store);
        TestClient watcher = back.client("watcher").connect().subscribe("w", AT_LEAST_ONCE);
        back.sessions.giveUp("c", CLAIM + 1, () -> {});
        back.run();

        assertThat(watcher.packets()).hasSize(1);
    }

    private void leaveSentWithAWill(int delaySeconds) {
        there.client("c")
                .expiry(60)
                .will(TestClient.will("w", "gone", delaySeconds))
                .connect()
                .subscribe("$share/g/t", AT_LEAST_ONCE)
                .lose();
        leaveSent();
    }

    private void leaveSent() {
        publish(there, "one", 1);
        there.sessions.moves().freeze("c", CLAIM, epoch -> {});
        there.sessions.moves().messages("c", CLAIM, messages -> {});
        there.sessions.moves().sending("c", CLAIM, noted -> {});
        there.run();
    }

    private TestClient listedWithAWill() {
        TestClient client = old.client("c")
                .expiry(60)
                .will(TestClient.will("w", "gone", 30))
                .connect()
                .subscribe("$share/g/t", AT_LEAST_ONCE);
        client.lose();
        publish(old, "one", 1);
        Offer offer = freeze();
        connect(offer);
        begin(offer.arrival());
        finish(offer.arrival());
        return client;
    }

    @Test
    void olderSessionStaysUntilTheNewerOneIsHere() {
        TestClient stale = there.client("c").expiry(60).connect().subscribe("u", AT_LEAST_ONCE);
        stale.lose();
        old.client("c").expiry(60).connect().subscribe("t", AT_LEAST_ONCE).lose();
        Offer offer = new Offer(Math.max(2, freeze().epoch()));
        there.directory.atOnce(false);
        TestClient client = there.client("c").cleanStart(false).expiry(60).connect();
        there.directory.claims().get(there.directory.claims().size() - 1).complete(new Claimed(CLAIM, offer));
        there.run();
        begin(offer.arrival());
        assertThat(stale.exists()).isTrue();

        offer.arrival().refuse("it does not come now");
        there.run();

        assertThat(client.opened()).isFalse();
        assertThat(stale.exists()).isTrue();
        assertThat(stale.info().subscriptions()).hasSize(1);
        assertThat(there.sessions.stats().sessions()).isOne();
        assertThat(there.directory.released()).as("it is there all the time").isEmpty();
        assertThat(there.directory.staying()).containsOnlyKeys("c");
    }

    @Test
    void sessionDoesNotExpireBeforeItIsOpened() {
        old.client("c").expiry(1).connect().subscribe("t", AT_LEAST_ONCE).lose();
        Offer offer = freeze();
        TestClient client = connect(offer);
        begin(offer.arrival());
        finish(offer.arrival());
        there.shards.advanceMs(5_000);
        offer.arrival().open();
        there.run();

        assertThat(client.sessionPresent()).isTrue();
    }

    @Test
    void sessionThatDoesNotComeIsMadeAnew() {
        old.client("c").expiry(60).connect().subscribe("t", AT_LEAST_ONCE).lose();
        Offer offer = freeze();
        TestClient client = connect(offer);
        begin(offer.arrival());
        publish(there, "lost", 1);
        offer.arrival().fail("a test says so");
        there.run();

        assertThat(client.opened()).isTrue();
        assertThat(client.sessionPresent()).isFalse();
        assertThat(client.packets()).isEmpty();
        assertThat(there.sessions.stats().subscriptions()).isZero();
        assertThat(there.sessions.stats().sessions()).isOne();
    }

    @Test
    void newerClaimStopsAnArrival() {
        old.client("c").expiry(60).connect().subscribe("t", AT_LEAST_ONCE).lose();
        Offer offer = freeze();
        TestClient client = connect(offer);
        begin(offer.arrival());
        there.sessions.giveUp("c", CLAIM + 1, () -> {});
        there.run();
        assertThat(client.refused()).isEqualTo(ReasonCode.SERVER_BUSY);
        offer.arrival().open();
        there.run();
        assertThat(client.opened()).isFalse();
        assertThat(there.sessions.stats().subscriptions()).isZero();
    }

    @Test
    void clientIsNotShutOutByAMoveThatFailsToBegin() {
        Offer broken = new Offer(1, true);
        TestClient client = connect(broken);
        assertThat(client.opened()).isFalse();
        assertThat(client.link().closed()).isEqualTo(ReasonCode.UNSPECIFIED_ERROR);

        there.directory.atOnce(true);
        TestClient again = there.client("c").expiry(60).connect();
        broken.arrival().fail("nobody waits for it any more");
        there.run();

        assertThat(again.opened()).isTrue();
        assertThat(again.link().closed()).isNull();
        assertThat(again.exists()).isTrue();
    }

    @Test
    void clientIsNotShutOutWhenAnOfferCannotBeDeclined() {
        TestClient before = there.client("c").expiry(60).connect();
        before.lose();
        TestClient client = connect(new Offer(0, true));
        assertThat(client.opened()).isFalse();

        there.directory.atOnce(true);

        assertThat(there.client("c").expiry(60).connect().sessionPresent()).isTrue();
    }

    @Test
    void clientIsNotShutOutWhenTheDirectoryCannotBeToldThatItsWillIsVoid() {
        there.directory.broken(true);
        there.directory.atOnce(false);
        TestClient client = there.client("c")
                .expiry(60)
                .will(TestClient.will("w", "gone", 30))
                .connect();
        there.directory.claims().get(0).complete(new Claimed(CLAIM, new Offer(1, true)));
        there.run();
        assertThat(client.opened()).isFalse();

        there.directory.broken(false);
        there.directory.atOnce(true);

        assertThat(there.client("c").connect().opened()).isTrue();
    }

    @Test
    void olderSessionThanTheOwnIsDeclined() {
        there.client("c").expiry(60).connect().lose();
        Offer older = new Offer(0);
        TestClient client = connect(older);

        assertThat(older.declined).isTrue();
        assertThat(client.sessionPresent()).isTrue();
    }
}
