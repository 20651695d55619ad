package io.wkmq.broker.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlarmsTest {
    private final ManualClock clock = new ManualClock();
    private final List<Alarm> told = new ArrayList<>();
    private final Alarms alarms = new Alarms(clock, told::add);

    private static Cause down(String node) {
        return new Cause(AlarmKind.NODE_DOWN, node, node + " is gone", Map.of("node", node));
    }

    private void look(Cause... wrong) {
        clock.advance(Duration.ofSeconds(1));
        alarms.look(List.of(wrong));
    }

    private static List<String> names(List<Alarm> alarms) {
        return alarms.stream().map(alarm -> alarm.cause().name()).toList();
    }

    @Test
    void whatIsWrongIsToldOnceAndOnceMoreWhenItIsOver() {
        look(down("a"));
        Instant began = clock.instant();
        look(down("a"));
        look(down("a"));
        assertThat(told).containsExactly(new Alarm(down("a"), began, null));
        assertThat(alarms.active()).isEqualTo(told);

        for (int i = 1; i < Alarms.QUIET_LOOKS; i++) {
            look();
        }
        assertThat(told).hasSize(1);
        look();
        Alarm over = new Alarm(down("a"), began, clock.instant());
        assertThat(told.subList(1, 2)).containsExactly(over);
        assertThat(alarms.active()).isEmpty();
        assertThat(alarms.history()).containsExactly(over);
        look();
        assertThat(told).hasSize(2);
        assertThat(alarms.counts()).isEqualTo(Map.of(AlarmKind.NODE_DOWN, 1L));
    }

    @Test
    void whatComesAndGoesIsOneAlarm() {
        for (int i = 0; i < 50; i++) {
            look(down("a"));
            for (int j = 1; j < Alarms.QUIET_LOOKS; j++) {
                look();
            }
        }
        assertThat(told).hasSize(1);
    }

    @Test
    void alarmsOfSeveralNodesAreSeparate() {
        look(down("a"), down("b"));
        for (int i = 0; i < Alarms.QUIET_LOOKS; i++) {
            look(down("b"), down("c"));
        }
        assertThat(names(alarms.active())).containsExactly("node_down/b", "node_down/c");
        assertThat(names(alarms.history())).containsExactly("node_down/a");
        assertThat(alarms.counts()).isEqualTo(Map.of(AlarmKind.NODE_DOWN, 3L));
    }

    @Test
    void whatIsKnownAfterItIsOverIsToldAsABeginningAndAnEnd() {
        Instant from = clock.instant();
        Instant until = from.plusSeconds(20);
        Cause split = new Cause(AlarmKind.PARTITION, "", "split", Map.of());
        alarms.wasWrong(split, from, until);
        assertThat(told).containsExactly(new Alarm(split, from, null), new Alarm(split, from, until));
        assertThat(alarms.active()).isEmpty();
        assertThat(alarms.history()).containsExactly(new Alarm(split, from, until));
    }

    @Test
    void historyKeepsTheLastOnes() {
        for (int i = 0; i < Alarms.HISTORY_MAX + 2; i++) {
            alarms.wasWrong(down("n" + i), clock.instant(), clock.instant());
        }
        assertThat(names(alarms.history()))
                .hasSize(Alarms.HISTORY_MAX)
                .startsWith("node_down/n" + (Alarms.HISTORY_MAX + 1))
                .endsWith("node_down/n2");
    }

    @Test
    void moreThanTheMostAreNoAlarmsUntilThereIsRoom() {
        Cause[] many = new Cause[Alarms.ACTIVE_MAX + 1];
        for (int i = 0; i < many.length; i++) {
            many[i] = down("n" + i);
        }
        look(many);
        assertThat(told).hasSize(Alarms.ACTIVE_MAX);
        for (int i = 0; i <= Alarms.QUIET_LOOKS; i++) {
            look(many[Alarms.ACTIVE_MAX]);
        }
        assertThat(names(alarms.active())).containsExactly("node_down/n" + Alarms.ACTIVE_MAX);
    }
}
