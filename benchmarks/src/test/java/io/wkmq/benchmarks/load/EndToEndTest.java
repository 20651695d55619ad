package io.wkmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndToEndTest {
    private int calls;

    @Test
    void opensWhenWhatWasSentHasArrivedEverywhere() {
        EndToEnd window = window(1, 3);
        assertThat(window.open(0)).isTrue();
        assertThat(window.open(1)).isFalse();

        window.arrived(2);
        assertThat(calls).isZero();
        window.arrived(1);

        assertThat(calls).isEqualTo(1);
        assertThat(window.open(1)).isTrue();
    }

    @Test
    void aLargeWindowWaitsForHalfOfIt() {
        EndToEnd window = window(10, 1);
        assertThat(window.open(9)).isTrue();
        assertThat(window.open(10)).isFalse();

        window.arrived(4);
        assertThat(calls).isZero();
        window.arrived(1);

        assertThat(calls).isEqualTo(1);
    }

    @Test
    void whatDoesNotMoveIsWrittenOff() {
        EndToEnd window = window(2, 1);
        assertThat(window.open(2)).isFalse();
        window.arrived(0);
        window.forgive(2);

        assertThat(calls).isEqualTo(1);
        assertThat(window.open(2)).isTrue();
    }

    @Test
    void whatMovesIsNotWrittenOff() {
        EndToEnd window = window(4, 1);
        assertThat(window.open(4)).isFalse();
        window.arrived(1);
        window.forgive(4);
        assertThat(calls).isZero();

        window.forgive(4);

        assertThat(calls).isEqualTo(1);
    }

    private EndToEnd window(int messages, int copies) {
        EndToEnd window = new EndToEnd(messages, copies);
        window.onOpen(() -> calls++);
        return window;
    }
}
