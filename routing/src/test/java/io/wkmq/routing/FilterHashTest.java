package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FilterHashTest {
    private final FilterHash hash = new FilterHash(0x5DEECE66DL);

    private static SubscriptionFilter filter(String text) {
        return SubscriptionFilter.parse(text);
    }

    @Test
    void equalFiltersHaveTheSame() {
        assertThat(hash.of(filter("a/+/b"))).isEqualTo(hash.of(filter("a/+/b")));
        assertThat(hash.of(filter("$share/g/a/#"))).isEqualTo(hash.of(filter("$share/g/a/#")));
        assertThat(hash.of(filter("$queue/a"))).isEqualTo(hash.of(filter("$share/$queue/a")));
    }

    @Test
    void filterAndGroupBothCount() {
        Set<Integer> hashes = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            hashes.add(hash.of(filter("a/" + i)));
            hashes.add(hash.of(filter("$share/g/a/" + i)));
            hashes.add(hash.of(filter("$share/g" + i + "/a")));
        }
        assertThat(hashes).hasSizeGreaterThan(2_990);
    }

    /** Else a client could choose filters that collide. */
    @Test
    void theSeedDecidesWhichFiltersCollide() {
        FilterHash other = new FilterHash(0);
        SubscriptionFilter one = filter("device/12");
        SubscriptionFilter two = filter("device/21");

        assertThat(other.of(one)).isEqualTo(other.of(two));
        assertThat(hash.of(one)).isNotEqualTo(hash.of(two));
    }
}
