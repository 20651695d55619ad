package io.wkmq.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.MembershipStatus;
import io.wkmq.cluster.membership.MembershipStatus.Heals;
import io.wkmq.cluster.membership.MembershipStatus.Reason;
import io.wkmq.cluster.membership.MembershipStatus.Running;
import io.wkmq.cluster.membership.MembershipStatus.Stopped;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MajorityTest {
    private final List<Stopped> stopped = new ArrayList<>();

    @Test
    void nodeAloneIsAll() {
        assertThat(sees(5)).isTrue();
    }

    @Test
    void oneOfThreeIsNone() {
        dead(1, 2);

        assertThat(sees(0)).isFalse();
    }

    @Test
    void twoOfThreeAreOne() {
        dead(0);

        assertThat(sees(1, 2)).isTrue();
    }

    @Test
    void ofTwoHalvesItIsTheOneWithTheLeastIdentity() {
        dead(0, 3);
        assertThat(sees(1, 2)).isFalse();

        stopped.clear();
        dead(1, 2);
        assertThat(sees(0, 3)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(value = Reason.class, mode = EnumSource.Mode.EXCLUDE, names = "DEAD")
    void nodesThatArePartedWithDoNotCount(Reason why) {
        stopped.add(new Stopped(id(0), null, Instant.EPOCH, why));
        stopped.add(new Stopped(id(1), null, Instant.EPOCH, why));

        assertThat(sees(2)).isTrue();
    }

    private void dead(int... numbers) {
        for (int number : numbers) {
            stopped.add(new Stopped(id(number), null, Instant.EPOCH, Reason.DEAD));
        }
    }

    private boolean sees(int... numbers) {
        List<Running> running = new ArrayList<>();
        for (int number : numbers) {
            Peer peer = new Peer(node(number), number, "127.0.0.1", 1, 1);
            running.add(new Running(peer, null, Instant.EPOCH));
        }
        return Majority.here(
                new MembershipStatus(node(numbers[0]), running, stopped, List.of(), new Heals(0, 0, null), null));
    }

    private static Node node(int number) {
        return new Node(id(number), new NodeName("n" + number, "127.0.0.1"));
    }

    private static NodeId id(int number) {
        return new NodeId(new UUID(1, number));
    }
}
