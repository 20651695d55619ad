package io.wkmq.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LogLimitTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may overflow
    private final LogLimit limit = new LogLimit(nanos::get);
    private final List<String> lines = new ArrayList<>();

    private void log(int node) {
        limit.log(new NodeId(new UUID(0, node)), leftOut -> lines.add(node + " after " + leftOut));
    }

    @Test
    void oneLineAMinuteIsLoggedForEachNode() {
        for (int i = 0; i < 100; i++) {
            log(1);
            log(2);
        }
        assertThat(lines).containsExactly("1 after 0", "2 after 0");
        nanos.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
        log(1);
        assertThat(lines).hasSize(2);
        nanos.addAndGet(1);
        log(1);
        log(1);
        log(2);
        assertThat(lines).containsExactly("1 after 0", "2 after 0", "1 after 100", "2 after 99");
    }

    @Test
    void nodesThatWereLoggedLongestAgoAreForgottenFirst() {
        log(0);
        for (int node = 1; node < LogLimit.THINGS_MAX; node++) {
            log(node);
        }
        log(0);
        assertThat(lines).hasSize(LogLimit.THINGS_MAX);
        log(LogLimit.THINGS_MAX);
        log(1);
        assertThat(lines).hasSize(LogLimit.THINGS_MAX + 1);
        log(0);
        assertThat(lines).hasSize(LogLimit.THINGS_MAX + 2).endsWith("0 after 0");
    }
}
