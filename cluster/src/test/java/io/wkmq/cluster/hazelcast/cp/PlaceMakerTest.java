package io.wkmq.cluster.hazelcast.cp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Tests five members that keep the channels, some of which are removed from the cluster while another node waits for a place. */
final class PlaceMakerTest {
    private static final int COUNT = 5;

    private final FakeMembers members = new FakeMembers();
    private final PlaceMaker maker = new PlaceMaker(members, COUNT);
    private final Set<UUID> here = new HashSet<>();
    private final Set<UUID> gone = new HashSet<>();

    PlaceMakerTest() {
        for (int i = 1; i <= COUNT; i++) {
            members.add(i);
            here.add(FakeMembers.id(i));
        }
    }

    private void remove(int number) {
        gone.add(FakeMembers.id(number));
        here.remove(FakeMembers.id(number));
        members.filling.remove(FakeMembers.id(number));
    }

    private boolean makesPlace(int number) {
        return maker.make(FakeMembers.id(number), () -> here, gone::contains)
                .toCompletableFuture()
                .join();
    }

    @Test
    void aRemovedOneMakesPlaceForOneThatWaits() {
        remove(5);
        members.waits = false;
        assertThat(makesPlace(5)).isFalse();
        members.waits = true;
        assertThat(makesPlace(4)).as("it is not removed").isFalse();
        assertThat(members.asked).isEmpty();
        assertThat(makesPlace(5)).isTrue();
        assertThat(members.asked).containsExactly("take off 5");
        assertThat(makesPlace(5)).as("there is a place").isFalse();
    }

    @Test
    void twoThatAreRemovedDoNotKeepEachOthersPlaces() {
        remove(4);
        remove(5);
        assertThat(makesPlace(5)).isTrue();
        members.add(6);
        here.add(FakeMembers.id(6));
        assertThat(makesPlace(4)).isTrue();
    }

    @Test
    void thoseThatAreLeftHaveToBeMost() {
        remove(3);
        remove(4);
        remove(5);
        assertThat(makesPlace(5)).isFalse();
        assertThat(members.asked).isEmpty();
    }

    @Test
    void allOthersHaveToBeHereAndToMissNothing() {
        remove(5);
        members.filling.put(FakeMembers.id(1), Optional.of(new int[] {3}));
        assertThat(makesPlace(5)).as("it misses something").isFalse();
        members.filling.put(FakeMembers.id(1), Optional.empty());
        assertThat(makesPlace(5)).as("another one is where it was").isFalse();
        members.filling.remove(FakeMembers.id(1));
        assertThat(makesPlace(5)).as("it does not answer").isFalse();
        members.filling.put(FakeMembers.id(1), Optional.of(new int[0]));
        here.remove(FakeMembers.id(2));
        assertThat(makesPlace(5)).as("it is not in the registry").isFalse();
        assertThat(members.asked).isEmpty();
    }

    @Test
    void aReplicaThatANodeIsHereWithDoesNotMakePlace() {
        remove(5);
        here.add(FakeMembers.id(5));
        assertThat(makesPlace(5)).as("by another id").isFalse();
        here.remove(FakeMembers.id(5));
        members.filling.put(FakeMembers.id(5), Optional.of(new int[] {1}));
        assertThat(makesPlace(5)).as("and the registry does not know yet").isFalse();
        members.filling.remove(FakeMembers.id(5));
        members.failing.put(FakeMembers.id(5), new TimeoutException());
        assertThat(makesPlace(5)).as("it may be").isFalse();
        assertThat(members.asked).isEmpty();
        members.filling.put(FakeMembers.id(5), Optional.empty());
        assertThat(makesPlace(5)).as("another one is where it was").isTrue();
    }

    @Test
    void whatIsNotSoAnyMoreAtTheEndMakesNoPlace() {
        remove(5);
        members.meanwhile.add(() -> gone.remove(FakeMembers.id(5)));
        assertThat(makesPlace(5)).isFalse();
        assertThat(members.asked).isEmpty();
    }
}
