package io.wkmq.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MoveCountsTest {
    private final MoveCounts counts = new MoveCounts();

    @Test
    void eachMoveIsCountedOnceByWhatBecameOfIt() {
        Object moved = new Object();
        Object failed = new Object();
        Object refused = new Object();
        Object runs = new Object();
        counts.began(moved, 1_000);
        counts.began(failed, 1_000);
        counts.began(refused, 1_000);
        counts.began(runs, 1_000);
        assertThat(counts.figures(2, 7)).isEqualTo(new SessionFigures(2, 7, 4, 0, 0, 0, 0));

        counts.moved(moved, 1_250);
        counts.ended(moved);
        counts.failed(failed);
        counts.ended(failed);
        counts.ended(refused);
        assertThat(counts.figures(0, 0)).isEqualTo(new SessionFigures(0, 0, 1, 1, 1, 1, 250));
    }
}
