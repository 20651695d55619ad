package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Peer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PeerTableTest {
    private final Peer self = TestNode.peer("self");
    private final Peer a = TestNode.peer("a");
    private final Peer b = TestNode.peer("b");
    private final PeerTable table = new PeerTable(self, Runnable::run);
    private final List<String> told = listen();

    private List<String> listen() {
        List<String> events = new ArrayList<>();
        table.listen(new MembershipListener() {
            @Override
            public void here(Peer peer) {
                events.add("here " + peer.node().name().name());
            }

            @Override
            public void gone(Peer peer) {
                events.add("gone " + peer.node().name().name());
            }
        });
        return events;
    }

    @Test
    void onlyDifferencesAreTold() {
        table.show(List.of(self, a));
        table.show(List.of(self, a));
        table.show(List.of(self, a, b));
        table.show(List.of(self, b));

        assertThat(told).containsExactly("here a", "here b", "gone a");
        assertThat(table.peers()).containsExactly(b);
    }

    @Test
    void aNewRunOfANodeMeansThatTheOldOneIsGone() {
        Peer again = TestNode.peer("a", a.id());
        table.show(List.of(self, a));
        table.show(List.of(self, again));

        assertThat(told).containsExactly("here a", "gone a", "here a");
        assertThat(table.peers()).containsExactly(again);
    }

    @Test
    void ofTwoRunsOfOneNodeTheLaterCounts() {
        Peer again = TestNode.peer("a", a.id());
        table.show(List.of(self, a, again));

        assertThat(told).containsExactly("here a");
        assertThat(table.peers()).containsExactly(again);
    }

    @Test
    void aListenerThatComesLateIsToldWhoIsHere() {
        table.show(List.of(self, a));

        assertThat(listen()).containsExactly("here a");
    }

    @Test
    void aListenerThatFailsDoesNotKeepOthersFromListening() {
        table.listen(new MembershipListener() {
            @Override
            public void here(Peer peer) {
                throw new IllegalStateException("out of order");
            }

            @Override
            public void gone(Peer peer) {}
        });
        List<String> later = listen();

        table.show(List.of(self, a));

        assertThat(told).containsExactly("here a");
        assertThat(later).containsExactly("here a");
    }
}
