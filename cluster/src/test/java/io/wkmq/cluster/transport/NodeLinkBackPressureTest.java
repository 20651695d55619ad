package io.wkmq.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.transport.LinkStatus.State;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Qos;
import io.wkmq.testing.Await;
import io.wkmq.testing.Deadline;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests publishers whose messages another node does not take as fast as they arrive. */
@ExtendWith(LeakCheck.class)
class NodeLinkBackPressureTest {
    private static final int PAYLOAD_BYTES = 1_000;
    private static final long MESSAGE_BYTES =
            TestMessages.message("p0", Qos.AT_LEAST_ONCE, 0, PAYLOAD_BYTES).bytes();
    private static final int PUBLISHERS = 8;
    private static final int MESSAGES = 100;
    private static final int ROOM = 50;

    @Test
    void publishersOfANodeThatDoesNotReadWaitAndNothingIsRefused() {
        Queue<HandOver> taken = new ConcurrentLinkedQueue<>();
        try (LinkNode a = LinkNode.withoutClock("a", ROOM * MESSAGE_BYTES);
                LinkNode b = LinkNode.withoutClock("b", MESSAGE_BYTES);
                LinkNode c = LinkNode.withoutClock("c", ROOM * MESSAGE_BYTES)) {
            b.inlet = (from, message, plain, groups, handOver) -> {
                handOver.expect();
                taken.add(handOver);
                return List.of();
            };
            LinkNode.meet(a, b);
            LinkNode.meet(a, c);
            List<PipeliningPublisher> publishers = publishers(a, b);
            publishers.forEach(PipeliningPublisher::pump);
            assertThat(publishers).allMatch(PipeliningPublisher::held);
            assertThat(publishers.stream().mapToInt(PipeliningPublisher::sent).sum())
                    .as("each has one message more on its way than there is room for")
                    .isEqualTo(ROOM + PUBLISHERS);
            assertThat(a.statusOf(b).queuedBytes()).isEqualTo((ROOM + PUBLISHERS) * MESSAGE_BYTES);
            assertThat(a.count(LinkCounter.HELD_BACK)).isEqualTo(PUBLISHERS);

            PipeliningPublisher elsewhere = new PipeliningPublisher(a, c, "elsewhere", 30, PAYLOAD_BYTES);
            elsewhere.pump();
            Await.until("who publishes to another node is not held", elsewhere::through);
            Await.until("the node has got something", () -> !taken.isEmpty());
            for (int i = 0; i < 3 * LinkSettings.MISSES_MAX; i++) {
                b.beat();
                c.beat();
                a.beat();
            }
            assertThat(a.statusOf(b).state()).isEqualTo(State.OPEN);
            assertThat(publishers).allMatch(PipeliningPublisher::held);

            long most = 0;
            Deadline deadline = Deadline.after(Await.DEFAULT);
            while (!publishers.stream().allMatch(PipeliningPublisher::through)) {
                assertThat(deadline.passed())
                        .as("all messages are acknowledged in time")
                        .isFalse();
                HandOver next = taken.poll();
                if (next != null) {
                    next.done();
                }
                publishers.forEach(PipeliningPublisher::pump);
                most = Math.max(most, a.statusOf(b).queuedBytes());
            }
            assertThat(most).isLessThanOrEqualTo((ROOM + PUBLISHERS) * MESSAGE_BYTES);
            assertAllCame(publishers, a, b);
            assertThat(a.count(LinkCounter.HELD_BACK)).isGreaterThan(PUBLISHERS);
            assertThat(a.count(LinkCounter.LOST)).isZero();
            a.awaitEmptyQueue(b);
        }
    }

    @Test
    void nodesThatHoldBackEachOthersPublishersGoOn() throws InterruptedException {
        Queue<HandOver> taken = new ConcurrentLinkedQueue<>();
        Inlet slow = (from, message, plain, groups, handOver) -> {
            handOver.expect();
            taken.add(handOver);
            return List.of();
        };
        try (LinkNode a = LinkNode.withoutClock("a", MESSAGE_BYTES);
                LinkNode b = LinkNode.withoutClock("b", MESSAGE_BYTES)) {
            a.inlet = slow;
            b.inlet = slow;
            LinkNode.meet(a, b);
            List<PipeliningPublisher> there = publishers(a, b);
            List<PipeliningPublisher> back = publishers(b, a);
            there.forEach(PipeliningPublisher::pump);
            back.forEach(PipeliningPublisher::pump);
            assertThat(there).anyMatch(PipeliningPublisher::held);
            assertThat(back).anyMatch(PipeliningPublisher::held);
            Taking taking = new Taking(taken);
            Await.until("all messages are acknowledged", () -> {
                there.forEach(PipeliningPublisher::pump);
                back.forEach(PipeliningPublisher::pump);
                return there.stream().allMatch(PipeliningPublisher::through)
                        && back.stream().allMatch(PipeliningPublisher::through);
            });
            taking.stop();
            assertAllCame(there, a, b);
            assertAllCame(back, b, a);
        }
    }

    @Test
    void publishersGoOnWhenTheNodeIsGone() {
        try (LinkNode a = LinkNode.withoutClock("a", ROOM * MESSAGE_BYTES);
                LinkNode b = LinkNode.withoutClock("b", ROOM * MESSAGE_BYTES)) {
            a.links.here(b.peer()); // which does not take the link
            List<PipeliningPublisher> publishers = publishers(a, b);
            publishers.forEach(PipeliningPublisher::pump);
            assertThat(publishers).allMatch(PipeliningPublisher::held);
            a.links.gone(b.peer());
            Await.until("nobody is held", () -> publishers.stream().noneMatch(PipeliningPublisher::held));
            publishers.forEach(PipeliningPublisher::pump);
            assertThat(publishers).allMatch(PipeliningPublisher::through);
        }
    }

    private static List<PipeliningPublisher> publishers(LinkNode from, LinkNode to) {
        return IntStream.range(0, PUBLISHERS)
                .mapToObj(i -> new PipeliningPublisher(from, to, "p" + i, MESSAGES, PAYLOAD_BYTES))
                .toList();
    }

    private static void assertAllCame(List<PipeliningPublisher> publishers, LinkNode from, LinkNode to) {
        for (PipeliningPublisher each : publishers) {
            assertThat(each.failures()).isEmpty();
            assertThat(to.numbersOf(each.name()))
                    .isEqualTo(IntStream.range(0, MESSAGES).boxed().toList());
        }
        assertThat(from.count(LinkCounter.REJECTED)).isZero();
        assertThat(from.count(LinkCounter.DROPPED)).isZero();
    }
}
