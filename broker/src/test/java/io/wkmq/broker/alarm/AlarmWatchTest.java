package io.wkmq.broker.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.session.SessionStats;
import io.wkmq.testing.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests when alarms are raised, and when observations are inconclusive. */
class AlarmWatchTest {
    private static final Cause DOWN = new Cause(AlarmKind.NODE_DOWN, "b", "b is gone", Map.of());

    private final List<Alarm> told = new ArrayList<>();
    private final Alarms alarms = new Alarms(new ManualClock(), told::add);
    private final SessionStats stats =
            new SessionStats(0, 0, 0, 0, 0, 0, 0, 0, new long[3], new long[3], 0, 0, 0, 0, Map.of());
    private final NodeCauses node = new NodeCauses(() -> null, () -> null, () -> true, () -> stats);
    private boolean serving = true;
    private boolean changing;
    private boolean changesMeanwhile;
    private final AlarmWatch watch = new AlarmWatch(alarms, () -> serving, node, new AlarmWatch.Others() {
        @Override
        public boolean changing() {
            return changing;
        }

        @Override
        public List<Cause> look() {
            changing |= changesMeanwhile;
            return List.of(DOWN);
        }
    });

    private List<String> raised() {
        watch.run();
        return told.stream().map(alarm -> alarm.cause().name()).toList();
    }

    @Test
    void alarmsAreAboutTheNodeAndTheOthers() {
        assertThat(raised()).containsExactlyInAnyOrder("memory_short", "node_down/b");
    }

    @Test
    void nodeThatDoesNotServeClientsRaisesNone() {
        serving = false;
        assertThat(raised()).isEmpty();
    }

    @Test
    void thoseWhomANodeIsToldToLeaveAreNotDown() {
        changing = true;
        assertThat(raised()).isEmpty();
    }

    @Test
    void norAreTheyIfTheOrderComesWhileTheyAreLookedAt() {
        changesMeanwhile = true;
        assertThat(raised()).isEmpty();

        changing = false;
        changesMeanwhile = false;
        assertThat(raised()).contains("node_down/b");
    }
}
