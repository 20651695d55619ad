package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.membership.SeedSource;
import io.wkmq.routing.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SearchTest {
    private static final SeedAddress SEED = new SeedAddress("a", 1);
    private static final SeedAddress MET = new SeedAddress("b", 2);
    private static final SeedAddress HEARD = new SeedAddress("c", 3);

    private final AtomicLong nanos = new AtomicLong();
    private final NodeId b = new NodeId(UUID.randomUUID());

    private Search search(boolean heal) {
        return new Search(() -> List.of(SEED), heal, nanos::get);
    }

    @Test
    void othersAreLookedForAtSeedsWhereTheyWereMetAndWhereTheyWereHeardOf() {
        Search search = search(true);
        search.met(Map.of(b, MET));
        search.heardOf(HEARD);
        assertThat(search.seeds()).containsExactlyInAnyOrder(SEED, MET, HEARD);

        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(search.seeds()).containsExactlyInAnyOrder(SEED, MET);

        search.forget(b);
        assertThat(search.seeds()).containsExactly(SEED);
    }

    @Test
    void withoutAutohealOnlyANodeThatNeverMetOthersLooksForThem() {
        Search search = search(false);
        search.met(Map.of());
        assertThat(search.on()).isTrue();

        search.met(Map.of(b, MET));
        assertThat(search.on()).isFalse();
        assertThat(search(true).on()).isTrue();
    }

    @Test
    void aNodeThatLeftLooksForNobodyUntilItJoins() {
        Search search = search(true);
        search.met(Map.of(b, MET));

        search.stayAlone();
        assertThat(search.on()).isFalse();
        assertThat(search.seeds()).isEmpty();

        search.joinOthers();
        assertThat(search.on()).isTrue();
        assertThat(search.seeds()).containsExactly(SEED);
    }

    @Test
    void aRestEnds() {
        Search search = search(true);
        search.rest(Duration.ofSeconds(30));
        assertThat(search.on()).isFalse();
        assertThat(search.seeds()).isEmpty();

        nanos.addAndGet(Duration.ofSeconds(30).toNanos());
        assertThat(search.on()).isTrue();
        assertThat(search.seeds()).containsExactly(SEED);
    }

    @Test
    void thereIsNoSearchWhileAChangeRuns() {
        Search search = search(true);
        search.pause(true);
        assertThat(search.on()).isFalse();
        assertThat(search.seeds()).isEmpty();

        search.pause(false);
        assertThat(search.on()).isTrue();
    }

    @Test
    void manyWhoLookForThisNodeDoNotAddUp() {
        Search search = search(true);
        for (int port = 1; port <= 2 * Search.KNOWN_MAX; port++) {
            search.heardOf(new SeedAddress("c", port));
        }
        assertThat(search.seeds()).hasSize(Search.KNOWN_MAX + 1);
    }

    @Test
    void nodesThatWereGivenUpAreStillLookedForButSeldom() {
        Search search = search(true);
        search.met(Map.of(b, MET));

        search.giveUp(b);

        assertThat(search.seeds()).containsExactly(SEED);
        assertThat(search.givenUp()).containsExactly(MET);
        assertThat(search.givenUp()).isEmpty();
        nanos.addAndGet(Search.SELDOM.toNanos());
        assertThat(search.givenUp()).containsExactly(MET);
        nanos.addAndGet(Search.SELDOM.toNanos());
        search.forget(b);
        assertThat(search.givenUp()).isEmpty();
        search.met(Map.of(b, MET));
        search.giveUp(b);
        search.met(Map.of(b, MET));
        assertThat(search.givenUp()).isEmpty();
    }

    @Test
    void nodesThatEarlierRunsGaveUpAreLookedForSeldom() {
        Search search = new Search(
                new SeedSource() {
                    @Override
                    public List<SeedAddress> seeds() {
                        return List.of();
                    }

                    @Override
                    public Map<NodeId, SeedAddress> givenUp() {
                        return Map.of(b, MET);
                    }
                },
                true,
                nanos::get);

        assertThat(search.seeds()).isEmpty();
        assertThat(search.givenUp()).containsExactly(MET);
        assertThat(search.givenUp()).isEmpty();
        search.met(Map.of(b, MET));
        nanos.addAndGet(Search.SELDOM.toNanos());
        assertThat(search.givenUp()).isEmpty();
    }
}
