package io.wkmq.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.wkmq.channel.engine.ReadStart;
import io.wkmq.routing.UserProperty;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayFilterTest {
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

    private static ReplayFilter from(String start) {
        return ReplayFilter.parse("$ch/plant/#", List.of(new UserProperty("wk-from", start)), NOW);
    }

    @Test
    void aStartMayStandInTheFilterOrInAProperty() {
        ReplayFilter filter = ReplayFilter.parse("$ch/plant@seq:7/a/+", List.of(), NOW);
        assertThat(filter.channel()).isEqualTo("plant");
        assertThat(filter.prefix()).isEqualTo("$ch/plant@seq:7/");
        assertThat(filter.topics().text()).isEqualTo("a/+");
        assertThat(filter.start()).isEqualTo(new ReadStart.Seq(7));
        assertThat(from("time:2026-11-20T09:00:00+01:00").start()).isEqualTo(new ReadStart.Time(NOW.toEpochMilli()));
    }

    /** The topics of what is delivered begin with it: they would be none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "$ch/plant@time:2026-11-20T09:00:00+01:00/#",
                "$ch/plant#/a",
                "$ch/+/a",
                "$s/+1/plant/#",
            })
    void whatStandsInFrontOfTheTopicsHasNoWildcards(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ReplayFilter.parse(text, List.of(), NOW));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "time:+300000000-01-01T00:00:00Z",
                "time:-300000000-01-01T00:00:00Z",
                "ago:3000000000w3000000000w3000000000w3000000000w3000000000w3000000000w",
            })
    void aTimeThatIsFarAwayIsNoStart(String start) {
        assertThatIllegalArgumentException().isThrownBy(() -> from(start)).withMessageContaining("far");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"earliest:7", "latest:x", "next:abc", "next:", "seq:-5", "last:-3", "last:0", "seq", "soon", ""})
    void aStartThatMakesNoSenseIsRefused(String start) {
        assertThatIllegalArgumentException().isThrownBy(() -> from(start));
    }

    @Test
    void anOffsetBeforeTheEpochIsRefused() {
        List<UserProperty> offset = List.of(new UserProperty("stream-offset", "-1"));
        assertThatIllegalArgumentException().isThrownBy(() -> ReplayFilter.parse("$ch/plant/#", offset, NOW));
        assertThatIllegalArgumentException().isThrownBy(() -> ReplayFilter.parse("$s/-1/plant/#", List.of(), NOW));
    }
}
