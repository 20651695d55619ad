package io.wkmq.cluster.discovery.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WatchTest {
    @Test
    void pausesGetLongerUntilAWatchLasts() {
        long pause = Watch.pauseMs(1_000, false);
        assertThat(pause).isEqualTo(2_000);
        for (int i = 0; i < 10; i++) {
            pause = Watch.pauseMs(pause, false);
        }
        assertThat(pause).isEqualTo(30_000);
        assertThat(Watch.pauseMs(pause, true)).isEqualTo(1_000);
    }
}
