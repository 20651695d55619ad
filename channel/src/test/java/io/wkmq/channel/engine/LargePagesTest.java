package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LargePagesTest {
    private static final int BYTES_MAX = 1_000;

    private final LargePages pages = new LargePages(BYTES_MAX);

    @Test
    void theLastOnesAreKept() {
        byte[] half = new byte[BYTES_MAX / 2];
        byte[] next = new byte[10];
        pages.keep(1, 7, half);
        pages.keep(1, 8, half);
        assertThat(pages.find(1, 7)).isSameAs(half);
        pages.keep(2, 7, next);
        assertThat(pages.find(1, 7)).as("the oldest one").isNull();
        assertThat(pages.find(1, 8)).isSameAs(half);
        assertThat(pages.find(2, 7)).isSameAs(next);
        assertThat(pages.find(2, 8)).isNull();
    }

    @Test
    void oneIsKeptHoweverLargeItIs() {
        byte[] large = new byte[BYTES_MAX + 1];
        pages.keep(1, 7, new byte[1]);
        pages.keep(1, 8, large);
        assertThat(pages.find(1, 7)).isNull();
        assertThat(pages.find(1, 8)).isSameAs(large);
    }

    @Test
    void anotherOneInItsPlaceStays() {
        byte[] first = new byte[10];
        byte[] second = new byte[20];
        long number = pages.keep(1, 7, first);
        long next = pages.keep(1, 7, second);
        pages.forget(1, 7, number);
        assertThat(pages.find(1, 7)).isSameAs(second);
        pages.forget(1, 7, next);
        assertThat(pages.find(1, 7)).isNull();
    }
}
