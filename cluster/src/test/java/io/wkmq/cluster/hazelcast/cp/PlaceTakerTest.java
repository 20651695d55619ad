package io.wkmq.cluster.hazelcast.cp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.engine.LogClosedException;
import io.wkmq.channel.engine.NewcomerException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Tests a node that is none of the three that keep the channels. */
final class PlaceTakerTest {
    private static final int COUNT = 3;

    /** What is never answered is waited for so long. */
    private static final Duration LIMIT = Duration.ofMillis(20);

    private final FakeMembers members = new FakeMembers();
    private final WantedPlace wanted = new WantedPlace();
    private long now;
    private final PlaceTaker taker = new PlaceTaker(members, wanted, COUNT, () -> now);

    private void takes(String said) {
        assertThatThrownBy(() -> taker.take(LIMIT, Set.of()))
                .isInstanceOf(NewcomerException.class)
                .hasMessageContaining(said);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    /** A member where this node is. */
    private void addHere(int number) {
        members.list.put(FakeMembers.id(number), new FakeMembers.Fake(FakeMembers.id(number), "this"));
    }

    @Test
    void whoFindsNoPlaceWaitsForOneAndThenFollows() throws Exception {
        members.add(1, 2, 3);
        members.away.add(FakeMembers.id(3));
        takes("Other nodes keep the channels");
        assertThat(wanted.asked(now)).isEqualTo(PlaceOp.WAITS);
        pass(WantedPlace.PATIENCE_ASKED);
        assertThat(taker.take(LIMIT, Set.of())).isEqualTo(members.list.keySet());
        assertThat(wanted.asked(now)).as("it wants none any more").isEqualTo(PlaceOp.NONE);
        assertThat(members.asked).isEmpty();
    }

    @Test
    void whoFindsAllHereFollowsAtOnce() throws Exception {
        members.add(1, 2, 3);
        assertThat(taker.take(LIMIT, Set.of(FakeMembers.id(3), FakeMembers.id(4))))
                .isEqualTo(members.list.keySet());
        assertThat(members.asked).isEmpty();
    }

    @Test
    void whoHasCopiesOfOthersChannelsFollowsNobody() {
        members.add(1, 2, 3);
        assertThatThrownBy(() -> taker.take(LIMIT, Set.of(FakeMembers.id(4))))
                .isInstanceOf(LogClosedException.class)
                .hasMessageContaining("expected an empty data directory");
        members.list.remove(FakeMembers.id(3));
        assertThatThrownBy(() -> taker.take(LIMIT, Set.of(FakeMembers.id(4)))).isInstanceOf(LogClosedException.class);
        assertThat(members.asked).isEmpty();
    }

    @Test
    void whoseLogIsLostWaitsForItsPlaceUnlessItOnlyFollowed() throws Exception {
        members.add(1, 2, 3);
        members.logLost = true;
        takes("expected wkctl raft remove");
        assertThat(taker.take(LIMIT, Set.of(FakeMembers.id(1)))).isEqualTo(members.list.keySet());
    }

    @Test
    void whoComesAmongOthersMeanwhileTakesNoPlaceOfTheirs() {
        members.add(1, 2);
        members.meanwhile.add(() -> {});
        members.meanwhile.add(() -> {
            members.list.clear();
            members.add(5, 6);
        });
        assertThatThrownBy(() -> {
                    taker.take(LIMIT, Set.of(FakeMembers.id(1)));
                })
                .isInstanceOf(LogClosedException.class)
                .hasMessageContaining("expected an empty data directory");
        assertThat(members.asked).isEmpty();
    }

    @Test
    void aPlaceThatIsTakenMeanwhileIsNotTakenTwice() {
        members.add(1, 2);
        members.meanwhile.add(() -> {});
        members.meanwhile.add(() -> members.add(3));
        takes("was faster");
        assertThat(members.asked).isEmpty();
    }

    @Test
    void ofThoseThatWaitOneIsTheFirst() {
        members.add(1, 2);
        members.firstWaits = true;
        takes("Another node takes its own place first");
        assertThat(wanted.asked(now)).as("the others hear of it").isEqualTo(PlaceOp.WAITS);
        assertThat(members.asked).isEmpty();
        pass(WantedPlace.PATIENCE);
        takes("takes a place");
        assertThat(members.asked).as("that one does not take it").containsExactly("promote");
    }

    @Test
    void whoTakesItsOwnPlaceComesFirstHoweverLongItTakes() {
        members.add(1, 2);
        members.first = true;
        pass(WantedPlace.PATIENCE);
        takes("Another node takes its own place first");
        pass(WantedPlace.PATIENCE);
        takes("Another node takes its own place first");
        assertThat(members.asked).isEmpty();
    }

    @Test
    void whoIsBeingTakenInDoesNotFindThatThereIsNoPlace() {
        members.add(1, 2);
        members.promotion = new CompletableFuture<>();
        takes("too few are here");
        addHere(3); // Hazelcast adds it at once, and answers when it is in all groups
        takes("is being taken in");
        pass(WantedPlace.PATIENCE_ASKED);
        takes("is being taken in");
        members.joined = true;
        members.promotion.complete(null);
        takes("was taken in");
        assertThat(members.asked).containsExactly("promote");
    }

    @Test
    void whoWasTakenInAndNotToldSoTakesItsPlaceAnew() {
        members.add(1, 2);
        members.promotion = new CompletableFuture<>();
        takes("too few are here");
        addHere(3);
        members.promotion.completeExceptionally(new IllegalStateException("made by the test"));
        members.promotion = CompletableFuture.completedFuture(null);
        takes("takes a place");
        assertThat(members.asked).containsExactly("promote", "take off 3", "promote");
    }

    @Test
    void whoIsStartedAgainMeanwhileTakesItsPlaceAnewToo() {
        members.add(1, 2);
        members.promotion = new CompletableFuture<>();
        takes("too few are here");
        addHere(3);
        takes("is being taken in");
        members.start = new Object(); // in the same cluster; the answer never comes
        members.promotion = CompletableFuture.completedFuture(null);
        takes("takes a place");
        assertThat(members.asked).containsExactly("promote", "take off 3", "promote");
    }

    @Test
    void whatWasAskedInOneClusterRemovesNobodyFromTheNext() {
        for (boolean failed : new boolean[] {true, false}) {
            members.asked.clear();
            members.list.clear();
            members.add(1, 2);
            CompletableFuture<Void> promotion = new CompletableFuture<>();
            members.promotion = promotion;
            takes("too few are here");
            if (failed) {
                promotion.completeExceptionally(new IllegalStateException("made by the test"));
            }

            members.start = new Object();
            members.list.clear();
            members.add(4, 5);
            addHere(6); // lost, and nobody has told that it may be removed
            takes("Other nodes keep the channels");
            assertThat(members.asked).containsExactly("promote");
        }
    }

    @Test
    void aPlaceThatWasItsOwnInOneClusterIsNotInTheNext() {
        members.add(1, 2, 3);
        members.former.add(FakeMembers.id(3));
        members.meanwhile.add(() -> {});
        members.meanwhile.add(() -> members.silent = true);
        takes("too few are here");
        assertThat(wanted.asked(now)).isEqualTo(PlaceOp.TAKES_ITS_OWN);

        members.silent = false;
        members.list.clear();
        members.add(4, 5);
        members.first = true;
        takes("Another node takes its own place first");
        assertThat(wanted.asked(now)).isEqualTo(PlaceOp.WAITS);
        assertThat(members.asked).containsExactly("take off 3");
    }

    @Test
    void whoIsWhereALostOneWasDoesNotRemoveIt() {
        members.add(1, 2);
        addHere(3);
        takes("Other nodes keep the channels");
        pass(WantedPlace.PATIENCE);
        assertThatThrownBy(() -> taker.take(LIMIT, Set.of()))
                .isInstanceOf(LogClosedException.class)
                .hasMessageContaining("has none of its data");
        members.list.remove(FakeMembers.id(2));
        takes("expected the data directory of that one");
        assertThat(members.asked).isEmpty();
    }

    @Test
    void whoTakesItsOwnPlaceSaysSoForAsLongAsItTakes() {
        members.add(1, 2, 3);
        members.former.add(FakeMembers.id(3));
        members.meanwhile.add(() -> {});
        members.meanwhile.add(() -> members.silent = true); // most of the others are not here
        takes("too few are here");
        assertThat(members.asked).containsExactly("take off 3");
        for (int i = 0; i < 10; i++) {
            pass(WantedPlace.SAID_WITHIN);
            takes("too few are here");
            assertThat(wanted.asked(now)).isEqualTo(PlaceOp.TAKES_ITS_OWN);
        }
        members.silent = false;
        takes("takes a place");
        assertThat(members.asked).containsExactly("take off 3", "promote");
    }
}
