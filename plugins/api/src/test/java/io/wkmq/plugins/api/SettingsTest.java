package io.wkmq.plugins.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final Path HOME = Path.of("/opt/broker");
    private static final Duration DAY = Duration.ofDays(1);

    private enum Colour {
        RED,
        LIGHT_BLUE
    }

    @Test
    void givesDefaultsForWhatIsMissing() throws InvalidSettingsException {
        Settings settings = settings(Map.of());
        assertThat(settings.text("a", "x")).isEqualTo("x");
        assertThat(settings.integer("b", 3, 1, 5)).isEqualTo(3);
        assertThat(settings.flag("c", true)).isTrue();
        assertThat(settings.choice("d", Colour.LIGHT_BLUE)).isEqualTo(Colour.LIGHT_BLUE);
        assertThat(settings.duration("e", Duration.ofSeconds(90), Duration.ZERO, DAY))
                .isEqualTo(Duration.ofSeconds(90));
        assertThat(settings.path("f", "etc/x")).isEqualTo(HOME.resolve("etc/x"));
        settings.check();
    }

    @Test
    void readsWhatIsThere() throws InvalidSettingsException {
        Settings settings = settings(Map.of(
                "a", " y ", "b", " 5", "c", "off", "d", "light_blue", "e", "1h30m", "f", "/absolute", "g", "false"));
        assertThat(settings.text("a", "x")).isEqualTo(" y ");
        assertThat(settings.integer("b", 3, 1, 5)).isEqualTo(5);
        assertThat(settings.flag("c", true)).isFalse();
        assertThat(settings.choice("d", Colour.RED)).isEqualTo(Colour.LIGHT_BLUE);
        assertThat(settings.duration("e", DAY, Duration.ZERO, DAY)).isEqualTo(Duration.ofMinutes(90));
        assertThat(settings.path("f", "etc/x")).isEqualTo(Path.of("/absolute"));
        assertThat(settings.flag("g", true)).isFalse();
        settings.check();
    }

    @Test
    void reportsEverythingThatIsWrongAtOnce() {
        Settings settings =
                settings(Map.of("a", "6", "b", "six", "c", "yes", "d", "green", "e", "2d", "f", "", "g", "1"));
        assertThat(settings.integer("a", 3, 1, 5)).isEqualTo(3);
        assertThat(settings.integer("b", 3, 1, 5)).isEqualTo(3);
        assertThat(settings.flag("c", true)).isTrue();
        assertThat(settings.choice("d", Colour.RED)).isEqualTo(Colour.RED);
        assertThat(settings.duration("e", DAY, Duration.ZERO, DAY)).isEqualTo(DAY);
        assertThat(settings.path("f", "x")).isEqualTo(HOME.resolve("x"));
        settings.error("h", "contradicts a");
        assertThatThrownBy(settings::check)
                .isInstanceOfSatisfying(
                        InvalidSettingsException.class,
                        e -> assertThat(e.errors())
                                .containsExactly(
                                        "plugin.x.a: is '6'; expected a whole number from 1 to 5",
                                        "plugin.x.b: is 'six'; expected a whole number from 1 to 5",
                                        "plugin.x.c: is 'yes'; expected on or off",
                                        "plugin.x.d: is 'green'; expected one of red, light_blue",
                                        "plugin.x.e: is '2d'; expected a time from 0s to 1d, such as 30s or 1h30m",
                                        "plugin.x.f: is ''; expected a path",
                                        "plugin.x.h: contradicts a",
                                        "plugin.x.g: there is no such setting; expected one of a, b, c, d, e, f"));
    }

    @Test
    void doesNotShowValues() {
        assertThat(settings(Map.of("password", "secret"))).hasToString("Settings[password]");
    }

    @ParameterizedTest
    @CsvSource({"100ms, 100", "30s, 30000", "5m, 300000", "2h, 7200000", "1d, 86400000", "1h30m, 5400000", "0s, 0"})
    void readsAndWritesTimes(String text, long milliseconds) {
        Duration duration = Duration.ofMillis(milliseconds);
        assertThat(DurationText.parse(text)).isEqualTo(duration);
        assertThat(DurationText.print(duration)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "m", "-5m", "5 m", "5x", "1m1h", "99999999999999999999s", "1.5h"})
    void refusesOtherTimes(String text) {
        assertThat(DurationText.parse(text)).isNull();
    }

    private static Settings settings(Map<String, String> values) {
        return new Settings("plugin.x.", HOME, values);
    }
}
