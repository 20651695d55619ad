package io.wkmq.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.sessions.protocol.SessionMessage.Guarded;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardedWillsTest {
    @Test
    void ofThoseThatAreDueAtTheSameTimeTheOlderIsTheFirst() {
        GuardedWills wills = new GuardedWills(1);
        for (long epoch : List.of(4L, 7L, 2L, 6L, 3L, 5L)) {
            wills.add(new Guarded("c" + epoch % 2, epoch, null, 10));
        }
        wills.add(new Guarded("c", 8, null, 9));
        wills.gone(1_000);
        assertThat(wills.takeDue(11_000)).extracting(Guarded::epoch).containsExactly(8L, 2L, 3L, 4L, 5L, 6L, 7L);
    }
}
