package io.wkmq.benchmarks.channel;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChannelMainTest {
    /** The load checks by itself that all is appended, and read as it was. */
    @Test
    void messagesAreAppendedAndRead() {
        assertThatCode(() -> ChannelMain.run(Duration.ofMillis(50))).doesNotThrowAnyException();
    }
}
