package io.wkmq.broker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "17, 17",
        "1B, 1",
        "1KB, 1024",
        "64kb, 65536",
        "8MB, 8388608",
        "1.5KB, 1536",
        "2GB, 2147483648",
        "1TB, 1099511627776",
        "10 MB, 10485760"
    })
    void sizesAre1024Based(String text, long bytes) {
        assertThat(Units.bytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MB", "-1KB", "1XB", "8 M B", "1e3", "99999999999999999999", "9000000000000000TB"})
    void otherSizesAreRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Units.bytes(text))
                .withMessageStartingWith("expected a size");
    }

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "100ms, PT0.1S",
        "30s, PT30S",
        "5m, PT5M",
        "2h, PT2H",
        "1d, P1D",
        "1w, P7D",
        "1h30m, PT1H30M",
        "1d2h3m4s5ms, P1DT2H3M4.005S",
        "1.5s, PT1.5S",
        "1M, PT1M"
    })
    void durationsMayChainUnits(String text, Duration duration) {
        assertThat(Units.duration(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "30 s", "1h30", "-5s", "5y", "s30", "999999999999w"})
    void otherDurationsAreRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Units.duration(text))
                .withMessageStartingWith("expected a");
    }

    @ParameterizedTest
    @CsvSource({"on, true", "ON, true", "true, true", "off, false", "False, false"})
    void flagsAreOnAndOff(String text, boolean flag) {
        assertThat(Units.flag(text)).isEqualTo(flag);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yes", "1", "enabled"})
    void otherFlagsAreRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Units.flag(text)).withMessage("expected on or off");
    }

    @Test
    void percentagesNeedTheirSign() {
        assertThat(Units.percent("60%")).isEqualTo(0.6);
        assertThat(Units.percent("12.5 %")).isEqualTo(0.125);
        assertThatIllegalArgumentException().isThrownBy(() -> Units.percent("0.6"));
    }

    @Test
    void whatIsShownReadsBackTheSame() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            long bytes = random.nextLong(1L << random.nextInt(1, 50)) << random.nextInt(4);
            assertThat(Units.bytes(Units.show(bytes))).as("seed %s", seed).isEqualTo(bytes);
            Duration duration = Duration.ofMillis(random.nextLong(1L << random.nextInt(1, 40)));
            assertThat(Units.duration(Units.show(duration))).as("seed %s", seed).isEqualTo(duration);
        }
    }
}
