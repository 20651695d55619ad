package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.testing.sim.Seeds;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TopicFilterTest {
    @Test
    void hasAtLeastOneCharacter() {
        assertThatThrownBy(() -> TopicFilter.of(""))
                .isInstanceOf(InvalidTopicException.class)
                .hasMessageContaining("[MQTT-4.7.3-1]");
    }

    @Test
    void holdsNoNullCharacter() {
        assertThatThrownBy(() -> TopicFilter.of("a/\0/#"))
                .isInstanceOf(InvalidTopicException.class)
                .hasMessageContaining("[MQTT-4.7.3-2]");
    }

    @Test
    void hasAtMost65535BytesOfUtf8() {
        assertThat(TopicFilter.of("+/".repeat(32_767) + "#").utf8()).hasSize(65_535);
        assertThatThrownBy(() -> TopicFilter.of("+/".repeat(32_767) + "ü"))
                .isInstanceOf(InvalidTopicException.class)
                .hasMessageContaining("[MQTT-4.7.3-3]");
    }

    @Test
    void isWellFormedUtf8() {
        assertThatThrownBy(() -> TopicFilter.of("+/\ud800"))
                .isInstanceOf(InvalidTopicException.class)
                .hasMessageContaining("[MQTT-1.5.4-1]");
    }

    @Test
    void multiLevelWildcardIsTheWholeLastLevel() {
        for (String text : new String[] {"a#", "#a", "a/#/b", "#/", "##", "a/b#", "+#"}) {
            assertThatThrownBy(() -> TopicFilter.of(text))
                    .as(text)
                    .isInstanceOf(InvalidTopicException.class)
                    .hasMessageContaining(text.equals("+#") ? "[MQTT-4.7.1-2]" : "[MQTT-4.7.1-1]");
        }
        assertThat(TopicFilter.of("#").wildcard()).isTrue();
        assertThat(TopicFilter.of("/#").wildcard()).isTrue();
    }

    @Test
    void singleLevelWildcardIsAWholeLevel() {
        for (String text : new String[] {"a+", "+a", "++", "a/b+/c", "a/+b"}) {
            assertThatThrownBy(() -> TopicFilter.of(text))
                    .as(text)
                    .isInstanceOf(InvalidTopicException.class)
                    .hasMessageContaining("[MQTT-4.7.1-2]");
        }
        for (String text : new String[] {"+", "+/+", "/+", "+/", "a/+/b", "+/#"}) {
            assertThat(TopicFilter.of(text).wildcard()).as(text).isTrue();
        }
    }

    @Test
    void matchesTheExamplesOfTheStandard() { // 4.7.1.2, 4.7.1.3
        assertMatches("sport/tennis/player1/#", "sport/tennis/player1");
        assertMatches("sport/tennis/player1/#", "sport/tennis/player1/ranking");
        assertMatches("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon");
        assertMatches("sport/#", "sport");
        assertMatches("#", "sport/tennis");
        assertMatches("sport/tennis/+", "sport/tennis/player1");
        assertMatchesNot("sport/tennis/+", "sport/tennis/player1/ranking");
        assertMatchesNot("sport/+", "sport");
        assertMatches("sport/+", "sport/");
        assertMatches("+/+", "/finance");
        assertMatches("/+", "/finance");
        assertMatchesNot("+", "/finance");
    }

    @Test
    void wildcardFirstDoesNotMatchDollarTopics() { // [MQTT-4.7.2-1]
        assertMatchesNot("#", "$SYS/monitor/Clients");
        assertMatchesNot("+/monitor/Clients", "$SYS/monitor/Clients");
        assertMatchesNot("+", "$");
        assertMatches("$SYS/#", "$SYS/monitor/Clients");
        assertMatches("$SYS/monitor/+", "$SYS/monitor/Clients");
        assertMatches("+/#", "a/$SYS");
        assertMatches("#", "/$SYS");
    }

    @Test
    void emptyLevelsCount() { // 4.7.1.1, 4.7.3
        assertMatches("/", "/");
        assertMatchesNot("/", "//");
        assertMatches("a//b", "a//b");
        assertMatchesNot("a/b", "a//b");
        assertMatches("a/+/b", "a//b");
        assertMatches("+/", "a/");
        assertMatchesNot("+/", "a");
        assertMatchesNot("a", "a/");
        assertMatchesNot("a/", "a");
        assertMatches("//#", "/");
        assertMatches("+/+", "/");
    }

    @Test
    void textsAreComparedAsTheyAre() { // [MQTT-4.7.3-4]
        assertMatchesNot("ACCOUNTS", "Accounts");
        assertMatchesNot("caf\u00e9/+", "cafe\u0301/x");
        assertMatches("?/*", "?/*");
        assertMatchesNot("?", "a");
    }

    @Test
    void matchesAsTheStandardSaysForRandomTopics() {
        Random random = Seeds.one("TopicFilterTest");
        Topics topics = new Topics(random);
        for (int i = 0; i < 200_000; i++) {
            TopicFilter filter = topics.filter();
            TopicName name = topics.name();
            assertThat(filter.matches(name))
                    .as("%s matches %s", filter, name)
                    .isEqualTo(Topics.standardMatches(filter.text(), name.text()));
        }
    }

    @Test
    void equalsByText() {
        assertThat(TopicFilter.of("a/+")).isEqualTo(TopicFilter.of("a/+")).hasSameHashCodeAs(TopicFilter.of("a/+"));
        assertThat(TopicFilter.of("a/+")).isNotEqualTo(TopicFilter.of("a/#"));
        assertThat(TopicFilter.of("ü/€/😀/#").text()).isEqualTo("ü/€/😀/#").hasToString("ü/€/😀/#");
    }

    private static void assertMatches(String filter, String name) {
        assertThat(TopicFilter.of(filter).matches(TopicName.of(name)))
                .as("%s matches %s", filter, name)
                .isTrue();
    }

    private static void assertMatchesNot(String filter, String name) {
        assertThat(TopicFilter.of(filter).matches(TopicName.of(name)))
                .as("%s matches %s", filter, name)
                .isFalse();
    }
}
