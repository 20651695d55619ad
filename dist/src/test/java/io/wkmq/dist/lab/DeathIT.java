package io.wkmq.dist.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Await;
import io.wkmq.testing.Deadline;
import io.wkmq.testing.history.Verdict;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.WillBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Nodes die, hang, and come back, while clients of all nodes publish and receive. */
@Lab
class DeathIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The bar: from a kill until the other nodes know. */
    private static final Duration SEEN_BAR = Duration.ofSeconds(1);

    /** The bar: how long clients of other nodes have to wait. */
    private static final Duration GAP_BAR = Duration.ofSeconds(3);

    /** Clients of the node that dies, half of them with a will that is delayed. */
    private static final int MORTALS = 100;

    private static final int WILL_DELAY_SECONDS = 2;

    /** Longer than a node that is back, where all others are, needs for the wills that it has kept. */
    private static final Duration QUIET = Duration.ofSeconds(8);

    /** The bar where a node stands still, which receives and says nothing. */
    private static final Duration STILL_BAR = Duration.ofSeconds(4);

    /** As long as a collection of garbage may take that is far too long. */
    private static final Duration MOMENT = Duration.ofSeconds(5);

    @Test
    void aKilledNodeIsMissedAtOnceAndComesBack(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst()) {
            killAndRestart(cluster, cluster.node(2));
        }
    }

    @Test
    void theLeaderIsKilledAndComesBack(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst()) {
            killAndRestart(cluster, cluster.node(1));
        }
    }

    @Test
    void theLeaderIsKilledAndComesBackOverIpv6(TestInfo test) throws Exception {
        Ipv6IT.assumeIpv6();
        try (LabCluster cluster = LabCluster.overIpv6(test, 3).startFirstFirst()) {
            killAndRestart(cluster, cluster.node(1));
        }
    }

    private static void killAndRestart(LabCluster cluster, LabNode victim) throws InterruptedException {
        List<LabNode> others =
                cluster.nodes().stream().filter(node -> node != victim).toList();
        try (Fault fault = new Fault(cluster)) {
            fault.begin(() -> kill(victim));
            Duration seen = cluster.awaitViews(PATIENCE, others);
            cluster.tell("death seen after " + Fault.seconds(seen));
            Fault.last(GAP_BAR);

            victim.start();
            Duration back = cluster.awaitOne(PATIENCE);
            cluster.awaitEqualRoutes(PATIENCE);
            cluster.tell("one cluster " + Fault.seconds(back) + " after it takes clients");
            fault.load().awaitProgress();
            fault.excuse(List.of(victim), others);
            fault.assertServed(others, GAP_BAR);
            Verdict verdict = fault.judge();

            assertThat(verdict.ended())
                    .as("connections that ended")
                    .allMatch(text -> text.contains("-" + victim.name() + ": "))
                    .noneMatch(text -> text.contains("its session"));
            assertThat(seen).as("until the others know").isLessThan(Bars.here(SEEN_BAR));
        }
    }

    private static void kill(LabNode victim) {
        try {
            victim.kill();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void twoOfFiveAreKilledAtOnceAndComeBack(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 5).startFirstFirst();
                Fault fault = new Fault(cluster)) {
            List<LabNode> victims = cluster.nodes(1, 4); // the leader is one of them
            List<LabNode> others = cluster.nodes(2, 3, 5);
            fault.begin(() -> victims.forEach(DeathIT::kill));
            Duration seen = cluster.awaitViews(PATIENCE, others);
            cluster.tell("deaths seen after " + Fault.seconds(seen));
            victims.forEach(LabNode::launch);
            victims.forEach(LabNode::awaitStarted);
            cluster.awaitOne(PATIENCE);
            cluster.awaitEqualRoutes(PATIENCE);
            fault.load().awaitProgress();
            fault.excuse(victims, cluster.nodes());
            fault.assertServed(others, GAP_BAR);

            assertThat(fault.judge().ended())
                    .as("connections that ended")
                    .allMatch(text -> text.contains("-n1: ") || text.contains("-n4: "))
                    .noneMatch(text -> text.contains("its session"));
            assertThat(seen).as("until the others know").isLessThan(Bars.here(SEEN_BAR));
        }
    }

    @Test
    void nodesAreRestartedOneAfterTheOther(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).start();
                Fault fault = new Fault(cluster)) {
            for (LabNode node : cluster.nodes()) {
                List<LabNode> others =
                        cluster.nodes().stream().filter(other -> other != node).toList();
                fault.begin(() -> stop(node));
                cluster.awaitViews(PATIENCE, others);
                node.start();
                cluster.awaitOne(PATIENCE);
                cluster.awaitEqualRoutes(PATIENCE);
                fault.load().awaitProgress();
                fault.excuse(List.of(node), others);
                fault.assertServed(others, GAP_BAR);
            }

            assertThat(fault.judge().ended())
                    .as("connections that ended")
                    .hasSize(9) // those of the node that was restarted, each time
                    .noneMatch(text -> text.contains("its session"));
        }
    }

    private static void stop(LabNode node) {
        try {
            node.stop();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aNodeThatStoodStillComesBackWithItsClients(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst();
                Fault fault = new Fault(cluster)) {
            LabNode still = cluster.node(2);
            List<LabNode> others = cluster.nodes(1, 3);
            fault.begin(still::pause);
            cluster.awaitViews(PATIENCE, others);
            still.resume();

            fault.heal();
            fault.excuse(List.of(still), others);

            fault.judgeUnbroken();
            fault.assertServed(others, STILL_BAR);
        }
    }

    @Test
    void aNodeThatStandsStillForAMomentStaysAMember(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst();
                Fault fault = new Fault(cluster)) {
            LabNode still = cluster.node(2);
            List<LabNode> others = cluster.nodes(1, 3);
            fault.begin(still::pause);
            Deadline moment = Deadline.after(MOMENT);
            while (!moment.passed()) {
                assertThat(others).allSatisfy(node -> assertThat(node.sees()).hasSize(3));
            }
            still.resume();

            fault.heal();
            fault.excuse(List.of(still), others);

            fault.judgeUnbroken();
            fault.assertServed(others, STILL_BAR);
        }
    }

    @Test
    void aNodeThatIsCleanedAwayComesBackWithItsData(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3)
                        .all(node -> node.with("WKMQ_CLUSTER__AUTOCLEAN", "10s"))
                        .start();
                Fault fault = new Fault(cluster)) {
            LabNode dead = cluster.node(3);
            List<LabNode> others = cluster.nodes(1, 2);
            String id = dead.id();
            fault.begin(() -> kill(dead));
            cluster.awaitViews(PATIENCE, others);
            for (LabNode other : others) {
                assertThat(other.ctl("cluster", "status")).contains("stopped_nodes", dead.fullName());
            }
            for (LabNode other : others) {
                Await.until(
                        PATIENCE,
                        () -> other + " forgets " + dead + ": " + other.ctl("cluster", "status"),
                        () -> !other.ctl("cluster", "status").contains(dead.fullName()));
            }

            dead.start();
            cluster.awaitOne(PATIENCE);
            cluster.awaitEqualRoutes(PATIENCE);
            for (LabNode other : others) {
                assertThat(other.ctl("cluster", "status", "--json")).contains(id);
            }
            fault.load().awaitProgress();
            fault.excuse(List.of(dead), others);
            fault.assertServed(others, GAP_BAR);

            assertThat(fault.judge().ended())
                    .as("connections that ended")
                    .allMatch(text -> text.contains("-n3: "))
                    .noneMatch(text -> text.contains("its session"));
        }
    }

    @Test
    void aNodeThatComesBackWithAnotherNameAndAddressIsKnownAgain(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).start();
                Fault fault = new Fault(cluster)) {
            LabNode former = cluster.node(3);
            List<LabNode> others = cluster.nodes(1, 2);
            String id = former.id();
            try (MqttProbe away = cluster.open(former, MqttVersion.V5)) {
                away.connect(Packets.connect("away").keepSession());
                away.subscribe("kept", 1);
                away.disconnect();
            }
            try (MqttProbe other = cluster.open(cluster.node(1), MqttVersion.V5)) {
                other.connect("other");
                other.publish("kept", "while away", 1);
            }
            fault.begin(() -> kill(former));
            cluster.awaitViews(PATIENCE, others);

            LabNode moved = cluster.move(3, "moved");
            moved.start();
            cluster.awaitOne(PATIENCE);
            cluster.awaitEqualRoutes(PATIENCE);
            assertThat(moved.id()).isEqualTo(id);
            assertThat(moved.log())
                    .contains("This node was " + former.fullName() + " before and is " + moved.fullName() + " now");
            for (LabNode other : others) {
                Await.until(
                        PATIENCE,
                        () -> other + " says who came: " + other.log(),
                        () -> other.log()
                                .contains("Node " + moved.fullName() + " at " + moved.address()
                                        + ":6369 is the one that was " + former.fullName() + " at " + former.address()
                                        + ":6369 id=" + id));
                assertThat(other.ctl("cluster", "status")).doesNotContain("stopped_nodes");
            }
            try (MqttProbe back = cluster.open(moved, MqttVersion.V5)) {
                assertThat(back.connect(Packets.connect("away").keepSession()).sessionPresent())
                        .as("the session is there")
                        .isTrue();
                back.receive("kept", "while away");
            }
            fault.load().awaitProgress();
            fault.excuse(List.of(former), others);
            fault.assertServed(others, GAP_BAR);

            assertThat(fault.judge().ended())
                    .as("connections that ended")
                    .allMatch(text -> text.contains("-n3: "))
                    .noneMatch(text -> text.contains("its session"));
        }
    }

    @Test
    void oneOfTheOthersPublishesTheWillsOfADeadNode(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).start()) {
            List<MqttProbe> watchers = watchers(cluster);
            MqttProbe mortal = cluster.open(cluster.node(3), MqttVersion.V5);
            mortal.connect(Packets.connect("mortal")
                    .will(WillBuilder.will("wills/mortal", "gone").qos(1)));

            kill(cluster.node(3));

            for (MqttProbe watcher : watchers) {
                watcher.receive("wills/mortal", "gone");
            }
            for (MqttProbe watcher : watchers) {
                watcher.expectNothing(Duration.ofSeconds(2));
                watcher.close();
            }
            mortal.close();
        }
    }

    @Test
    void willsOfStoredSessionsArePublishedByTheOthersOnce(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).start()) {
            List<MqttProbe> watchers = watchers(cluster);
            LabNode dying = cluster.node(3);
            List<MqttProbe> mortals = new ArrayList<>();
            for (int i = 0; i < MORTALS; i++) {
                MqttProbe mortal = cluster.open(dying, MqttVersion.V5).within(PATIENCE);
                mortal.connect(Packets.connect("mortal-" + i)
                        .keepSession()
                        .will(WillBuilder.will("wills/mortal", "gone-" + i)
                                .qos(1)
                                .with(Property.willDelay(i % 2 * (long) WILL_DELAY_SECONDS))));
                mortals.add(mortal);
            }
            List<String> wills =
                    IntStream.range(0, MORTALS).mapToObj(i -> "gone-" + i).toList();

            kill(dying);
            for (MqttProbe watcher : watchers) {
                assertThat(receive(watcher, MORTALS)).containsExactlyInAnyOrderElementsOf(wills);
            }
            cluster.tell("the others have published all wills");

            dying.start();
            cluster.awaitOne(PATIENCE);
            for (MqttProbe watcher : watchers) {
                watcher.expectNothing(QUIET);
                watcher.close();
            }
            mortals.forEach(MqttProbe::close);
        }
    }

    /** Clients of the first two nodes that see all wills. */
    private static List<MqttProbe> watchers(LabCluster cluster) {
        List<MqttProbe> watchers = new ArrayList<>();
        for (LabNode node : cluster.nodes(1, 2)) {
            MqttProbe watcher = cluster.open(node, MqttVersion.V5).within(PATIENCE);
            watcher.connect("watcher-" + node);
            watcher.subscribe("wills/#", 1);
            watchers.add(watcher);
        }
        return watchers;
    }

    private static List<String> receive(MqttProbe watcher, int count) {
        List<String> texts = new ArrayList<>();
        while (texts.size() < count) {
            Publish publish = watcher.expect(Publish.class);
            watcher.acknowledge(publish);
            texts.add(publish.text());
        }
        return texts;
    }
}
