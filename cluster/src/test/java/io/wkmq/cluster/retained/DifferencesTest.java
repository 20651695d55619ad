package io.wkmq.cluster.retained;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DifferencesTest {
    private final Differences differences = new Differences();

    @Test
    void aBucketThatBroughtSomethingIsAskedForAgainAtOnce() {
        differences.asked(7, 1, 2, 0, 0, true, false);
        assertThat(differences.worthAsking(7, 1, 2, 0, 0)).isTrue();
        assertThat(differences.worthAsking(8, 1, 2, 0, 0)).isTrue();
    }

    @Test
    void aBucketThatBroughtNothingWaitsForAChange() {
        differences.asked(7, 1, 2, 0, 0, false, false);
        assertThat(differences.worthAsking(7, 1, 2, 0, 1_000_000)).isFalse();
        assertThat(differences.worthAsking(7, 1, 3, 0, 500)).as("too early").isFalse();
        assertThat(differences.worthAsking(7, 1, 3, 0, 1_000)).isTrue();
        assertThat(differences.worthAsking(7, 4, 2, 0, 1_000)).isTrue();
        assertThat(differences.worthAsking(7, 1, 2, 1, 1_000))
                .as("there is room")
                .isTrue();
    }

    @Test
    void theMoreOftenItWasInVainTheRarerItIsAskedFor() {
        long now = 0;
        for (int i = 0; i < 50; i++) {
            differences.asked(7, i, 0, 0, now, false, true);
            assertThat(differences.worthAsking(7, i + 1, 0, 0, now + 300_000)).isTrue();
            now += 300_000;
        }
        assertThat(differences.worthAsking(7, -1, 0, 0, now - 1)).isFalse();
        differences.same(7);
        assertThat(differences.worthAsking(7, -1, 0, 0, now)).isTrue();
    }
}
