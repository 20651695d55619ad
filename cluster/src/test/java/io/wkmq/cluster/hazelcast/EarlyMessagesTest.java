package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.Address;
import io.wkmq.routing.NodeId;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EarlyMessagesTest {
    private static final NodeId NODE = new NodeId(new UUID(1, 1));

    private final List<Long> released = new ArrayList<>();
    private long now = -5;
    private final EarlyMessages early = new EarlyMessages(() -> now);
    private final Address here;
    private final Address elsewhere;

    EarlyMessagesTest() throws UnknownHostException {
        here = new Address("127.0.0.1", 6369);
        elsewhere = new Address("127.0.0.1", 6370);
    }

    @Test
    void theyAreHandedOnOnceTheirSenderIsAMember() {
        early.add(here, message(1, 10));
        early.add(elsewhere, message(2, 10));
        early.add(here, message(3, 10));

        release();
        release();

        assertThat(released).containsExactly(1L, 3L);
    }

    @Test
    void whatWaitsTooLongIsDropped() {
        early.add(here, message(1, 10));
        now += EarlyMessages.KEPT.toNanos() / 2;
        early.add(here, message(2, 10));
        now += EarlyMessages.KEPT.toNanos() / 2;

        release();

        assertThat(released).containsExactly(2L);
    }

    @Test
    void theirNumberAndTheirBytesAreBounded() {
        assertThat(early.add(here, message(1, EarlyMessages.BYTES_MAX))).isTrue();
        assertThat(early.add(here, message(2, 1))).isFalse();
        release();
        for (int i = 0; i < EarlyMessages.MESSAGES_MAX; i++) {
            assertThat(early.add(elsewhere, message(i, 1))).isTrue();
        }
        assertThat(early.add(here, message(3, 1))).isFalse();
        now += EarlyMessages.KEPT.toNanos();
        assertThat(early.add(here, message(4, EarlyMessages.BYTES_MAX))).isTrue();
    }

    private void release() {
        early.release(Map.of(here, NODE), (node, message) -> released.add(message.number()));
    }

    private static MessageOperation message(long number, int bytes) {
        return new MessageOperation(MessageOperation.REQUEST, 1, number, new byte[bytes]);
    }
}
