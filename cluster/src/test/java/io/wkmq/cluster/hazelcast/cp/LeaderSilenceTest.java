package io.wkmq.cluster.hazelcast.cp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Tests groups a and b, which are checked every 50 ms and may be silent for a second. */
class LeaderSilenceTest {
    private static final Duration LOOK = Duration.ofMillis(50);

    private final AtomicLong nanos = new AtomicLong();
    private final Map<String, Long> signs = new LinkedHashMap<>(Map.of("a", 0L, "b", 0L));
    private final LeaderSilence<String, Long> silence =
            new LeaderSilence<>(Duration.ofSeconds(1), LOOK.multipliedBy(3), nanos::get);

    LeaderSilenceTest() {
        assertThat(silence.silent(signs)).isEmpty();
    }

    private List<String> after(Duration time) {
        nanos.addAndGet(time.toNanos());
        return silence.silent(signs);
    }

    private void pass(int looks, String... heard) {
        for (int i = 1; i <= looks; i++) {
            for (String group : heard) {
                signs.merge(group, 1L, Long::sum);
            }
            assertThat(after(LOOK)).as("after look " + i).isEmpty();
        }
    }

    @Test
    void groupsThatHearNothingAreSilentAndAgainAfterAnotherLimit() {
        pass(20, "b");
        assertThat(after(LOOK)).containsExactly("a");
        pass(20, "b");
        assertThat(after(LOOK)).containsExactly("a");
    }

    @Test
    void signsAreCountedFromWhenTheyWereSeen() {
        pass(15);
        pass(1, "a", "b");
        pass(20);
        assertThat(after(LOOK)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void whoStoodStillHearsWhatWaitsForHimFirst() {
        pass(5);
        assertThat(after(Duration.ofSeconds(30))).isEmpty();
        pass(1, "a", "b");
    }

    @Test
    void whoIsHeldUpAllTheTimeSeesSilenceToo() {
        int looks = 1;
        while (after(Duration.ofMillis(400)).isEmpty()) {
            looks++;
        }
        assertThat(looks).isEqualTo(7); // each counts 150 ms
    }

    @Test
    void groupsThatAreGoneAndComeBackBeginAnew() {
        pass(15);
        signs.remove("a");
        pass(1, "b");
        signs.put("a", 0L);
        pass(20, "b");
        assertThat(after(LOOK)).isEmpty();
        signs.merge("b", 1L, Long::sum);
        assertThat(after(LOOK)).containsExactly("a");
    }
}
