package io.wkmq.broker.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.NodeName;
import io.wkmq.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeFactsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PT0.9S       | 0 seconds",
                "PT59S        | 59 seconds",
                "PT1M         | 1 minutes, 0 seconds",
                "PT1H5S       | 1 hours, 0 minutes, 5 seconds",
                "P2DT3H4M5S   | 2 days, 3 hours, 4 minutes, 5 seconds"
            })
    void uptimeIsWrittenAsEmqDoes(Duration up, String text) {
        ManualClock clock = new ManualClock();
        Instant start = clock.instant();
        clock.advance(up);

        assertThat(new NodeFacts(NodeName.parse("a@b"), "1", clock, start).uptime())
                .isEqualTo(text);
    }
}
