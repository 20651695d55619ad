package io.wkmq.broker.channels;

import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.WillBuilder.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.plugin.PluginJars;
import io.wkmq.channel.ChannelException;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.ConnectBuilder;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.UserProperty;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that message names are scoped to their publisher: to its user, or to its client id if it has none. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class MessageNamesTest {
    private static final int IMPLEMENTATION_SPECIFIC_ERROR = 0x83;
    private static final Property NAME = Property.user("wk-msg-id", "17");

    /** Knows the users whose names begin with "user"; others come in as nobody, for they are on this host. */
    private static final String USERS = """
            public void start(PluginContext context) {
                context.addAuthenticator((client, shown) ->
                        (shown.userName() != null && shown.userName().startsWith("user")
                                ? AuthenticationResult.allowed()
                                : AuthenticationResult.ignored()).now());
            }
            public void stop() {}
            """;

    @TempDir
    Path home;

    private TestBroker broker;

    @BeforeEach
    void start() throws Exception {
        new PluginJars(
                        Files.createDirectories(home.resolve("plugins")),
                        Files.createDirectories(home.resolve("scratch")))
                .add("names", USERS);
        broker = TestBroker.start(home, Map.of("WKMQ_PLUGINS__LOADED", "names"));
        broker.broker().channels().changes().create("plant", TopicFilter.of("plant/#"), ChannelSettings.DEFAULT);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private MqttProbe client(ConnectBuilder connect) {
        MqttProbe client = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5);
        client.connect(connect);
        return client;
    }

    private static ConnectBuilder user(String name, String clientId) {
        return connect(clientId).userName(name).password("x");
    }

    /** The answer to a message of the one name, published on a connection of its own. */
    private Puback publishNamed(ConnectBuilder who, String payload) {
        try (MqttProbe client = client(who)) {
            return client.send(publish("plant/7", payload).qos(1, 1).with(NAME)).expect(Puback.class);
        }
    }

    private static String said(Puback puback, String name) {
        List<String> values = puback.properties().user().stream()
                .filter(property -> property.name().equals(name))
                .map(UserProperty::value)
                .toList();
        return values.isEmpty() ? "none" : values.get(values.size() - 1);
    }

    private static void isNew(Puback puback, int seq) {
        assertThat(puback.code()).isLessThan(0x80);
        assertThat(said(puback, "wk-seq")).isEqualTo(Integer.toString(seq));
        assertThat(said(puback, "wk-dup")).isEqualTo("none");
    }

    private static void isThereAlready(Puback puback, int seq) {
        assertThat(puback.code()).isLessThan(0x80);
        assertThat(said(puback, "wk-seq")).isEqualTo(Integer.toString(seq));
        assertThat(said(puback, "wk-dup")).isEqualTo("1");
    }

    private long next() {
        try {
            return broker.broker().channels().contents().position("plant").next();
        } catch (ChannelException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aUserHasTheSameNamesOnAllHisClients() {
        isNew(publishNamed(user("user1", "a"), "x"), 1);
        isThereAlready(publishNamed(user("user1", "b"), "x"), 1);
        assertThat(publishNamed(user("user1", "c"), "y").code()).isEqualTo(IMPLEMENTATION_SPECIFIC_ERROR);
        isThereAlready(publishNamed(user("user1", "a"), "x"), 1);
        assertThat(next()).isEqualTo(2);
    }

    @Test
    void twoUsersHaveNamesOfTheirOwnWhateverTheirClientsAreCalled() {
        isNew(publishNamed(user("user1", "a"), "x"), 1);
        isNew(publishNamed(user("user2", "a"), "y"), 2);
        isNew(publishNamed(user("user3", "b"), "x"), 3);
        isThereAlready(publishNamed(user("user2", "b"), "y"), 2);
        isThereAlready(publishNamed(user("user1", "b"), "x"), 1);
        assertThat(next()).isEqualTo(4);
    }

    @Test
    void clientsWithoutUserHaveNamesOfTheirOwn() {
        isNew(publishNamed(connect("a"), "x"), 1);
        isNew(publishNamed(connect("b"), "y"), 2);
        isThereAlready(publishNamed(connect("a"), "x"), 1);
        isThereAlready(publishNamed(connect("b"), "y"), 2);
        assertThat(publishNamed(connect("b"), "x").code()).isEqualTo(IMPLEMENTATION_SPECIFIC_ERROR);
        assertThat(next()).isEqualTo(3);
    }

    @Test
    void aClientThatIsCalledLikeAUserHasNotHisNames() {
        isNew(publishNamed(user("user1", "a"), "x"), 1);
        isNew(publishNamed(connect("user1"), "y"), 2);
        isNew(publishNamed(connect("user:user1"), "z"), 3);
        isThereAlready(publishNamed(user("user1", "user1"), "x"), 1);
        isThereAlready(publishNamed(connect("user1"), "y"), 2);
    }

    @Test
    void whomNobodyKnowsHasTheNamesOfHisClientIdWhateverUserHeClaimsToBe() {
        isNew(publishNamed(user("nobody", "a"), "x"), 1);
        isNew(publishNamed(user("nobody", "b"), "y"), 2);
        isThereAlready(publishNamed(connect("a"), "x"), 1);
    }

    @Test
    void whatAUserPublishesWithQos0AndAsAWillHasHisNamesToo() {
        Property name = Property.user("wk-msg-id", "will");
        try (MqttProbe client =
                client(user("user1", "a").will(will("plant/1", "gone").with(name)))) {
            client.send(publish("plant/7", "x").with(NAME));
            Await.until("the message is in the channel", () -> next() == 2);
            client.abort();
        }
        Await.until("the will is in the channel", () -> next() == 3);
        isThereAlready(publishNamed(user("user1", "b"), "x"), 1);
        try (MqttProbe client = client(user("user1", "b"))) {
            isThereAlready(
                    client.send(publish("plant/1", "gone").qos(1, 1).with(name)).expect(Puback.class), 2);
        }
        assertThat(next()).isEqualTo(3);
    }

    @Test
    void aPersistentSessionKeepsTheNamesOfItsUser() {
        isNew(publishNamed(user("user1", "a").keepSession(), "x"), 1);
        isNew(publishNamed(connect("a").keepSession(), "y"), 2);
        isThereAlready(publishNamed(user("user1", "a").keepSession(), "x"), 1);
        assertThat(next()).isEqualTo(3);
    }
}
