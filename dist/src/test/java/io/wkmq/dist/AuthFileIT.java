package io.wkmq.dist;

import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.WillBuilder.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.ConnectBuilder;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Pubrec;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests users and access rules from files: the plugin as shipped, in a running node. Each test has its own users. */
@Timeout(180)
class AuthFileIT {
    private static final int SUCCESS = 0;
    private static final int NO_MATCHING_SUBSCRIBERS = 0x10;
    private static final int BAD_USER_NAME_OR_PASSWORD = 0x86;
    private static final int NOT_AUTHORIZED = 0x87;
    /** What MQTT 3 has for both. */
    private static final int REFUSED_MQTT3 = 5;

    private static final int BAD_CREDENTIALS_MQTT3 = 4;
    /** Passwords are hashed for as long as it takes, and machines are slow. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String[] RULES = {
        "{allow, {user, \"boss\"}, pubsub, [\"#\"]}.",
        "{allow, {user, \"sensor\"}, publish, [\"plant/%c/#\"]}.",
        "{allow, {user, \"sensor\"}, subscribe, [\"orders/#\"]}.",
        "{deny, all}."
    };

    @TempDir
    static Path home;

    private static Node node;
    private static int port;

    @BeforeAll
    static void start() {
        node = new Node(Installation.built(), home)
                .with("WKMQ_MQTT__ALLOW_ANONYMOUS_LOOPBACK", "off")
                .with("WKMQ_PLUGIN__AUTH_FILE__RELOAD_INTERVAL", "100ms")
                .file("etc/acl.conf", RULES);
        Outcome started = node.wkmq("start");
        assertThat(started.status()).as(started.err()).isZero();
        port = Node.tcpPort(started.out().strip());
        addUser("boss");
        addUser("sensor");
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    private static void addUser(String name) {
        assertThat(node.wkctl("users", "add", name, password(name))).isEqualTo(new Outcome(0, "ok\n", ""));
    }

    private static String password(String name) {
        return "the password of " + name;
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheRightPasswordLetsIn(MqttVersion version) {
        assertThat(code(version, user("sensor", password("sensor")))).isEqualTo(SUCCESS);
        int wrong = version.hasProperties() ? BAD_USER_NAME_OR_PASSWORD : BAD_CREDENTIALS_MQTT3;
        assertThat(code(version, user("sensor", password("boss")))).isEqualTo(wrong);
        assertThat(code(version, user("sensor", ""))).isEqualTo(wrong);
        assertThat(code(version, user("nobody", password("sensor")))).isEqualTo(wrong);
        assertThat(code(version, connect("anonymous")))
                .isEqualTo(version.hasProperties() ? NOT_AUTHORIZED : REFUSED_MQTT3);
    }

    @Test
    void usersChangeAndGoWithoutARestart() {
        addUser("guest");
        assertThat(node.wkctl("users", "list").outLines()).contains("boss", "guest", "sensor");
        assertThat(code(MqttVersion.V5, user("guest", password("guest")))).isEqualTo(SUCCESS);
        assertThat(node.wkctl("users", "add", "guest", "again"))
                .satisfies(outcome -> assertThat(outcome.status()).isEqualTo(1))
                .satisfies(outcome ->
                        assertThat(outcome.out() + outcome.err()).contains("There is a user 'guest' already"));

        assertThat(node.wkctl("users", "passwd", "guest", "another").status()).isZero();
        assertThat(code(MqttVersion.V5, user("guest", password("guest")))).isEqualTo(BAD_USER_NAME_OR_PASSWORD);
        assertThat(code(MqttVersion.V5, user("guest", "another"))).isEqualTo(SUCCESS);

        assertThat(node.wkctl("users", "del", "guest").status()).isZero();
        assertThat(code(MqttVersion.V5, user("guest", "another"))).isEqualTo(BAD_USER_NAME_OR_PASSWORD);
        assertThat(node.wkctl("users", "list").outLines()).doesNotContain("guest");
    }

    @ParameterizedTest
    @EnumSource
    void whoMayNotPublishIsNotHeard(MqttVersion version) {
        try (MqttProbe boss = client("boss", "boss-" + version, MqttVersion.V5);
                MqttProbe sensor = client("sensor", "p-" + version, version)) {
            String own = "plant/p-" + version + "/temperature";
            boss.subscribe("plant/#", 2);
            boss.subscribe("orders/#", 2);

            sensor.publish("orders/all", "forged", 0);
            int denied = version.hasProperties() ? NOT_AUTHORIZED : SUCCESS;
            assertThat(sensor.send(publish("orders/all", "forged").qos(1, 7))
                            .expect(Puback.class)
                            .code())
                    .isEqualTo(denied);
            assertThat(sensor.send(publish("plant/another/temperature", "forged")
                                    .qos(2, 8))
                            .expect(Pubrec.class)
                            .code())
                    .isEqualTo(denied);
            sensor.publish(own, "21.5", 1);

            boss.receive(own, "21.5");
        }
    }

    @Test
    void whoMayNotSubscribeHearsNothing() {
        try (MqttProbe sensor = client("sensor", "s1", MqttVersion.V5);
                MqttProbe old = client("sensor", "s2", MqttVersion.V311);
                MqttProbe boss = client("boss", "boss", MqttVersion.V5)) {
            assertThat(sensor.subscribe(subscribe(1)
                                    .filter("orders/+", 1)
                                    .filter("plant/#", 1)
                                    .filter("#", 1)
                                    .filter("$share/g/orders/express", 1)
                                    .filter("$share/g/plant/s1/temperature", 1))
                            .codes())
                    .as("of a shared subscription the inner filter counts")
                    .containsExactly(1, NOT_AUTHORIZED, NOT_AUTHORIZED, 1, NOT_AUTHORIZED);
            assertThat(old.subscribe(subscribe(1).filter("orders/+", 1).filter("plant/#", 1))
                            .codes())
                    .containsExactly(1, 0x80);

            boss.send(publish("plant/s1/temperature", "secret").qos(1, 9));
            assertThat(boss.expect(Puback.class).code()).isEqualTo(NO_MATCHING_SUBSCRIBERS);
            boss.publish("orders/all", "stop", 1);

            sensor.receive("orders/all", "stop");
            old.receive("orders/all", "stop");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWillIsJudgedAsWhatItsClientPublishes(MqttVersion version) {
        try (MqttProbe boss = client("boss", "boss-will-" + version, MqttVersion.V5)) {
            boss.subscribe("plant/#", 1);
            String id = "w-" + version;

            assertThat(code(version, user("sensor", password("sensor"), id).will(will("orders/all", "forged"))))
                    .isEqualTo(version.hasProperties() ? NOT_AUTHORIZED : REFUSED_MQTT3);
            try (MqttProbe sensor = open(version)) {
                sensor.connect(user("sensor", password("sensor"), id)
                        .will(will("plant/" + id + "/state", "gone").qos(1)));
                sensor.abort();
            }

            boss.receive("plant/" + id + "/state", "gone");
        }
    }

    @Test
    void rulesChangeWithoutARestart() {
        try (MqttProbe sensor = client("sensor", "r1", MqttVersion.V5)) {
            assertThat(publishCode(sensor, "plant/r1/x")).isEqualTo(NO_MATCHING_SUBSCRIBERS);
            assertThat(publishCode(sensor, "added/later")).isEqualTo(NOT_AUTHORIZED);

            String[] more = RULES.clone();
            more[0] = "{allow, {client, \"r1\"}, publish, [\"added/later\"]}. " + RULES[0];
            node.file("etc/acl.conf", more);
            assertThat(node.wkctl("acl", "reload")).isEqualTo(new Outcome(0, "ok\n", ""));
            assertThat(publishCode(sensor, "added/later"))
                    .as("what was denied and remembered is judged again")
                    .isEqualTo(NO_MATCHING_SUBSCRIBERS);

            node.file("etc/acl.conf", RULES);
            Await.until("the file is noticed", () -> publishCode(sensor, "added/later") == NOT_AUTHORIZED);

            node.file("etc/acl.conf", "{allow, everybody}.");
            Outcome broken = node.wkctl("acl", "reload");
            node.file("etc/acl.conf", RULES);
            assertThat(broken.status()).isEqualTo(1);
            assertThat(broken.out() + broken.err()).contains("acl.conf:1");
            assertThat(publishCode(sensor, "added/later"))
                    .as("rules with an error are not used")
                    .isEqualTo(NOT_AUTHORIZED);
        }
    }

    private static int publishCode(MqttProbe client, String topic) {
        int id = client.nextPacketId();
        return client.send(publish(topic, "x").qos(1, id)).expect(Puback.class).code();
    }

    private static ConnectBuilder user(String name, String password) {
        return user(name, password, "c-" + name);
    }

    private static ConnectBuilder user(String name, String password, String clientId) {
        return connect(clientId).userName(name).password(password);
    }

    private static MqttProbe client(String user, String clientId, MqttVersion version) {
        MqttProbe probe = open(version);
        probe.connect(user(user, password(user), clientId));
        return probe;
    }

    private static int code(MqttVersion version, ConnectBuilder connect) {
        try (MqttProbe probe = open(version)) {
            return probe.send(connect).expect(Connack.class).code();
        }
    }

    private static MqttProbe open(MqttVersion version) {
        return MqttProbe.open("127.0.0.1", port, version).within(LIMIT);
    }
}
