package io.wkmq.cluster.hazelcast.cp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class LeaderStatusTest {
    private static final LeaderStatus STATUS =
            new LeaderStatus(3, 90, 88, new UUID(1, -2), List.of(new UUID(1, -2), new UUID(-3, 4), new UUID(5, 6)));

    @Test
    void itIsWhatItWas() {
        assertThat(LeaderStatus.of(STATUS.toNumbers())).isEqualTo(STATUS);
        LeaderStatus alone = new LeaderStatus(0, 0, 0, new UUID(0, 0), List.of());
        assertThat(LeaderStatus.of(alone.toNumbers())).isEqualTo(alone);
    }

    @Test
    void whatIsNoSuchFormIsRefused() {
        long[] numbers = STATUS.toNumbers();
        for (int length = 0; length < numbers.length; length++) {
            long[] cut = Arrays.copyOf(numbers, length);
            if (length >= 5 && (length - 5) % 2 == 0) {
                assertThat(LeaderStatus.of(cut).members()).hasSize((length - 5) / 2);
            } else {
                assertThatThrownBy(() -> LeaderStatus.of(cut))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("expected 5 and two for each member");
            }
        }
    }
}
