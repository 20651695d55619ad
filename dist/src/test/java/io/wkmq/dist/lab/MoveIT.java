package io.wkmq.dist.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Await;
import io.wkmq.testing.history.Cut;
import io.wkmq.testing.history.History;
import io.wkmq.testing.history.Judge;
import io.wkmq.testing.history.RoamingLoad;
import io.wkmq.testing.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Clients with persistent sessions move from node to node, while others publish on all nodes. */
@Lab
class MoveIT {
    private static final int ROAMERS = 6;
    private static final Duration ROAM = Duration.ofSeconds(12);
    private static final Duration MOMENT = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    /** More than a cut needs to be seen. */
    private static final Duration CUT = Duration.ofSeconds(15);

    /** The bar: how long a client waits for CONNACK. */
    private static final Duration ANSWER_BAR = Duration.ofSeconds(3);

    @Test
    void sessionsFollowTheirClients(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).start();
                RoamingLoad load = cluster.roam(ROAMERS)) {
            load.start();
            long began = System.nanoTime();
            Fault.last(ROAM);
            load.settle();
            expectOneOfEach(cluster, load);

            Verdict verdict = judge(cluster, load, began, List.of());

            assertThat(verdict.wrongMessages())
                    .as("messages lost, out of order, twice or invented; see %s", cluster.file("history"))
                    .isEmpty();
            assertThat(verdict.ended())
                    .as("connections and sessions that ended")
                    .isEmpty();
            assertThat(load.history().refusals(began)).as("refused").isEmpty();
            assertThat(load.history().accepted(began)).as("moves").isGreaterThan(ROAMERS);
        }
    }

    @Test
    void nodesThatAreRestartedOneAfterTheOtherLoseNothing(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).start();
                RoamingLoad load = cluster.roam(ROAMERS)) {
            load.start();
            long began = System.nanoTime();
            for (LabNode node : cluster.nodes()) {
                Fault.last(MOMENT);
                long stopping = System.nanoTime();
                node.stop();
                cluster.tell(node.name() + " stopped after "
                        + Fault.seconds(Duration.ofNanos(System.nanoTime() - stopping)));
                Fault.last(MOMENT);
                node.start();
                cluster.awaitOne(PATIENCE);
            }
            load.settle();
            expectOneOfEach(cluster, load);

            Verdict verdict = judge(cluster, load, began, List.of());

            assertThat(verdict.wrongMessages())
                    .as("messages lost, out of order, twice or invented; see %s", cluster.file("history"))
                    .isEmpty();
            assertThat(verdict.changed())
                    .as("sessions that were not found; see %s", cluster.file("history"))
                    .isEmpty();
        }
    }

    @Test
    void aNodeThatDiesHoldsNobodyUp(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).start();
                RoamingLoad load = cluster.roam(ROAMERS)) {
            load.start();
            Fault.last(MOMENT);
            long began = System.nanoTime();
            cluster.node(2).kill();
            Fault.last(MOMENT);
            cluster.node(2).start();
            cluster.awaitOne(PATIENCE);
            Fault.last(MOMENT);
            load.settle();
            expectOneOfEach(cluster, load);

            Verdict verdict = judge(cluster, load, began, List.of());

            assertThat(verdict.wrongMessages())
                    .as("messages wrong but for those of sessions that died; see %s", cluster.file("history"))
                    .isEmpty();
        }
    }

    @Test
    void aCutHoldsNobodyUpAndLeavesOneOfEach(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3)
                        .all(node -> node.with("WKMQ_MQTT__MQUEUE__MAX_LENGTH", "0")) // what waits over a cut
                        .start();
                RoamingLoad load = cluster.roam(ROAMERS)) {
            load.start();
            Fault.last(MOMENT);
            long began = System.nanoTime();
            cluster.network()
                    .split(List.of(
                            List.of(cluster.node(1).host()),
                            List.of(cluster.node(2).host(), cluster.node(3).host())));
            Fault.last(CUT);
            cluster.network().heal();
            cluster.awaitOne(PATIENCE);
            cluster.awaitEqualRoutes(PATIENCE);
            long healed = System.nanoTime();
            Fault.last(MOMENT);
            load.settle();
            expectOneOfEach(cluster, load);

            Verdict verdict = judge(
                    cluster,
                    load,
                    began,
                    List.of(new Cut("n1", "n2", began, healed), new Cut("n1", "n3", began, healed)));

            // ADR 7: nothing goes over the cut. ADR 8: of two sessions the older one ends, with what it has.
            // ADR 10: who was on the way from one side to the other when the cut began may find the old copy there.
            assertThat(verdict.wrongMessagesButOfCrossing())
                    .as("messages wrong that are not excused; see %s", cluster.file("history"))
                    .isEmpty();
            assertThat(verdict.changed())
                    .as("sessions that were not found, or not the newer one; see %s", cluster.file("history"))
                    .isEmpty();
        }
    }

    /** Each client has its session and its connection where it believes to be, and nowhere else. */
    private static void expectOneOfEach(LabCluster cluster, RoamingLoad load) {
        Await.until(
                PATIENCE,
                () -> "sessions and clients are at " + believed(load) + ", but sessions "
                        + places(cluster, load, "sessions", "Session(") + ", clients "
                        + places(cluster, load, "clients", "Client("),
                () -> places(cluster, load, "sessions", "Session(").equals(believed(load))
                        && places(cluster, load, "clients", "Client(").equals(believed(load)));
    }

    /** Where each client is connected; one that has asked another node to take it over may yet go there. */
    private static Map<String, List<String>> believed(RoamingLoad load) {
        Map<String, List<String>> places = new TreeMap<>();
        load.roamers().forEach(id -> places.put(id, List.of(load.place(id))));
        return places;
    }

    /** On which nodes a command lists each client. */
    private static Map<String, List<String>> places(LabCluster cluster, RoamingLoad load, String what, String prefix) {
        Map<String, List<String>> places = new TreeMap<>();
        load.roamers().forEach(id -> places.put(id, new ArrayList<>()));
        for (LabNode node : cluster.nodes()) {
            String list = node.ctl(what, "list");
            places.forEach((id, nodes) -> {
                if (list.contains(prefix + id + ',')) {
                    nodes.add(node.name());
                }
            });
        }
        return places;
    }

    /** Ends all, judges what they saw, and demands that nobody waited too long for CONNACK since a moment. */
    private static Verdict judge(LabCluster cluster, RoamingLoad load, long began, List<Cut> cuts)
            throws InterruptedException {
        History history = load.history();
        try {
            load.finish();
        } finally {
            history.write(cluster.file("history"));
        }
        Verdict verdict = Judge.judge(history.events(), cuts);
        cluster.tell(
                history.accepted(began) + " moves, " + history.refusals(began).size() + " refused, longest wait "
                        + Fault.seconds(history.longestConnect(began)) + ", "
                        + verdict.ended().size() + " ends; " + verdict.acknowledged() + " acknowledged, "
                        + verdict.owed() + " owed, " + verdict.received() + " received, " + verdict.duplicates()
                        + " duplicates; wrong: " + verdict.wrongMessages().size());
        verdict.crossing().forEach(client -> cluster.tell(client + " was crossing when the cut began"));
        verdict.wrongMessages().forEach(cluster::tell);
        verdict.changed().forEach(cluster::tell);
        assertThat(history.longestConnect(began))
                .as("how long a client waited for CONNACK")
                .isLessThan(Bars.here(ANSWER_BAR));
        return verdict;
    }
}
