package io.wkmq.cluster.discovery.mcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HeardTest {
    private static final NodeId NOBODY = new NodeId(new UUID(0, 0));
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Heard heard = new Heard(Duration.ofSeconds(20));

    @Test
    void aSilentNodeIsForgotten() {
        heard.node(beacon("10.0.0.1"), 0);
        heard.node(beacon("10.0.0.2"), 10 * SECOND);

        assertThat(heard.found(NOBODY, 20 * SECOND).addresses()).hasSize(2);
        assertThat(heard.found(NOBODY, 21 * SECOND).addresses()).containsExactly(new SeedAddress("10.0.0.2", 65_535));
    }

    @Test
    void anOldBeaconOfANodeDoesNotHideWhereItIsNow() {
        assertThat(heard.node(beacon("10.0.0.2"), 0)).isTrue();
        assertThat(heard.node(beacon("10.0.0.1"), 1))
                .as("sent again by somebody")
                .isTrue();
        assertThat(heard.node(beacon("10.0.0.2"), 2)).as("not new").isFalse();

        assertThat(heard.found(NOBODY, 3).addresses()).contains(new SeedAddress("10.0.0.2", 65_535));
    }

    @Test
    void aFloodHasABound() {
        for (int i = 0; i < 10_000; i++) {
            heard.node(beacon("host" + i), i);
            heard.stranger("sender" + i, "remark " + i, i);
        }

        assertThat(heard.found(NOBODY, 10_000).addresses()).hasSize(Heard.ADDRESSES_MAX);
        assertThat(heard.found(NOBODY, 10_000).remarks()).hasSize(8);
    }

    @Test
    void aNodeDoesNotFindItself() {
        heard.node(beacon("10.0.0.1"), 0);

        assertThat(heard.found(new NodeId(new UUID(1, 2)), 0).addresses()).isEmpty();
    }

    private static Beacon beacon(String host) {
        return BeaconCodecTest.beacon("blue", new NodeName("wkmq", host), host);
    }
}
