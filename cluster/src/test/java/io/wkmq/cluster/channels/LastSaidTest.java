package io.wkmq.cluster.channels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LastSaidTest {
    private final LastSaid<Integer> said = new LastSaid<>();

    @Test
    void whatStaysAsItIsIsSaidOnce() {
        assertThat(said.isNew(1, "a")).isTrue();
        assertThat(said.isNew(1, "a")).isFalse();
        assertThat(said.isNew(2, "a")).isTrue();
        assertThat(said.isNew(1, "b")).isTrue();
        assertThat(said.of(1)).isEqualTo("b");

        said.over(1);
        assertThat(said.of(1)).isNull();
        assertThat(said.isNew(1, "b")).isTrue();
        assertThat(said.isNew(2, "a")).isFalse();
        said.keep(List.of(1));
        assertThat(said.isNew(1, "b")).isFalse();
        assertThat(said.isNew(2, "a")).isTrue();
    }
}
