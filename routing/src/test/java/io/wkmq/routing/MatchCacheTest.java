package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MatchCacheTest {
    private final MatchCache<Subscribers> cache = new MatchCache<>(64);

    @Test
    void findsAMatchOfTheSameTopicAndVersionOnly() {
        Match<Subscribers> match = match(5);
        cache.put(TopicName.of("a"), match);
        assertThat(cache.find(TopicName.of("a"), 5)).isSameAs(match);
        assertThat(cache.find(TopicName.of("a"), 6)).isNull();
        assertThat(cache.find(TopicName.of("a"), 4)).isNull();
        assertThat(cache.find(TopicName.of("b"), 5)).isNull();
    }

    @Test
    void keepsNoMoreTopicsThanItsBound() {
        for (int i = 0; i < 10_000; i++) {
            cache.put(TopicName.of("t/" + i), match(1));
        }
        int kept = 0;
        for (int i = 0; i < 10_000; i++) {
            kept += cache.find(TopicName.of("t/" + i), 1) == null ? 0 : 1;
        }
        assertThat(kept).isBetween(32, 64);
    }

    @Test
    void keepsMostOfAsManyTopicsAsHalfItsBound() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 32; i++) {
                cache.put(TopicName.of("topic/" + i), match(1));
            }
        }
        int kept = 0;
        for (int i = 0; i < 32; i++) {
            kept += cache.find(TopicName.of("topic/" + i), 1) == null ? 0 : 1;
        }
        assertThat(kept).isGreaterThan(22);
    }

    @Test
    void keepsNeitherLongTopicsNorMatchesWithManyTargets() {
        TopicName longTopic = TopicName.of("a".repeat(1_000));
        cache.put(longTopic, match(1));
        assertThat(cache.find(longTopic, 1)).isNull();
        Route<Subscribers> route = new Route<>(TopicFilter.of("a"), 1);
        Match<Subscribers> wide =
                new Match<>(1, Collections.nCopies(1_000, route), new int[] {0}, List.of(), List.of());
        cache.put(TopicName.of("a"), wide);
        assertThat(cache.find(TopicName.of("a"), 1)).isNull();
    }

    @Test
    void letsGoOfWhatIsOutdatedAsNewMatchesCome() {
        for (int i = 0; i < 64; i++) {
            cache.put(TopicName.of("old/" + i), match(1));
        }
        for (int i = 0; i < 64; i++) {
            cache.put(TopicName.of("new"), match(2));
        }
        for (int i = 0; i < 64; i++) {
            assertThat(cache.find(TopicName.of("old/" + i), 1)).isNull();
        }
        assertThat(cache.find(TopicName.of("new"), 2)).isNotNull();
    }

    @Test
    void itsBoundIsPositive() {
        assertThatThrownBy(() -> new MatchCache<Subscribers>(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MatchCache<Subscribers>(Integer.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class);
        MatchCache<Subscribers> smallest = new MatchCache<>(1);
        smallest.put(TopicName.of("a"), match(1));
        assertThat(smallest.find(TopicName.of("a"), 1)).isNotNull();
    }

    private static Match<Subscribers> match(long version) {
        return new Match<>(version, List.of(), new int[0], List.of(), List.of());
    }
}
