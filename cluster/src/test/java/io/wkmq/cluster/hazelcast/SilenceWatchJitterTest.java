package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.Detector;
import io.wkmq.testing.sim.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests a member whose heartbeats jitter as networks and machines cause it, as seen by the leader, with the default timeouts. */
final class SilenceWatchJitterTest {
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(8);
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final int RUNS = 20;

    /** Half an hour. */
    private static final int HEARTBEATS = 1_800;

    /** How far apart pauses begin, in heartbeats. */
    private static final int PAUSE_EVERY = 20;

    private static final Way QUIET = new Way(Duration.ofMillis(20), Duration.ZERO);
    private static final Way JITTER = new Way(Duration.ofMillis(500), Duration.ZERO);
    private static final Way SHORT_PAUSES = new Way(Duration.ofMillis(500), Duration.ofSeconds(2));
    private static final Way LONG_PAUSES = new Way(Duration.ofMillis(20), Duration.ofSeconds(4));

    /**
     * How heartbeats arrive.
     *
     * @param jitter the maximum delay of a heartbeat
     * @param pause how long the member occasionally hangs
     */
    private record Way(Duration jitter, Duration pause) {}

    @ParameterizedTest
    @EnumSource(Detector.class)
    void whoeverIsAliveStaysAndWhoeverDiesIsGivenUpBeforeTheLongestSilenceIsOver(Detector detector) {
        for (Way way : List.of(QUIET, JITTER, SHORT_PAUSES, LONG_PAUSES)) {
            List<Duration> silences = silences(way, detector);

            assertThat(silences)
                    .as("%s, %s", detector, way)
                    .allMatch(silence -> silence.compareTo(LIMIT.plus(LOOK.multipliedBy(2))) <= 0);
        }
    }

    @Test
    void aDeadlineIsTheSameForAll() {
        for (Way way : List.of(QUIET, JITTER, SHORT_PAUSES, LONG_PAUSES)) {
            assertThat(silences(way, Detector.DEADLINE)).allMatch(silence -> silence.compareTo(LIMIT) >= 0);
        }
    }

    @Test
    void theMoreRegularAMemberIsTheSoonerItIsMissed() {
        assertThat(silences(QUIET, Detector.PHI_ACCRUAL))
                .allMatch(silence -> silence.compareTo(Duration.ofMillis(5_500)) >= 0
                        && silence.compareTo(Duration.ofMillis(6_200)) <= 0);
        assertThat(silences(LONG_PAUSES, Detector.PHI_ACCRUAL)).allMatch(silence -> silence.compareTo(LIMIT) >= 0);
    }

    @Test
    void aNodeThatDoesNotLeadWaitsForItsLeaderAsLongAsAllOthersDo() {
        AtomicLong nanos = new AtomicLong();
        SilenceWatch<String> watch = new SilenceWatch<>(LIMIT, HEARTBEAT, Detector.PHI_ACCRUAL, nanos::get);
        long sign = 0;
        while (nanos.get() < TimeUnit.MINUTES.toNanos(1)) {
            if (nanos.addAndGet(LOOK.toNanos()) % HEARTBEAT.toNanos() == 0) {
                sign++;
            }
            assertThat(watch.silent(Map.of("leader", sign), "leader", Set.of("leader", "elder")))
                    .isEmpty();
        }

        Duration silence = Duration.ZERO;
        List<String> missed = List.of();
        while (missed.isEmpty()) {
            nanos.addAndGet(LOOK.toNanos());
            silence = silence.plus(LOOK);
            missed = watch.silent(Map.of("leader", sign), "leader", Set.of("leader", "elder"));
        }

        assertThat(silence).isEqualTo(LIMIT.minus(HEARTBEAT));
    }

    private static List<Duration> silences(Way way, Detector detector) {
        List<Duration> silences = new ArrayList<>();
        Seeds.of("silence " + detector + " " + way, RUNS)
                .forEach(random -> silences.add(silenceUntilGivenUp(way, detector, random)));
        System.out.println(detector + " " + way + ": given up after "
                + silences.stream().min(Duration::compareTo).orElseThrow() + " to "
                + silences.stream().max(Duration::compareTo).orElseThrow());
        return silences;
    }

    /** How long the member was silent when it was given up, having died in the end; it must not be before. */
    private static Duration silenceUntilGivenUp(Way way, Detector detector, Random random) {
        List<Long> signs = signs(way, random);
        AtomicLong millis = new AtomicLong();
        SilenceWatch<String> watch =
                new SilenceWatch<>(LIMIT, HEARTBEAT, detector, () -> TimeUnit.MILLISECONDS.toNanos(millis.get()));
        int heard = 0;
        while (watch.silent(Map.of("member", (long) heard), null, Set.of()).isEmpty()) {
            millis.addAndGet(LOOK.toMillis());
            while (heard < signs.size() && signs.get(heard) <= millis.get()) {
                heard++;
            }
        }
        assertThat(heard)
                .as("%s, %s: how many signs had come of all", detector, way)
                .isEqualTo(signs.size());
        return Duration.ofMillis(millis.get() - signs.get(signs.size() - 1));
    }

    /** When they come. None overtakes another, as they come by TCP; those that are due in a pause are one, at its end. */
    private static List<Long> signs(Way way, Random random) {
        List<Long> signs = new ArrayList<>();
        long last = 0;
        long stillUntil = 0;
        for (int i = 1; i <= HEARTBEATS; i++) {
            long due = i * HEARTBEAT.toMillis();
            if (i % PAUSE_EVERY == 0) {
                stillUntil = due - random.nextInt((int) HEARTBEAT.toMillis()) + way.pause.toMillis();
            }
            if (due + HEARTBEAT.toMillis() > stillUntil) {
                long sent = Math.max(due, stillUntil);
                last = Math.max(last, sent + random.nextInt((int) way.jitter.toMillis() + 1));
                signs.add(last);
            }
        }
        return signs;
    }
}
