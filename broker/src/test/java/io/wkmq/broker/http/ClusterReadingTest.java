package io.wkmq.broker.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.http.Figure.Kind;
import io.wkmq.broker.http.Figure.Point;
import io.wkmq.cluster.ClusterFigures;
import io.wkmq.cluster.retained.ReplicationStatistics;
import io.wkmq.cluster.sessions.SessionFigures;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterReadingTest {
    @Test
    void splitsThatHealedAreACounter() {
        ClusterFigures figures = new ClusterFigures(
                2,
                3,
                List.of(),
                Map.of(),
                Map.of(),
                4,
                new ReplicationStatistics(0, 0, 0, 0, 0, 0),
                new SessionFigures(0, 0, 0, 0, 0, 0, 0));

        assertThat(new ClusterReading(figures).figures())
                .filteredOn(figure -> figure.name().equals("wkmq_cluster_heals_total"))
                .containsExactly(new Figure(
                        Kind.COUNTER,
                        "wkmq_cluster_heals_total",
                        "Splits of the cluster that have healed",
                        List.of(),
                        List.of(new Point(List.of(), 3))));
    }
}
