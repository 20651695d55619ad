package io.wkmq.broker.connection;

import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.WillBuilder.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests topic rewrite rules of the configuration in a running node. */
@Timeout(60)
class TopicRewriteTest {
    private static final int TOPIC_FILTER_INVALID = 0x8F;
    private static final int TOPIC_NAME_INVALID = 0x90;

    @TempDir
    static Path home;

    private static TestBroker broker;

    @BeforeAll
    static void start() {
        broker = TestBroker.start(
                home,
                Map.of(
                        "WKMQ_REWRITE__PUB__1", "x/# ^x/y/(.+)$ z/y/$1",
                        "WKMQ_REWRITE__PUB__2", "x/only/# ^x/only/(\\d+)$ z/number/$1",
                        "WKMQ_REWRITE__PUB__3", "named/# ^named/(.+)$ of/%c/$1",
                        "WKMQ_REWRITE__SUB__1", "s/# ^s/(.+)$ z/$1",
                        "WKMQ_REWRITE__SUB__2", "named/# ^named/(.+)$ of/${clientid}/$1",
                        "WKMQ_LISTENER__TCP__EXTERNAL__MOUNTPOINT", "tenant/"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void whatIsPublishedGoesToTheNewTopic() {
        try (MqttProbe subscriber = client("p1");
                MqttProbe publisher = client("p2")) {
            subscriber.subscribe("z/y/1", 1);
            subscriber.subscribe("z/number/#", 1);
            subscriber.subscribe("x/#", 1);

            publisher.publish("x/y/1", "rewritten", 1);
            publisher.publish("x/1", "not found", 1);
            publisher.publish("x/only/7", "the higher rule", 1);
            publisher.publish("x/only/y", "the higher rule decides alone", 1);

            subscriber.receive("z/y/1", "rewritten");
            subscriber.receive("x/1", "not found");
            subscriber.receive("z/number/7", "the higher rule");
            subscriber.receive("x/only/y", "the higher rule decides alone");
        }
    }

    @Test
    void aSubscriptionIsForTheNewFilterUntilItIsGivenUp() {
        try (MqttProbe subscriber = client("s1");
                MqttProbe publisher = client("s2")) {
            subscriber.subscribe("s/+/sub", 1);
            subscriber.subscribe("$share/g/s/shared", 1);
            subscriber.subscribe("marker", 1);

            publisher.publish("z/a/sub", "one", 1);
            publisher.publish("z/shared", "two", 1);
            publisher.publish("s/a/sub", "nobody", 1);
            subscriber.receive("z/a/sub", "one");
            subscriber.receive("z/shared", "two");

            assertThat(subscriber.unsubscribe("s/+/sub", "$share/g/s/shared").codes())
                    .containsExactly(0, 0);
            publisher.publish("z/a/sub", "three", 1);
            publisher.publish("marker", "end", 1);
            subscriber.receive("marker", "end");
        }
    }

    @Test
    void aWillAndARetainedMessageAreRewrittenToo() {
        try (MqttProbe subscriber = client("w1")) {
            subscriber.subscribe("z/y/will", 1);
            try (MqttProbe dying = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V311)) {
                dying.connect(connect("w2").will(will("x/y/will", "gone").qos(1).retain()));
                dying.abort();
            }
            subscriber.receive("z/y/will", "gone");

            try (MqttProbe late = client("w3")) {
                late.subscribe("s/y/will", 1);
                assertThat(late.receive("z/y/will", "gone").retain()).isTrue();
            }
        }
    }

    @Test
    void aTopicWithoutANewOneIsRefused() {
        try (MqttProbe client = client("no/one")) {
            assertThat(client.send(publish("named/x", "x").qos(1, 1))
                            .expect(Puback.class)
                            .code())
                    .isEqualTo(TOPIC_NAME_INVALID);
            assertThat(client.subscribe(subscribe(2).filter("named/x", 1).filter("other", 1))
                            .codes())
                    .containsExactly(TOPIC_FILTER_INVALID, 1);
        }
    }

    @Test
    void aClientsOwnTopicsHaveItsName() {
        try (MqttProbe client = client("one");
                MqttProbe other = client("two")) {
            client.subscribe("named/x", 1);

            other.publish("named/x", "for two", 1);
            client.publish("named/x", "for one", 1);

            client.receive("of/one/x", "for one");
        }
    }

    private static MqttProbe client(String id) {
        MqttProbe probe = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5);
        probe.connect(id);
        return probe;
    }
}
