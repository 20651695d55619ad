package io.wkmq.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.wkmq.channel.engine.ReadStart;
import io.wkmq.routing.UserProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

    private static @Nullable String cursor(String text, UserProperty... properties) {
        return ReplayFilter.parse(text, List.of(properties), NOW).cursor();
    }

    @Test
    void aCursorMayStandInTheFilterOrInAProperty() {
        UserProperty named = new UserProperty("wk-cursor", "billing");
        assertThat(cursor("$ch/plant/#", named)).isEqualTo("billing");
        assertThat(cursor("$ch/plant@earliest/#", named)).isEqualTo("billing");
        assertThat(cursor("$ch/plant@cursor:a.b-c_1/#", named)).isEqualTo("a.b-c_1");
        assertThat(ReplayFilter.parse("$ch/plant@cursor:a@seq:7/#", List.of(), NOW))
                .extracting(ReplayFilter::cursor, ReplayFilter::start, ReplayFilter::channel)
                .containsExactly("a", new ReadStart.Seq(7), "plant");
    }

    @Test
    void whoSaysWhereToBeginInTheFilterOrInTheWordsOfEmqxHasNoCursorUnlessItSaysSo() {
        UserProperty offset = new UserProperty("stream-offset", "earliest");
        assertThat(cursor("$ch/plant/#")).isNull();
        assertThat(cursor("$ch/plant/#", new UserProperty("wk-from", "earliest"), offset))
                .isNull();
        assertThat(cursor("$ch/plant/#", new UserProperty("wk-cursor", ""))).isEmpty();
        assertThat(cursor("$ch/plant@earliest/#")).isEmpty();
        assertThat(cursor("$ch/plant/#", offset)).isEmpty();
        assertThat(cursor("$ch/plant/#", offset, new UserProperty("wk-cursor", "a")))
                .isEqualTo("a");
        assertThat(cursor("$s/earliest/plant/#", new UserProperty("wk-cursor", "a")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$ch/plant@cursor:/#",
                "$ch/plant@cursor:a b/#",
                "$ch/plant@cursor:client:x/#",
                "$ch/plant@cursor/#"
            })
    void aCursorWithoutAProperNameIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ReplayFilter.parse(text, List.of(), NOW));
    }

    @Test
    void aGroupHasANameAndAnOrderIfItWantsOne() {
        assertThat(ReplayFilter.parse("$share/g/$ch/plant@earliest/a/#", List.of(), NOW))
                .extracting(ReplayFilter::group, ReplayFilter::ordered, ReplayFilter::prefix, ReplayFilter::channel)
                .containsExactly("g", false, "$ch/plant@earliest/", "plant");
        assertThat(ReplayFilter.parse("$queue/$ch/plant/#", List.of(), NOW).group())
                .isEqualTo("$queue");
        assertThat(ReplayFilter.parse("$share/g/$ch/plant/#", List.of(new UserProperty("wk-group", "ordered")), NOW)
                        .ordered())
                .isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReplayFilter.parse(
                        "$share/g/$ch/plant/#", List.of(new UserProperty("wk-group", "random")), NOW));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReplayFilter.parse("$share//$ch/plant/#", List.of(), NOW));
    }

    @Test
    void anOffsetBeforeTheEpochIsRefused() {
        List<UserProperty> offset = List.of(new UserProperty("stream-offset", "-1"));
        assertThatIllegalArgumentException().isThrownBy(() -> ReplayFilter.parse("$ch/plant/#", offset, NOW));
        assertThatIllegalArgumentException().isThrownBy(() -> ReplayFilter.parse("$s/-1/plant/#", List.of(), NOW));
    }
}
