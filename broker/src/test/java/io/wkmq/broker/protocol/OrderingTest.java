package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.pubrel;
import static io.wkmq.testing.mqtt.Property.receiveMaximum;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Pubcomp;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.ServerPacket.Pubrec;
import io.wkmq.testing.normative.Normative;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Message ordering (4.6). */
@ProtocolTest
class OrderingTest {
    private static final int COUNT = 500;
    /** Below every server's receive maximum. */
    private static final int BATCH = 50;

    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    private static void pipeline(MqttProbe publisher, String topic, int qos) {
        for (int start = 0; start < COUNT; start += BATCH) {
            for (int i = start; i < start + BATCH; i++) {
                var packet = publish(topic, "m" + i);
                publisher.send(qos == 0 ? packet : packet.qos(qos, i + 1));
            }
            for (int i = start; i < start + BATCH && qos > 0; i++) {
                int id = qos == 1
                        ? publisher.await(Puback.class).packetId()
                        : publisher.await(Pubrec.class).packetId();
                assertThat(id).as("acknowledged in order").isEqualTo(i + 1);
                if (qos == 2) {
                    publisher.send(pubrel(id));
                }
            }
            for (int i = start; i < start + BATCH && qos == 2; i++) {
                publisher.await(Pubcomp.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @Normative(
            v5 = {"MQTT-4.6.0-5", "MQTT-4.6.0-6"},
            v311 = {"MQTT-4.6.0-6", "MQTT-4.6.0-5"})
    void messagesOfOnePublisherStayInOrder(int qos) {
        for (MqttVersion version : new MqttVersion[] {V311, V5}) {
            String topic = broker.topic("t" + version);
            MqttProbe subscriber = broker.subscriber(version, topic, qos);
            MqttProbe publisher = broker.client(version);

            pipeline(publisher, topic, qos);

            for (int i = 0; i < COUNT; i++) {
                Publish publish = subscriber.await(Publish.class);
                assertThat(publish.text()).isEqualTo("m" + i);
                subscriber.acknowledge(publish);
            }
        }
    }

    @Test
    @Normative(v5 = "MQTT-4.6.0-5", v311 = "MQTT-4.6.0-6")
    void everyPublisherHasItsOwnOrder() {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(V5, topic, 1);
        MqttProbe[] publishers = new MqttProbe[4];
        for (int p = 0; p < publishers.length; p++) {
            publishers[p] = broker.client(V5);
        }
        int each = 25;
        for (int i = 0; i < each; i++) {
            for (int p = 0; p < publishers.length; p++) {
                publishers[p].send(publish(topic, p + ":" + i).qos(1, i + 1));
            }
        }

        Map<String, Integer> next = new HashMap<>();
        for (int i = 0; i < each * publishers.length; i++) {
            Publish publish = subscriber.await(Publish.class);
            subscriber.acknowledge(publish);
            String[] parts = publish.text().split(":", -1);
            assertThat(Integer.parseInt(parts[1])).isEqualTo(next.merge(parts[0], 1, Integer::sum) - 1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-4.6.0-5", v311 = "MQTT-4.6.0-6")
    void queuedMessagesStayInFrontOfLiveOnes(MqttVersion version) {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(version, connect(id).keepSession());
        subscriber.subscribe(topic, 1);
        subscriber.disconnect();
        MqttProbe publisher = broker.client(version);
        for (int i = 0; i < 100; i++) {
            publisher.publish(topic, "m" + i, 1);
        }

        MqttProbe back = broker.client(version, connect(id).keepSession().with(receiveMaximum(10)));
        for (int i = 100; i < 150; i++) {
            publisher.publish(topic, "m" + i, 1);
        }

        for (int i = 0; i < 150; i++) {
            Publish publish = back.await(Publish.class);
            assertThat(publish.text()).isEqualTo("m" + i);
            back.acknowledge(publish);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v311 = "MQTT-4.6.0-1")
    void messagesSentAgainKeepTheirOrder(MqttVersion version) {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(version, connect(id).keepSession());
        subscriber.subscribe(topic, 2);
        MqttProbe publisher = broker.client(version);
        Publish[] sent = new Publish[8];
        for (int i = 0; i < sent.length; i++) {
            publisher.publish(topic, "m" + i, 1 + i % 2);
            sent[i] = subscriber.expectPublish(topic, "m" + i);
        }
        subscriber.abort();

        MqttProbe back = broker.client(version, connect(id).keepSession());

        for (int i = 0; i < sent.length; i++) {
            Publish again = back.expectPublish(topic, "m" + i);
            assertThat(again.packetId()).isEqualTo(sent[i].packetId());
        }
    }
}
