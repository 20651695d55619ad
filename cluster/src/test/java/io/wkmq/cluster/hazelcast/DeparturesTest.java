package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.hazelcast.Departures.GivenUp;
import io.wkmq.cluster.membership.MembershipStatus.Reason;
import io.wkmq.cluster.membership.MembershipStatus.Stopped;
import io.wkmq.cluster.membership.Peer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class DeparturesTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000);
    private static final Duration AUTOCLEAN = Duration.ofMinutes(5);

    private final AtomicLong nanos = new AtomicLong(-7);
    private final Peer peer = TestNode.peer("a");
    private final Departures departures = departures(AUTOCLEAN);

    private Departures departures(Duration autoclean) {
        return new Departures(autoclean, InstantSource.fixed(NOW), nanos::get);
    }

    private static Stopped stopped(Peer peer, Reason why) {
        return new Stopped(peer.id(), peer.node().name(), NOW, why);
    }

    @Test
    void aDeadNodeIsGivenUpWhenItsTimeIsUpAndOnlyOnce() {
        departures.gone(peer);
        nanos.addAndGet(AUTOCLEAN.toNanos() - 1);
        assertThat(departures.clean(Set.of())).isEmpty();
        assertThat(departures.stopped()).containsExactly(stopped(peer, Reason.DEAD));

        nanos.incrementAndGet();

        assertThat(departures.clean(Set.of())).containsExactly(new GivenUp(peer.node(), true));
        assertThat(departures.clean(Set.of())).isEmpty();
        assertThat(departures.stopped()).isEmpty();
    }

    @Test
    void withoutAutocleanADeadNodeStays() {
        Departures endless = departures(Duration.ZERO);
        endless.gone(peer);
        nanos.addAndGet(Duration.ofDays(1_000).toNanos());

        assertThat(endless.clean(Set.of())).isEmpty();
        assertThat(endless.stopped()).hasSize(1);
    }

    @Test
    void aNodeThatSaidSoHasLeftAndIsGivenUpAtOnceButShownForAWhile() {
        departures.leaves(peer.id());
        departures.gone(peer);

        assertThat(departures.clean(Set.of())).containsExactly(new GivenUp(peer.node(), false));
        assertThat(departures.clean(Set.of())).isEmpty();
        assertThat(departures.stopped()).containsExactly(stopped(peer, Reason.LEFT));
        nanos.addAndGet(AUTOCLEAN.toNanos());
        assertThat(departures.clean(Set.of())).isEmpty();
        assertThat(departures.stopped()).isEmpty();
    }

    @Test
    void aNodeThatSaidThatItLeavesAndDidNotDiesAsAnyOther() {
        departures.leaves(peer.id());
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        departures.gone(peer);

        assertThat(departures.stopped()).containsExactly(stopped(peer, Reason.DEAD));
    }

    @Test
    void aNodeThatIsRemovedIsGivenUpForGood() {
        departures.known(peer.node());

        assertThat(departures.clean(Set.of(peer.id()))).containsExactly(new GivenUp(peer.node(), false));
        assertThat(departures.clean(Set.of(peer.id()))).isEmpty();
        assertThat(departures.stopped()).isEmpty();
    }

    @Test
    void theSameRunThatComesBackWasCutOff() {
        departures.gone(peer);
        nanos.addAndGet(1_000);
        assertThat(departures.here(peer)).isEqualTo(Duration.ofNanos(1_000));
        assertThat(departures.here(peer)).isNull();

        departures.gone(peer);
        assertThat(departures.here(TestNode.nextRun(peer))).isNull();
        assertThat(departures.stopped()).isEmpty();
    }

    @Test
    void oneThatWasGivenUpMeanwhileWasCutOffToo() {
        departures.gone(peer);
        nanos.addAndGet(AUTOCLEAN.toNanos());
        assertThat(departures.clean(Set.of())).hasSize(1);

        assertThat(departures.here(peer)).isEqualTo(AUTOCLEAN);
    }

    @Test
    void thoseWhoWentFirstAreGivenUpWhenThereAreTooMany() {
        departures.gone(peer);
        for (int i = 0; i < Departures.KNOWN_MAX; i++) {
            nanos.incrementAndGet();
            departures.gone(TestNode.peer("other" + i));
        }

        assertThat(departures.clean(Set.of())).containsExactly(new GivenUp(peer.node(), true));
        assertThat(departures.stopped()).hasSize(Departures.KNOWN_MAX);
    }

    @Test
    void whomThisNodeLeftAreNoneOfItsStoppedNodes() {
        departures.gone(peer);

        assertThat(departures.leaveBehind()).isEqualTo(List.of(peer.node()));
        assertThat(departures.stopped()).isEmpty();
    }
}
