package io.wkmq.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Audience;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Qos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutgoingQueueTest {
    private static final int BYTES = (int) message("p", Qos.AT_MOST_ONCE, 0).bytes;

    @Test
    void whoFindsItEmptyWakesTheLink() {
        OutgoingQueue queue = queue(10L * BYTES);
        assertThat(queue.post(message("p", Qos.AT_MOST_ONCE, 0))).isTrue();
        assertThat(queue.post(message("p", Qos.AT_MOST_ONCE, 1))).isFalse();
        queue.poll();
        assertThat(queue.post(message("p", Qos.AT_MOST_ONCE, 2))).isTrue();
    }

    @Test
    void thereIsMoreRoomForThoseWhoseMessagesMustNotBeDropped() {
        OutgoingQueue queue = queue(2L * BYTES);
        assertThat(queue.reserve(message("p", Qos.AT_MOST_ONCE, 0))).isTrue();
        assertThat(queue.reserve(message("p", Qos.AT_LEAST_ONCE, 0))).isTrue();
        assertThat(queue.reserve(message("p", Qos.AT_MOST_ONCE, 0))).isFalse();
        assertThat(queue.reserve(message("p", Qos.EXACTLY_ONCE, 0))).isFalse();
        for (int i = 2; i < 2 * LinkSettings.HARD_FACTOR; i++) {
            assertThat(queue.reserveMore(message("p", Qos.EXACTLY_ONCE, 0))).isTrue();
        }
        assertThat(queue.reserveMore(message("p", Qos.EXACTLY_ONCE, 0))).isFalse();
        assertThat(queue.bytes()).isEqualTo(2L * LinkSettings.HARD_FACTOR * BYTES);
        queue.release(2L * LinkSettings.HARD_FACTOR * BYTES);
        assertThat(queue.reserve(message("p", Qos.AT_MOST_ONCE, 0))).isTrue();
    }

    @Test
    void oneMessageAlwaysHasRoomInAnEmptyQueue() {
        OutgoingQueue queue = queue(1);
        assertThat(queue.reserve(message("p", Qos.AT_MOST_ONCE, 0))).isTrue();
        assertThat(queue.reserve(message("p", Qos.AT_LEAST_ONCE, 0))).isFalse();
    }

    @Test
    void whatEachThreadPostsIsPolledInItsOrder() throws InterruptedException {
        OutgoingQueue queue = queue(Long.MAX_VALUE / 8);
        List<Thread> posters = new ArrayList<>();
        for (String publisher : List.of("a", "b", "c")) {
            Thread poster = new Thread(() -> {
                for (int i = 0; i < 20_000; i++) {
                    queue.post(message(publisher, Qos.AT_MOST_ONCE, i));
                }
            });
            poster.start();
            posters.add(poster);
        }
        Map<String, Integer> next = new HashMap<>();
        int polled = 0;
        while (polled < 60_000) {
            Outgoing first = queue.poll();
            if (first != null) {
                polled++;
                int number = TestMessages.number(first.message);
                assertThat(next.merge(first.message.publisher(), 1, Integer::sum))
                        .isEqualTo(number + 1);
            }
        }
        assertThat(queue.poll()).isNull();
        for (Thread poster : posters) {
            poster.join();
        }
    }

    private static OutgoingQueue queue(long bytes) {
        return new OutgoingQueue(new LinkSettings("127.0.0.1", 0, 0, bytes, Duration.ofSeconds(1)));
    }

    private static Outgoing message(String publisher, Qos qos, int number) {
        return new Outgoing(TestMessages.message(publisher, qos, number), Audience.PLAIN, HandOver.NONE);
    }
}
