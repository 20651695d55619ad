package io.wkmq.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LineWatchTest {
    private final AtomicLong nanos = new AtomicLong();
    private final LineWatch watch = new LineWatch(Duration.ofSeconds(2), nanos::get);

    private void pass(long ms) {
        nanos.addAndGet(Duration.ofMillis(ms).toNanos());
    }

    @Test
    void aLineOnWhichNothingIsAcknowledgedIsCut() {
        assertThat(watch.cut(1, 1_900, 0)).isFalse();
        pass(250);
        assertThat(watch.cut(2, 2_150, 0)).as("seems so").isFalse();
        pass(250);
        assertThat(watch.cut(2, 2_400, 0)).isTrue();
    }

    @Test
    void aNodeThatStandsStillIsNotCutOff() {
        for (int second = 0; second < 10; second++) {
            assertThat(watch.cut(second % 2, 1_000, 0)).isFalse();
            pass(1_000);
        }
        assertThat(watch.cut(0, 10_000, 0)).as("nothing was sent").isFalse();
    }

    @Test
    void whatIsSentFirstAfterBothStoodStillIsGivenAMoment() {
        assertThat(watch.cut(1, 5_000, 0)).isFalse();
        pass(1);
        assertThat(watch.cut(1, 5_001, 0))
                .as("looks that were missed are made up for at once")
                .isFalse();
        pass(40);
        assertThat(watch.cut(0, 0, 0)).isFalse();
        pass(1_000);
        assertThat(watch.cut(1, 5_000, 0)).as("it begins anew").isFalse();
    }

    @Test
    void aLineThatIsCutOneWayIsCut() {
        for (int look = 0; look < 8; look++) {
            assertThat(watch.cut(1, 100, 1 + look / 3)).as("look " + look).isFalse();
            pass(250);
        }
        assertThat(watch.cut(1, 100, 4)).isTrue();
    }

    @Test
    void whatIsLostNowAndThenIsNoCut() {
        for (int look = 0; look < 40; look++) {
            assertThat(watch.cut(1, 100, look % 7)).as("look " + look).isFalse();
            pass(250);
        }
    }

    @Test
    void whereTheSystemDoesNotTellNothingIsKnown() {
        EmbeddedChannel channel = new EmbeddedChannel();
        assertThat(watch.cut(channel)).isFalse();
        assertThat(channel.finish()).isFalse();
    }
}
