package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.Detector;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Tests members a, b and c, of which a leads, as seen by a fourth: a heartbeat every second, checked four times as often. */
final class SilenceWatchTest {
    private static final Duration LOOK = Duration.ofMillis(250);

    private final AtomicLong nanos = new AtomicLong();
    private final Map<String, Long> signs = new LinkedHashMap<>();
    private Set<String> elders = Set.of("a", "b", "c");
    private final SilenceWatch<String> watch =
            new SilenceWatch<>(Duration.ofSeconds(8), Duration.ofSeconds(1), Detector.DEADLINE, nanos::get);

    SilenceWatchTest() {
        List.of("a", "b", "c").forEach(member -> signs.put(member, 0L));
        assertThat(watch.silent(signs, "a", elders)).isEmpty();
    }

    private List<String> after(Duration time) {
        nanos.addAndGet(time.toNanos());
        return watch.silent(signs, "a", elders);
    }

    /** For so many looks only these are heard; nobody is given up meanwhile. */
    private void pass(int looks, String... heard) {
        for (int i = 1; i <= looks; i++) {
            for (String member : heard) {
                signs.merge(member, 1L, Long::sum);
            }
            assertThat(after(LOOK)).as("after look " + i).isEmpty();
        }
    }

    @Test
    void allThatOneCutTookAwayAreGivenUpTogetherAndTheLeaderLast() {
        pass(4, "a", "b", "c");
        pass(4, "b"); // its last sign of life came a second later
        pass(27);

        assertThat(after(LOOK)).containsExactly("c", "b", "a");

        pass(100);
    }

    @Test
    void thoseWhoAreHeardStay() {
        pass(27, "b");
        assertThat(after(LOOK)).containsExactly("c", "a");
        pass(100, "b");
    }

    @Test
    void whoeverWouldLeadNextWaitsUntilTheOthersHaveMissedTheLeaderToo() {
        pass(27, "b", "c");
        assertThat(after(LOOK)).as("b would lead").containsExactly("a");

        elders = Set.of("a");
        pass(1, "a", "b", "c");
        pass(31, "b", "c");
        assertThat(after(LOOK)).as("this node would lead").containsExactly("a");
    }

    @Test
    void whileTheLeaderIsHeardItDecides() {
        pass(200, "a");
    }

    @Test
    void theLeaderGivesUpWhoeverIsSilentForTooLong() {
        for (int i = 0; i < 31; i++) {
            signs.merge("b", 1L, Long::sum);
            nanos.addAndGet(LOOK.toNanos());
            assertThat(watch.silent(signs, null, Set.of())).isEmpty();
        }
        nanos.addAndGet(LOOK.toNanos());
        assertThat(watch.silent(signs, null, Set.of())).containsExactly("c", "a");
    }

    @Test
    void aMemberThatPausesIsWaitedFor() {
        pass(28); // seven seconds
        pass(4, "a", "b", "c");
        pass(28);
    }

    @Test
    void timeInWhichThisNodeStoodStillDoesNotCount() {
        pass(4, "a", "b", "c");

        assertThat(after(Duration.ofSeconds(30))).isEmpty();
        pass(27);
        assertThat(after(LOOK)).containsExactly("c", "b", "a");
    }

    @Test
    void whoeverIsHeardAgainIsGivenUpAgain() {
        pass(31);
        assertThat(after(LOOK)).containsExactly("c", "b", "a");
        pass(1, "a", "b", "c");
        pass(31);
        assertThat(after(LOOK)).containsExactly("c", "b", "a");
    }
}
