package io.wkmq.cluster.hazelcast.cp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class WantedPlaceTest {
    private final WantedPlace place = new WantedPlace();
    private long now = Long.MAX_VALUE - Duration.ofSeconds(20).toNanos(); // it overflows meanwhile

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void whoFindsNoPlaceWaitsForAWhile() {
        assertThat(place.asked(now)).isEqualTo(PlaceOp.NONE);
        assertThat(place.full(now, true)).isTrue();
        pass(WantedPlace.PATIENCE.minusNanos(1));
        assertThat(place.full(now, true)).isTrue();
        pass(Duration.ofNanos(1));
        assertThat(place.full(now, true)).isFalse();
        assertThat(place.asked(now)).as("it gave up").isEqualTo(PlaceOp.NONE);
    }

    @Test
    void whoIsAskedWaitsOnButNotForEver() {
        long since = now;
        while (now - since < WantedPlace.PATIENCE_MAX.toNanos()) {
            assertThat(place.full(now, true)).isTrue();
            assertThat(place.asked(now)).isEqualTo(PlaceOp.WAITS);
            pass(WantedPlace.PATIENCE_ASKED.minusNanos(1));
        }
        assertThat(place.full(now, true)).isFalse();
    }

    @Test
    void whoMayNotDoWithoutAPlaceWaitsForAsLongAsItIsAsked() {
        for (int i = 0; i < 20; i++) {
            assertThat(place.full(now, false)).isTrue();
            assertThat(place.asked(now)).isEqualTo(PlaceOp.WAITS);
            pass(WantedPlace.PATIENCE_ASKED.minusNanos(1));
        }
        assertThat(place.full(now, false)).isTrue();
        pass(Duration.ofNanos(1));
        assertThat(place.full(now, false)).isFalse();
    }

    @Test
    void whoWasAskedWaitsALittleMore() {
        assertThat(place.full(now, true)).isTrue();
        assertThat(place.asked(now)).isEqualTo(PlaceOp.WAITS);
        pass(WantedPlace.PATIENCE_ASKED.minusNanos(1));
        assertThat(place.full(now, true)).isTrue();
        pass(Duration.ofNanos(1));
        assertThat(place.full(now, true)).isFalse();
    }

    @Test
    void whoDoesNotSayItAgainDoesNotWait() {
        assertThat(place.full(now, true)).isTrue();
        pass(WantedPlace.SAID_WITHIN.minusNanos(1));
        assertThat(place.asked(now)).isEqualTo(PlaceOp.WAITS);
        pass(Duration.ofNanos(1));
        assertThat(place.asked(now)).isEqualTo(PlaceOp.NONE);
        pass(WantedPlace.PATIENCE);
        assertThat(place.full(now, true)).as("it was asked once").isTrue();
        pass(WantedPlace.PATIENCE_ASKED);
        assertThat(place.full(now, true)).isFalse();
    }

    @Test
    void amongOthersANodeHasNoPlaceOfItsOwn() {
        place.takesItsOwn();
        assertThat(place.asked(now)).isEqualTo(PlaceOp.TAKES_ITS_OWN);
        place.hasNoneOfItsOwn();
        assertThat(place.takingItsOwn()).isFalse();
        assertThat(place.asked(now)).isEqualTo(PlaceOp.NONE);
    }

    @Test
    void whoFindsAPlaceWaitsAnewNextTime() {
        assertThat(place.full(now, true)).isTrue();
        pass(WantedPlace.PATIENCE);
        place.free(now);
        assertThat(place.asked(now)).as("so does who is about to take it").isEqualTo(PlaceOp.WAITS);
        assertThat(place.full(now, true)).as("another one has taken it").isTrue();
        pass(WantedPlace.PATIENCE);
        assertThat(place.full(now, true)).isFalse();
    }

    @Test
    void aFreePlaceIsLeftToOthersForAWhileOnly() {
        assertThat(place.free(now)).isTrue();
        pass(WantedPlace.PATIENCE.minusNanos(1));
        assertThat(place.free(now)).isTrue();
        pass(Duration.ofNanos(1));
        assertThat(place.free(now)).as("they do not take it").isFalse();
        place.full(now, true);
        assertThat(place.free(now)).as("that was another one").isTrue();
        place.taken();
        assertThat(place.asked(now)).isEqualTo(PlaceOp.NONE);
    }

    @Test
    void whoTakesItsOwnPlaceSaysSoUntilItHasItOrAnotherOneHas() {
        place.takesItsOwn();
        assertThat(place.asked(now)).isEqualTo(PlaceOp.TAKES_ITS_OWN);
        place.free(now);
        pass(WantedPlace.PATIENCE_ASKED); // most of the others are not here
        assertThat(place.takingItsOwn()).isTrue();
        assertThat(place.asked(now)).isEqualTo(PlaceOp.TAKES_ITS_OWN);
        place.taken();
        assertThat(place.asked(now)).isEqualTo(PlaceOp.NONE);

        place.takesItsOwn();
        assertThat(place.full(now, true)).isTrue();
        assertThat(place.takingItsOwn()).isFalse();
        assertThat(place.asked(now)).isEqualTo(PlaceOp.WAITS);
    }
}
