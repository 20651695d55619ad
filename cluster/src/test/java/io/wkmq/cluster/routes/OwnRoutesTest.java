package io.wkmq.cluster.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.routes.protocol.RouteMessage.Digest;
import io.wkmq.routing.Interest;
import io.wkmq.routing.ShareName;
import io.wkmq.routing.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OwnRoutesTest {
    private static final ShareName GROUP = new ShareName("g");

    private final OwnRoutes own = new OwnRoutes(7, new RouteLimits(100, 100, 100, 1 << 20, 200, 200));

    private void plain(String filter, boolean wanted) {
        own.changed(null, TopicFilter.of(filter), wanted ? 1 : 0, 0);
    }

    @Test
    void theHashIsThatOfWhatIsThere() {
        Digest empty = own.digest();
        plain("a", true);
        own.changed(GROUP, TopicFilter.of("a"), 2, 1);
        long both = own.digest().hash();
        own.changed(GROUP, TopicFilter.of("a"), 2, 2);
        assertThat(own.digest().hash()).isNotEqualTo(both);
        assertThat(own.digest().count()).isEqualTo(2);
        own.changed(GROUP, TopicFilter.of("a"), 2, 1);
        assertThat(own.digest().hash()).isEqualTo(both);
        own.changed(GROUP, TopicFilter.of("a"), 0, 0);
        plain("a", false);
        assertThat(own.digest()).isEqualTo(new Digest(7, 7, 6, empty.hash(), 0));
    }

    @Test
    void equalSetsHaveEqualHashesWhateverTheOrder() {
        Random random = new Random(5);
        Map<String, Boolean> wanted = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            String filter = "f" + random.nextInt(50);
            boolean now = !wanted.getOrDefault(filter, false);
            wanted.put(filter, now);
            plain(filter, now);
        }
        OwnRoutes other = new OwnRoutes(7);
        wanted.forEach((filter, is) -> {
            if (is) {
                other.changed(null, TopicFilter.of(filter), 1, 0);
            }
        });
        assertThat(other.digest().hash()).isEqualTo(own.digest().hash());
        assertThat(other.digest().count()).isEqualTo(own.digest().count());
    }

    @Test
    void nothingIsKeptWhileNobodyIsInterested() {
        plain("a", true);
        assertThat(own.from(1)).isNull();
        assertThat(own.from(2)).isEmpty();
        own.keepChanges(true);
        plain("b", true);
        assertThat(own.from(2)).containsExactly(Interest.plain(TopicFilter.of("b"), true));
        own.keepChanges(false);
        assertThat(own.from(2)).isNull();
        assertThat(own.digest().retainedFrom()).isEqualTo(3);
    }

    @Test
    void asManyChangesAreKeptAsMay() {
        own.keepChanges(true);
        for (int i = 1; i <= 250; i++) {
            plain("f" + i, true);
        }
        assertThat(own.digest().retainedFrom()).isEqualTo(151);
        assertThat(own.from(150)).isNull();
        List<Interest> all = new ArrayList<>();
        for (long next = 151; next <= own.seq(); ) {
            List<Interest> some = Objects.requireNonNull(own.from(next));
            assertThat(some).isNotEmpty();
            all.addAll(some);
            next += some.size();
        }
        assertThat(all).hasSize(100);
        assertThat(all.get(0).filter()).isEqualTo(TopicFilter.of("f151"));
        assertThat(all.get(99).filter()).isEqualTo(TopicFilter.of("f250"));
        own.trim(200);
        assertThat(own.from(200)).isNull();
        assertThat(own.from(201)).isNotEmpty();
    }

    @Test
    void theBytesOfWhatIsKeptAreBoundedToo() {
        OwnRoutes small = new OwnRoutes(7, new RouteLimits(1_000, 100, 100, 5_000, 200, 200));
        small.keepChanges(true);
        for (int i = 0; i < 100; i++) {
            small.changed(null, TopicFilter.of("x".repeat(920) + i), 1, 0);
        }
        assertThat(small.digest().seq() - small.digest().retainedFrom()).isLessThan(6);
    }

    @Test
    void oneLargeChangePushesAsManySmallOnesOutAsItTakes() {
        OwnRoutes small = new OwnRoutes(7, new RouteLimits(1_000, 100, 100, 5_000, 200, 200));
        small.keepChanges(true);
        for (int i = 0; i < 50; i++) {
            small.changed(null, TopicFilter.of("f" + i), 1, 0);
        }
        small.changed(null, TopicFilter.of("x".repeat(60_000)), 1, 0);
        small.changed(null, TopicFilter.of("last"), 1, 0);
        assertThat(small.digest().retainedFrom()).isEqualTo(small.digest().seq());
    }

    @Test
    void aMessageHoldsWhatFitsButOneAtLeast() {
        own.keepChanges(true);
        plain("x".repeat(500), true);
        plain("b", true);
        plain("c", true);
        assertThat(own.from(1)).hasSize(1);
        assertThat(own.from(2)).hasSize(2);
    }

    @Test
    void whoeverAttendsIsCalledOnceUntilHeLooks() {
        int[] calls = new int[1];
        own.whenChanged(() -> calls[0]++);
        plain("a", true);
        assertThat(calls[0]).as("nobody is interested").isZero();
        own.keepChanges(true);
        plain("b", true);
        plain("c", true);
        assertThat(calls[0]).isEqualTo(1);
        own.attend();
        plain("d", true);
        assertThat(calls[0]).isEqualTo(2);
    }
}
