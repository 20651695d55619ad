package io.wkmq.dist.lab;

import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.history.Verdict;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.SubscribeBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** A node is joined manually to a cluster under load. */
@Lab
class JoinIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The bar: how long the command takes. */
    private static final Duration JOIN_BAR = Duration.ofSeconds(10);

    /** The bar: how long clients of the others wait meanwhile. */
    private static final Duration GAP_BAR = Duration.ofSeconds(3);

    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final int RETAINED = 2_000;
    private static final int ROUTES = 2_000;
    private static final int FILTERS = 100;

    @Test
    void aFourthNodeIsAddedUnderLoad(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 4)
                .all(node -> node.with("WKMQ_CLUSTER__DISCOVERY", "manual").with("WKMQ_CLUSTER__STATIC__SEEDS", ""))) {
            List<LabNode> three = cluster.nodes(1, 2, 3);
            LabNode fourth = cluster.node(4);
            cluster.nodes().forEach(LabNode::launch);
            cluster.nodes().forEach(LabNode::awaitStarted);
            cluster.nodes(2, 3)
                    .forEach(node -> node.ctl("cluster", "join", cluster.node(1).fullName()));
            cluster.awaitViews(PATIENCE, three);
            try (MqttProbe resident = cluster.open(cluster.node(2), V5);
                    MqttProbe early = cluster.open(fourth, V5);
                    Fault fault = Fault.on(cluster, three)) {
                settle(resident);
                early.connect("early");
                early.subscribe("early", 1);

                fault.begin(() -> assertThat(
                                fourth.ctl("cluster", "join", cluster.node(1).fullName()))
                        .startsWith("Join the cluster successfully."));
                Duration joined = Duration.ofNanos(System.nanoTime() - fault.beganNanos());
                expectAll(cluster, fourth, "early -> n4");

                cluster.awaitOne(PATIENCE);
                early.ping();
                resident.publish("early", "of an old node", 1);
                early.receive("early", "of an old node");
                fault.load().startOn(fourth.name());
                fault.load().awaitProgress();
                fault.assertServed(three, GAP_BAR);
                Verdict verdict = fault.judgeUnbroken();

                cluster.tell("joined after " + Fault.seconds(joined));
                assertThat(verdict.duplicates()).as("messages that came twice").isZero();
                assertThat(joined).as("time to join").isLessThan(Bars.here(JOIN_BAR));
                resident.ping();
            }
        }
    }

    /** Many routes and retained messages. */
    private static void settle(MqttProbe resident) {
        resident.connect("resident");
        for (int from = 0; from < ROUTES; from += FILTERS) {
            SubscribeBuilder subscribe = subscribe(resident.nextPacketId());
            for (int i = from; i < from + FILTERS; i++) {
                subscribe.filter("idle/" + i, 1);
            }
            assertThat(resident.subscribe(subscribe).codes()).containsOnly(1);
        }
        for (int i = 1; i < RETAINED; i++) {
            resident.send(publish("kept/" + i, "value " + i).retain());
        }
        resident.publish(publish("kept/last", "last").retain(), 1);
    }

    /** Right after the command a node has what the others have, and takes clients who get it. */
    private static void expectAll(LabCluster cluster, LabNode joined, String ownRoute) {
        List<String> routes = LabCluster.routes(joined);
        try (MqttProbe reader = cluster.open(joined, V5)) {
            reader.connect("reader");
            reader.subscribe("kept/#", 0);
            assertThat(reader.drain(QUIET))
                    .as("retained messages of %s", joined)
                    .hasSize(RETAINED);
        }
        assertThat(routes).as("routes of %s", joined).hasSize(ROUTES + 2).contains(ownRoute, "history/# -> n1,n2,n3");
        cluster.nodes()
                .forEach(node -> assertThat(LabCluster.routes(node))
                        .as("routes of %s, as the SUBACK of each client and the join have promised", node)
                        .containsAll(routes));
    }
}
