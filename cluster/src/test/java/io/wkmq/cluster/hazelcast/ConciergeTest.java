package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.routing.NodeId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ConciergeTest {
    private static final Duration LIMIT = Duration.ofSeconds(12);
    private static final Duration STEP = Duration.ofSeconds(2);

    private final AtomicLong nanos = new AtomicLong();
    private final Map<NodeId, Talker> talkers = new LinkedHashMap<>();

    /** A node that tells the others whom it can reach. What it sends arrives at once, or is lost. */
    private final class Talker {
        private final Peer self;
        private final Reach reach;
        private final OperationMessenger messenger;
        private final Concierge concierge;
        private Set<NodeId> losing = Set.of();

        Talker(String name) {
            self = TestNode.peer(name);
            reach = new Reach(self.node(), LIMIT, InstantSource.system(), nanos::get);
            messenger = new OperationMessenger(this::send, LIMIT, nanos::get);
            concierge = new Concierge(
                    self.id(),
                    messenger,
                    new RemovedNodes(InstantSource.system()),
                    () -> {},
                    from -> {},
                    from -> {},
                    from -> {},
                    reach);
            talkers.put(self.id(), this);
        }

        private boolean send(NodeId to, MessageOperation message) {
            Talker receiver = talkers.get(to);
            if (receiver != null && !losing.contains(to)) {
                receiver.messenger.received(self.id(), message);
            }
            return true;
        }

        private List<Peer> others() {
            return talkers.values().stream()
                    .map(talker -> talker.self)
                    .filter(peer -> !peer.equals(self))
                    .toList();
        }

        private void meet() {
            others().forEach(peer -> reach.here(peer.id()));
        }

        private void compareViews() {
            reach.look(others());
            concierge.tellView(others());
        }
    }

    private void pass(Duration time) {
        for (long left = time.toNanos(); left > 0; left -= STEP.toNanos()) {
            nanos.addAndGet(STEP.toNanos());
            talkers.values().forEach(Talker::compareViews);
        }
    }

    @Test
    void twoNodesThatDoNotReachEachOtherThoughAThirdReachesBothAreNamedByAll() {
        Talker a = new Talker("a");
        Talker b = new Talker("b");
        Talker c = new Talker("c");
        talkers.values().forEach(Talker::meet);
        pass(LIMIT);
        assertThat(List.of(a, b, c))
                .allSatisfy(talker -> assertThat(talker.reach.cuts()).isEmpty());

        b.losing = Set.of(c.self.id());
        pass(LIMIT.plus(STEP));

        assertThat(List.of(a, b, c))
                .allSatisfy(talker -> assertThat(talker.reach.cuts())
                        .singleElement()
                        .satisfies(cut -> assertThat(List.of(cut.one(), cut.other()))
                                .containsExactlyInAnyOrder(b.self.node(), c.self.node())));

        b.losing = Set.of();
        pass(LIMIT);

        assertThat(List.of(a, b, c))
                .allSatisfy(talker -> assertThat(talker.reach.cuts()).isEmpty());
    }
}
