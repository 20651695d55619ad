package io.wkmq.dist.lab;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.history.Verdict;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Tests that several nodes behave as one broker. */
@Lab
class OneBrokerIT {
    private static final Duration QUIET = Duration.ofMillis(500);
    /** Longer than a machine stands still: what is owed has come by then. */
    private static final Duration SETTLED = Duration.ofSeconds(6);

    private static final String SENT = "wkmq_cluster_link_messages_total{event=\"sent\",}";
    private static final int TAKEN_OVER = 0x8E;

    @Test
    void whatIsPublishedOnAnyNodeComesOnceToAll(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).start();
                Fault none = new Fault(cluster)) {
            Verdict verdict = none.judgeUnbroken();

            assertThat(verdict.received()).isGreaterThanOrEqualTo(verdict.owed());
            assertThat(verdict.duplicates()).isZero();
        }
    }

    @Test
    void theRoutesOfTheExampleAreOnAllNodes(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).start();
                MqttProbe client1 = cluster.open(cluster.node(1), V5);
                MqttProbe client2 = cluster.open(cluster.node(2), V5);
                MqttProbe client3 = cluster.open(cluster.node(3), V5);
                MqttProbe publisher = cluster.open(cluster.node(1), V5)) {
            client1.connect("client1");
            client1.subscribe("t/+/x", 1);
            client1.subscribe("t/+/y", 1);
            client2.connect("client2");
            client2.subscribe("t/#", 1);
            client3.connect("client3");
            client3.subscribe("t/+/x", 1);
            client3.subscribe("t/a", 1);

            for (LabNode node : cluster.nodes()) {
                assertThat(LabCluster.routes(node))
                        .as("SUBACK has waited until %s knows", node)
                        .containsExactly("t/# -> n2", "t/+/x -> n1,n3", "t/+/y -> n1", "t/a -> n3");
            }

            publisher.connect("publisher");
            long before = cluster.node(1).metric(SENT);
            publisher.publish("t/a", "once", 1);
            client2.receive("t/a", "once");
            client3.receive("t/a", "once");
            client2.expectNothing(QUIET);
            client3.expectNothing(QUIET);
            client1.expectNothing(QUIET);
            assertThat(cluster.node(1).metric(SENT) - before)
                    .as("messages to n2 and n3")
                    .isEqualTo(2);
        }
    }

    @Test
    void aClientThatConnectsElsewhereIsDisconnectedHere(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).start();
                MqttProbe first = cluster.open(cluster.node(1), V5);
                MqttProbe second = cluster.open(cluster.node(2), V5);
                MqttProbe third = cluster.open(cluster.node(3), V311)) {
            first.connect("wanderer");
            second.connect("wanderer");
            first.expectDisconnect(TAKEN_OVER);

            third.connect("wanderer");
            second.expectDisconnect(TAKEN_OVER);
            third.ping();
        }
    }

    @Test
    void oneMemberOfASharedGroupGetsEachMessage(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).start()) {
            List<MqttProbe> members = new ArrayList<>();
            for (LabNode node : cluster.nodes()) {
                MqttProbe member = cluster.open(node, V5);
                member.connect("member-" + node);
                member.subscribe("$share/group/work/#", 1);
                members.add(member);
            }
            Set<String> sent = new HashSet<>();
            for (LabNode node : cluster.nodes()) {
                try (MqttProbe publisher = cluster.open(node, V5)) {
                    publisher.connect("publisher-" + node);
                    for (int i = 0; i < 100; i++) {
                        String text = node + " " + i;
                        sent.add(text);
                        publisher.publish("work/" + node, text, 1);
                    }
                }
            }

            List<String> received = new ArrayList<>();
            for (MqttProbe member : members) {
                for (int own = take(member, received); own > 0; own = take(member, received)) {
                    // what it got is acknowledged, so more may come
                }
                member.close();
            }
            assertThat(received).containsExactlyInAnyOrderElementsOf(sent);
        }
    }

    private static int take(MqttProbe member, List<String> received) {
        List<Publish> publishes =
                member.drain(SETTLED).stream().map(Publish.class::cast).toList();
        publishes.forEach(message -> {
            received.add(message.text());
            member.acknowledge(message);
        });
        return publishes.size();
    }

    @Test
    void aNewNodeHasTheRetainedMessagesBeforeItTakesClients(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3)) {
            List<LabNode> two = cluster.nodes(1, 2);
            two.forEach(LabNode::launch);
            two.forEach(LabNode::awaitStarted);
            cluster.awaitViews(Duration.ofSeconds(60), two);
            int count = 2000;
            try (MqttProbe publisher = cluster.open(cluster.node(1), V5)) {
                publisher.connect("publisher");
                for (int i = 0; i < count; i++) {
                    publisher.send(publish("kept/" + i, "value " + i).retain());
                }
                publisher.publish(publish("kept/last", "last").retain(), 1);
            }

            cluster.node(3).start();
            try (MqttProbe reader = cluster.open(cluster.node(3), V5)) {
                reader.connect("reader");
                reader.subscribe("kept/#", 0);

                assertThat(reader.drain(SETTLED)).hasSize(count + 1);
            }
        }
    }
}
