package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class EventThreadTest {
    @Test
    void whatFailsWithAnErrorIsRunAgain() {
        AtomicInteger rounds = new AtomicInteger();
        try (EventThread thread = new EventThread("test")) {
            thread.every(Duration.ofMillis(1), () -> {
                throw new AssertionError("on purpose, round " + rounds.incrementAndGet());
            });

            Await.until("it goes on", () -> rounds.get() >= 3);
        }
    }

    @Test
    void anErrorOfOneListenerDoesNotKeepTheOthersFromHearing() {
        Peer peer = TestNode.peer("b");
        List<String> told = new ArrayList<>();
        PeerTable table = new PeerTable(TestNode.peer("a"), Runnable::run);
        table.listen(listener(() -> {
            throw new AssertionError("on purpose");
        }));
        table.listen(listener(() -> told.add("told")));

        table.show(List.of(peer));
        table.show(List.of());

        assertThat(told).containsExactly("told", "told");
    }

    private static MembershipListener listener(Runnable onChange) {
        return new MembershipListener() {
            @Override
            public void here(Peer peer) {
                onChange.run();
            }

            @Override
            public void gone(Peer peer) {
                onChange.run();
            }
        };
    }
}
