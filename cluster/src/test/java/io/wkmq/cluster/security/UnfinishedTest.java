package io.wkmq.cluster.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.junit.jupiter.api.Test;

class UnfinishedTest {
    private final Unfinished<Integer> unfinished = new Unfinished<>(5, 3);

    @Test
    void newOneTakesTheRoomOfTheOldest() {
        for (int i = 1; i <= 5; i++) {
            assertThat(unfinished.add(i, from(i))).isNull();
        }
        assertThat(unfinished.add(6, from(6))).isEqualTo(1);
        unfinished.remove(2);
        assertThat(unfinished.add(7, from(7))).isNull();
        assertThat(unfinished.add(8, from(8))).isEqualTo(3);
    }

    @Test
    void whoComesTooOftenPushesNobodyElseOut() {
        unfinished.add(1, from(1));
        unfinished.add(2, from(2));
        for (int i = 3; i <= 5; i++) {
            assertThat(unfinished.add(i, from(9))).isNull();
        }
        for (int i = 6; i <= 100; i++) {
            assertThat(unfinished.add(i, from(9))).isEqualTo(i - 3);
        }
        assertThat(unfinished.add(101, from(3))).as("the oldest of all").isEqualTo(1);
    }

    @Test
    void onesWithoutAnAddressAreBoundedToo() {
        for (int i = 1; i <= 3; i++) {
            assertThat(unfinished.add(i, null)).isNull();
        }
        assertThat(unfinished.add(4, null)).isEqualTo(1);
    }

    private static SocketAddress from(int host) {
        return new InetSocketAddress("10.0.0." + host, 40_000);
    }
}
