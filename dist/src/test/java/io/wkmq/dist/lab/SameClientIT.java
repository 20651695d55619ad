package io.wkmq.dist.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.ConnectBuilder;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.ServerPacket;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Disconnect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Two clients connect to two nodes with the same client id at the same time: one of them stays connected. */
@Lab
class SameClientIT {
    private static final int TAKEN_OVER = 0x8E;

    /** What a CONNECT gets that met another one on its way. */
    private static final int SERVER_BUSY = 0x89;

    private static final int ROUNDS = 100;
    private static final int CLIENTS = 20;
    private static final int IDS = 7;
    private static final Duration LIMIT = Duration.ofSeconds(45);
    private static final Duration LOOK = Duration.ofMillis(20);

    /** The bar: how long a client waits for CONNACK, whatever happens. */
    private static final Duration ANSWER_BAR = Duration.ofSeconds(3);

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private Duration longest = Duration.ZERO;
    private int refused;

    private record Answer(MqttProbe probe, int code, Duration after) {}

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void ofTwoThatConnectAtOnceOneStays(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).start()) {
            for (int round = 0; round < ROUNDS; round++) {
                LabNode one = cluster.node(1 + round % 3);
                LabNode other = cluster.node(1 + (round + 1) % 3);
                // Ids and sessions of former rounds are met again.
                List<MqttProbe> twins = connectAtOnce(cluster, "twin-" + round % IDS, round % 2 == 0, one, other);
                expectOneStays("round " + round, twins).ping();
                twins.forEach(MqttProbe::close);
            }
            tell(cluster);
        }
    }

    @Test
    void aCutLeavesOneOfEachPair(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst()) {
            List<List<LabNode>> groups = List.of(cluster.nodes(1), cluster.nodes(2, 3));
            cluster.network()
                    .split(groups.stream()
                            .map(group -> group.stream().map(LabNode::host).toList())
                            .toList());
            List<List<MqttProbe>> pairs = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) { // nobody has seen the cut yet
                pairs.add(connectAtOnce(cluster, "early-" + i, i % 2 == 0, cluster.node(1), cluster.node(2 + i % 2)));
            }
            groups.forEach(group -> cluster.awaitViews(LIMIT, group));
            for (int i = 0; i < CLIENTS; i++) {
                pairs.add(connectAtOnce(cluster, "late-" + i, i % 2 == 0, cluster.node(1), cluster.node(2 + i % 2)));
            }

            cluster.network().heal();
            cluster.awaitOne(LIMIT);

            for (int i = 0; i < pairs.size(); i++) {
                expectOneStays("pair " + i, pairs.get(i)).ping();
            }
            pairs.forEach(pair -> pair.forEach(MqttProbe::close));
            tell(cluster);
        }
    }

    private void tell(LabCluster cluster) {
        cluster.tell(refused + " refused, longest wait for CONNACK " + Fault.seconds(longest));
        assertThat(longest).as("how long a client waited for CONNACK").isLessThan(Bars.here(ANSWER_BAR));
    }

    /** Those of the two that were accepted. */
    private List<MqttProbe> connectAtOnce(LabCluster cluster, String id, boolean keep, LabNode one, LabNode other)
            throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        Future<Answer> first = threads.submit(connect(cluster.open(one, MqttVersion.V5), id, keep, together));
        Future<Answer> second = threads.submit(connect(cluster.open(other, MqttVersion.V5), id, keep, together));
        List<MqttProbe> accepted = new ArrayList<>();
        for (Answer answer : List.of(first.get(), second.get())) {
            longest = answer.after().compareTo(longest) > 0 ? answer.after() : longest;
            assertThat(answer.code()).as("the answer to CONNECT").isIn(0, SERVER_BUSY);
            if (answer.code() == 0) {
                accepted.add(answer.probe());
            } else {
                refused++;
                answer.probe().close();
            }
        }
        assertThat(accepted).as("those of '%s' that were accepted", id).isNotEmpty();
        return accepted;
    }

    private static Callable<Answer> connect(MqttProbe probe, String id, boolean keep, CyclicBarrier together) {
        ConnectBuilder connect = Packets.connect(id).keepAlive(0);
        if (keep) {
            connect.keepSession();
        }
        return () -> {
            together.await();
            long asked = System.nanoTime();
            Connack connack = probe.within(LIMIT).send(connect).expect(Connack.class);
            return new Answer(probe, connack.code(), Duration.ofNanos(System.nanoTime() - asked));
        };
    }

    /** All but one are told that they were taken over; the one that stays. */
    private static MqttProbe expectOneStays(String what, List<MqttProbe> twins) {
        List<MqttProbe> left = new ArrayList<>(twins);
        Await.until(LIMIT, () -> "of " + what + " one stays; there are " + left.size(), () -> {
            left.removeIf(SameClientIT::isTakenOver);
            return left.size() <= 1;
        });
        assertThat(left).as("who stays of %s", what).hasSize(1);
        return left.get(0);
    }

    private static boolean isTakenOver(MqttProbe probe) {
        ServerPacket packet = probe.poll(LOOK).orElse(null);
        if (packet == null && !probe.ended()) {
            return false;
        }
        if (packet instanceof Disconnect disconnect && disconnect.code() == TAKEN_OVER) {
            return true;
        }
        throw probe.failure("Expected to stay or to be taken over but got " + packet);
    }
}
