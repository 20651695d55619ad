package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TopicNameTest {
    @Test
    void hasAtLeastOneCharacter() {
        assertThatThrownBy(() -> TopicName.of(""))
                .isInstanceOf(InvalidTopicException.class)
                .hasMessageContaining("[MQTT-4.7.3-1]");
        assertThat(TopicName.of(" ").text()).isEqualTo(" ");
        assertThat(TopicName.of("/").text()).isEqualTo("/");
    }

    @Test
    void holdsNoWildcard() {
        for (String text : new String[] {"+", "#", "a/+", "a/#", "a+b", "a#"}) {
            assertThatThrownBy(() -> TopicName.of(text))
                    .as(text)
                    .isInstanceOf(InvalidTopicException.class)
                    .hasMessageContaining("[MQTT-4.7.0-1]");
        }
    }

    @Test
    void holdsNoNullCharacter() {
        assertThatThrownBy(() -> TopicName.of("a\0b"))
                .isInstanceOf(InvalidTopicException.class)
                .hasMessageContaining("[MQTT-4.7.3-2]");
    }

    @Test
    void hasAtMost65535BytesOfUtf8() {
        assertThat(TopicName.of("a".repeat(65_535)).utf8()).hasSize(65_535);
        for (String text : new String[] {"a".repeat(65_536), "ü".repeat(32_768), "a".repeat(1_000_000)}) {
            assertThatThrownBy(() -> TopicName.of(text))
                    .isInstanceOf(InvalidTopicException.class)
                    .hasMessageContaining("[MQTT-4.7.3-3]")
                    .hasMessageContaining("...");
        }
    }

    @Test
    void isNotNormalized() { // [MQTT-4.7.3-4]
        assertThat(TopicName.of("A")).isNotEqualTo(TopicName.of("a"));
        assertThat(TopicName.of("\u00e9")).isNotEqualTo(TopicName.of("e\u0301"));
        assertThat(TopicName.of("/a")).isNotEqualTo(TopicName.of("a"));
        assertThat(TopicName.of("a ")).isNotEqualTo(TopicName.of("a"));
    }

    @Test
    void isWellFormedUtf8() {
        for (String text : new String[] {"\ud800", "a\udc00", "\ud83d/x", "\ude00\ud83d"}) {
            assertThatThrownBy(() -> TopicName.of(text))
                    .isInstanceOf(InvalidTopicException.class)
                    .hasMessageContaining("[MQTT-1.5.4-1]");
        }
        assertThat(TopicName.of("?/\ud83d\ude00").text()).isEqualTo("?/\ud83d\ude00");
    }

    @Test
    void keepsItsUtf8() {
        assertThat(TopicName.of("ü/€/😀").utf8()).isEqualTo("ü/€/😀".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void isReservedWhenItStartsWithDollar() {
        assertThat(TopicName.of("$SYS/x").reserved()).isTrue();
        assertThat(TopicName.of("$").reserved()).isTrue();
        assertThat(TopicName.of("a/$SYS").reserved()).isFalse();
        assertThat(TopicName.of("/$SYS").reserved()).isFalse();
    }

    @Test
    void hasOneLevelMoreThanSlashes() {
        assertThat(TopicName.of("a").levels()).isEqualTo(1);
        assertThat(TopicName.of("/").levels()).isEqualTo(2);
        assertThat(TopicName.of("a//ü/").levels()).isEqualTo(4);
        assertThat(TopicFilter.of("+/a/#").levels()).isEqualTo(3);
    }

    @Test
    void equalsByText() {
        assertThat(TopicName.of("a/b")).isEqualTo(TopicName.of("a/b")).hasSameHashCodeAs(TopicName.of("a/b"));
        assertThat(TopicName.of("AaAa")).isNotEqualTo(TopicName.of("BBBB")); // their texts hash alike
        assertThat(TopicName.of("a/b").toString()).isEqualTo("a/b");
    }
}
