package io.wkmq.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TopicLimitsTest {
    @Test
    void countsBytesNotCharacters() {
        TopicLimits limits = new TopicLimits(6, 128);

        assertThat(limits.exceededBy("abcdef")).isFalse();
        assertThat(limits.exceededBy("abcdefg")).isTrue();
        assertThat(limits.exceededBy("\u20ac\u20ac")).isFalse();
        assertThat(limits.exceededBy("\u20ac\u20aca")).isTrue();
        assertThat(limits.exceededBy("\ud83d\ude00ab")).isFalse();
        assertThat(limits.exceededBy("\ud83d\ude00abc")).isTrue();
    }

    @Test
    void countsLevels() {
        TopicLimits limits = new TopicLimits(4096, 3);

        assertThat(limits.exceededBy("a/b/c")).isFalse();
        assertThat(limits.exceededBy("a/b/#")).isFalse();
        assertThat(limits.exceededBy("//")).isFalse();
        assertThat(limits.exceededBy("///")).isTrue();
        assertThat(limits.exceededBy("a/b/c/d")).isTrue();
    }
}
