package io.wkmq.testing.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SeedsTest {
    private static List<Long> drawn(@Nullable String seed, @Nullable String schedules, int count) {
        List<Long> drawn = new ArrayList<>();
        new Seeds("test", seed, schedules, count).forEach(random -> drawn.add(random.nextLong()));
        return drawn;
    }

    @Test
    void aBuildAlwaysTakesTheSame() {
        assertThat(drawn(null, null, 5)).hasSize(5).doesNotHaveDuplicates();
        assertThat(drawn(null, null, 5)).isEqualTo(drawn("fixed", "", 5));
    }

    @Test
    void aSeedIsRepeatedAlone() {
        assertThat(drawn("3", null, 5)).containsExactly(drawn(null, null, 5).get(2));
    }

    @Test
    void moreSchedulesFollowTheFirst() {
        assertThat(drawn("3", "4", 5))
                .startsWith(drawn(null, null, 5).get(2), drawn(null, null, 5).get(3))
                .hasSize(4);
        assertThat(drawn(null, "7", 5)).startsWith(drawn(null, null, 5).toArray(Long[]::new));
    }

    @Test
    void exploringTakesOthersEachTime() {
        assertThat(drawn("random", null, 5)).hasSize(5).isNotEqualTo(drawn("random", null, 5));
    }

    @Test
    void theFirstDrawsOfNeighboursDiffer() {
        HashSet<Integer> firsts = new HashSet<>();
        new Seeds("test", null, null, 64).forEach(random -> firsts.add(random.nextInt(16)));
        assertThat(firsts).hasSizeGreaterThan(12);
        List<Integer> ofRandom = new ArrayList<>();
        for (long seed = 1; seed <= 64; seed++) {
            ofRandom.add(new Random(seed).nextInt(16));
        }
        assertThat(new HashSet<>(ofRandom)).as("why they are mixed").hasSize(1);
    }

    @Test
    void aFailureNamesItsSeed() {
        Seeds seeds = new Seeds("test", null, null, 5);
        List<Integer> runs = new ArrayList<>();
        assertThatThrownBy(() -> seeds.forEach(random -> {
                    runs.add(runs.size());
                    assertThat(runs).hasSizeLessThan(3);
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("test fails with -Dwkmq.seed=3: ");
    }

    @Test
    void whatIsNoSeedIsRefused() {
        assertThatThrownBy(() -> new Seeds("test", "some", null, 5)).hasMessageContaining("wkmq.seed=some");
    }
}
