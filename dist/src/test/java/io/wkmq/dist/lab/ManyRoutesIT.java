package io.wkmq.dist.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.ServerPacket.Suback;
import io.wkmq.testing.mqtt.ServerPacket.Unsuback;
import io.wkmq.testing.mqtt.SubscribeBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Tables of as many routes as {@code wkmq.lab.routes} says are equal on all nodes soon after a cut during which they changed. */
@Lab
@Timeout(600)
class ManyRoutesIT {
    private static final int ROUTES = Integer.getInteger("wkmq.lab.routes", 300_000);
    private static final int NODES = 3;
    private static final int OF_EACH = ROUTES / NODES;

    /** How many of a node's are others after the cut. */
    private static final int CHANGED = 1_000;

    private static final int FILTERS_OF_A_PACKET = 1_000;
    private static final int PACKETS_ON_THE_WAY = 8;
    private static final Duration HEARTBEAT_MAX = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void tablesAreTheSameAfterACut(TestInfo test) {
        try (LabCluster cluster =
                new LabCluster(test, NODES).all(ManyRoutesIT::roomy).startFirstFirst()) {
            List<MqttProbe> clients = new ArrayList<>();
            long start = System.nanoTime();
            for (LabNode node : cluster.nodes()) {
                MqttProbe client = cluster.open(node, MqttVersion.V5).within(PATIENCE);
                client.connect(Packets.connect("wants-" + node).keepAlive(0));
                subscribe(client, node, 0, OF_EACH);
                clients.add(client);
            }
            cluster.awaitEqualTotals(PATIENCE);
            cluster.tell(
                    OF_EACH * NODES + " routes made in " + Fault.seconds(Duration.ofNanos(System.nanoTime() - start)));

            cutAndMend(cluster, clients);

            for (LabNode node : cluster.nodes()) {
                for (LabNode owner : cluster.nodes()) {
                    assertKnown(node, owner, CHANGED - 1, false);
                    assertKnown(node, owner, CHANGED, true);
                    assertKnown(node, owner, OF_EACH, true);
                    assertKnown(node, owner, OF_EACH + CHANGED - 1, true);
                }
                assertThat(node.routeTotals().values())
                        .hasSize(NODES)
                        .allMatch(total -> total.startsWith(OF_EACH + " "));
            }
            clients.forEach(MqttProbe::ping); // nobody has lost the connection
            clients.forEach(MqttProbe::close);
        }
    }

    /** Room for the tables of all nodes and the subscriptions of one. */
    private static void roomy(LabNode node) {
        node.with("WKMQ_HEAP", "700m").with("WKMQ_JAVA_OPTS", "").with("WKMQ_MQTT__SESSION__MAX_SUBSCRIPTIONS", "0");
    }

    private static void cutAndMend(LabCluster cluster, List<MqttProbe> clients) {
        List<List<LabNode>> groups = List.of(cluster.nodes(1), cluster.nodes(2, 3));
        cluster.network()
                .split(groups.stream()
                        .map(group -> group.stream().map(LabNode::host).toList())
                        .toList());
        long began = System.nanoTime();
        groups.forEach(group -> cluster.awaitViews(PATIENCE, group));
        Duration seen = Duration.ofNanos(System.nanoTime() - began);
        for (int i = 0; i < NODES; i++) {
            subscribe(clients.get(i), cluster.nodes().get(i), OF_EACH, OF_EACH + CHANGED);
            unsubscribe(clients.get(i), cluster.nodes().get(i), CHANGED);
        }

        cluster.network().heal();
        Duration healed = cluster.awaitOne(PATIENCE);
        Duration routes = cluster.awaitEqualTotals(PATIENCE);
        cluster.tell("split seen after " + Fault.seconds(seen) + ", healed after " + Fault.seconds(healed)
                + ", the same hashes " + Fault.seconds(routes) + " later");
        assertThat(seen).as("time until the split is seen").isLessThan(Bars.here(HEARTBEAT_MAX));
        assertThat(healed).as("time to heal").isLessThan(Bars.here(Fault.HEAL_BAR));
        assertThat(routes).as("time until all have the same hashes").isLessThan(Bars.here(Fault.ROUTES_BAR));
    }

    private static void subscribe(MqttProbe client, LabNode node, int from, int to) {
        int sent = 0;
        int confirmed = 0;
        for (int first = from; first < to; first += FILTERS_OF_A_PACKET) {
            SubscribeBuilder subscribe = Packets.subscribe(client.nextPacketId());
            IntStream.range(first, Math.min(to, first + FILTERS_OF_A_PACKET))
                    .forEach(number -> subscribe.filter(filter(node, number), 0));
            client.send(subscribe);
            if (++sent - confirmed == PACKETS_ON_THE_WAY) {
                expectSuccess(client);
                confirmed++;
            }
        }
        while (confirmed++ < sent) {
            expectSuccess(client);
        }
    }

    private static void expectSuccess(MqttProbe client) {
        assertThat(client.expect(Suback.class).codes()).containsOnly(0);
    }

    /** The first so many. */
    private static void unsubscribe(MqttProbe client, LabNode node, int count) {
        String[] filters = IntStream.range(0, count)
                .mapToObj(number -> filter(node, number))
                .toArray(String[]::new);
        Unsuback unsuback = client.unsubscribe(filters);
        assertThat(unsuback.codes()).containsOnly(0);
    }

    private static String filter(LabNode node, int number) {
        return "+/" + node + '/' + number / 1_000 + '/' + number % 1_000;
    }

    private static void assertKnown(LabNode node, LabNode owner, int number, boolean known) {
        String filter = filter(owner, number);
        String shown = node.tryCtl("routes", "show", filter).orElseThrow().out();
        assertThat(shown)
                .as("what %s says of %s", node, filter)
                .isEqualTo(known ? filter + " -> " + owner.fullName() + '\n' : "Not Found.\n");
    }
}
