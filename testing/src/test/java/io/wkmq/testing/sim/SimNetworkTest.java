package io.wkmq.testing.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SimNetworkTest {
    private final SimTime time = new SimTime();
    private final List<Integer> arrived = new ArrayList<>();

    private SimNetwork network(Weather weather) {
        return new SimNetwork(time, new Random(1), weather);
    }

    private void send(SimNetwork network, int count) {
        for (int i = 0; i < count; i++) {
            int number = i;
            network.send(1, 2, () -> arrived.add(number));
        }
    }

    @Test
    void whatIsDueTogetherHappensInTheOrderItWasAskedFor() {
        time.after(5, () -> arrived.add(3));
        time.after(2, () -> {
            arrived.add(1);
            time.after(0, () -> arrived.add(2));
        });
        time.after(5, () -> arrived.add(4));
        time.pass(4);
        assertThat(arrived).containsExactly(1, 2);
        assertThat(time.nowMs()).isEqualTo(4);
        time.pass(1);
        assertThat(arrived).containsExactly(1, 2, 3, 4);
        assertThat(time.waiting()).isZero();
        assertThatThrownBy(() -> time.after(-1, () -> {})).hasMessageContaining("-1");
    }

    @Test
    void fairWeatherKeepsTheOrder() {
        SimNetwork network = network(Weather.FAIR);
        send(network, 100);
        time.pass(1);
        assertThat(arrived).hasSize(100).isSorted();
    }

    @Test
    void badWeatherLosesDoublesAndReorders() {
        SimNetwork network = network(new Weather(0.2, 0.1, 1, 50));
        send(network, 10_000);
        time.pass(50);
        assertThat(arrived.stream().distinct()).hasSizeBetween(7_700, 8_300);
        assertThat(arrived)
                .hasSizeBetween(8_500, 9_100)
                .isNotEqualTo(arrived.stream().sorted().toList());
        assertThat(network.delivered()).isEqualTo(arrived.size());
    }

    @Test
    void theSameSeedDoesTheSame() {
        send(network(new Weather(0.2, 0.1, 1, 50)), 1_000);
        time.pass(50);
        List<Integer> first = List.copyOf(arrived);
        arrived.clear();
        send(network(new Weather(0.2, 0.1, 1, 50)), 1_000);
        time.pass(50);
        assertThat(arrived).isEqualTo(first);
    }

    @Test
    void aCutStopsOneDirectionAndWhatIsOnTheWay() {
        SimNetwork network = network(Weather.FAIR);
        send(network, 3);
        network.cut(1, 2);
        network.send(2, 1, () -> arrived.add(7));
        time.pass(1);
        assertThat(arrived).containsExactly(7);
        network.mend(1, 2);
        send(network, 1);
        time.pass(1);
        assertThat(arrived).containsExactly(7, 0);
        network.cut(1, 2);
        network.mendAll();
        assertThat(network.open(1, 2)).isTrue();
    }

    @Test
    void weatherThatCannotBeIsRefused() {
        assertThatThrownBy(() -> new Weather(1.5, 0, 1, 1)).hasMessageContaining("loss=1.5");
        assertThatThrownBy(() -> new Weather(0, 0, 2, 1)).hasMessageContaining("2 to 1");
    }
}
