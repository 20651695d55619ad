package io.wkmq.broker.leak;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LeakWatchTest {
    @Test
    void aBufferThatIsNotReleasedIsFoundOut() {
        assertThat(LeakWatch.provoked()).isZero();

        PooledByteBufAllocator.DEFAULT.directBuffer(10).touch(LeakWatch.ON_PURPOSE);

        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            LeakWatch.look();
            return LeakWatch.provoked() == 1;
        });
    }
}
