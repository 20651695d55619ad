package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.disconnect;
import static io.wkmq.testing.mqtt.Packets.puback;
import static io.wkmq.testing.mqtt.Packets.pubcomp;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.pubrec;
import static io.wkmq.testing.mqtt.Packets.pubrel;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.Packets.unsubscribe;
import static io.wkmq.testing.mqtt.PropertyType.AUTHENTICATION_DATA;
import static io.wkmq.testing.mqtt.PropertyType.AUTHENTICATION_METHOD;
import static io.wkmq.testing.mqtt.PropertyType.CONTENT_TYPE;
import static io.wkmq.testing.mqtt.PropertyType.CORRELATION_DATA;
import static io.wkmq.testing.mqtt.PropertyType.MAXIMUM_PACKET_SIZE;
import static io.wkmq.testing.mqtt.PropertyType.MESSAGE_EXPIRY_INTERVAL;
import static io.wkmq.testing.mqtt.PropertyType.PAYLOAD_FORMAT_INDICATOR;
import static io.wkmq.testing.mqtt.PropertyType.REASON_STRING;
import static io.wkmq.testing.mqtt.PropertyType.RECEIVE_MAXIMUM;
import static io.wkmq.testing.mqtt.PropertyType.REQUEST_PROBLEM_INFORMATION;
import static io.wkmq.testing.mqtt.PropertyType.REQUEST_RESPONSE_INFORMATION;
import static io.wkmq.testing.mqtt.PropertyType.RESPONSE_TOPIC;
import static io.wkmq.testing.mqtt.PropertyType.SERVER_REFERENCE;
import static io.wkmq.testing.mqtt.PropertyType.SESSION_EXPIRY_INTERVAL;
import static io.wkmq.testing.mqtt.PropertyType.SUBSCRIPTION_IDENTIFIER;
import static io.wkmq.testing.mqtt.PropertyType.TOPIC_ALIAS;
import static io.wkmq.testing.mqtt.PropertyType.TOPIC_ALIAS_MAXIMUM;
import static io.wkmq.testing.mqtt.PropertyType.USER_PROPERTY;
import static io.wkmq.testing.mqtt.PropertyType.WILL_DELAY_INTERVAL;
import static io.wkmq.testing.mqtt.WillBuilder.will;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.PacketBuilder;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.UserProperty;
import io.wkmq.testing.normative.Normative;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests which property may appear where, and how often (2.2.2.2), for the whole table. */
@ProtocolTest
class PropertyRulesTest {
    private static final int MALFORMED = 0x81;
    private static final int PROTOCOL_ERROR = 0x82;

    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    /** A packet of a client, or the will in its CONNECT, and the properties permitted in it. */
    enum Place {
        CONNECT(
                SESSION_EXPIRY_INTERVAL,
                AUTHENTICATION_METHOD,
                AUTHENTICATION_DATA,
                REQUEST_PROBLEM_INFORMATION,
                REQUEST_RESPONSE_INFORMATION,
                RECEIVE_MAXIMUM,
                TOPIC_ALIAS_MAXIMUM,
                MAXIMUM_PACKET_SIZE),
        WILL(
                PAYLOAD_FORMAT_INDICATOR,
                MESSAGE_EXPIRY_INTERVAL,
                CONTENT_TYPE,
                RESPONSE_TOPIC,
                CORRELATION_DATA,
                WILL_DELAY_INTERVAL),
        PUBLISH(
                PAYLOAD_FORMAT_INDICATOR,
                MESSAGE_EXPIRY_INTERVAL,
                CONTENT_TYPE,
                RESPONSE_TOPIC,
                CORRELATION_DATA,
                SUBSCRIPTION_IDENTIFIER, // a rule of its own, see SubscriptionIdentifierTest
                TOPIC_ALIAS),
        PUBACK(REASON_STRING),
        PUBREC(REASON_STRING),
        PUBREL(REASON_STRING),
        PUBCOMP(REASON_STRING),
        SUBSCRIBE(SUBSCRIPTION_IDENTIFIER),
        UNSUBSCRIBE(),
        DISCONNECT(SESSION_EXPIRY_INTERVAL, REASON_STRING, SERVER_REFERENCE);

        @SuppressWarnings("ImmutableEnumChecker") // never changed
        private final Set<PropertyType> allowed = EnumSet.of(USER_PROPERTY);

        Place(PropertyType... allowed) {
            this.allowed.addAll(List.of(allowed));
        }
    }

    private static Property property(PropertyType type) {
        return switch (type.form()) {
            case BYTE, TWO_BYTES, FOUR_BYTES, VARIABLE -> Property.number(type, 1);
            case STRING -> Property.text(type, "text");
            case BINARY -> new Property(type, new byte[] {1});
            case STRING_PAIR -> new Property(type, new UserProperty("name", "value"));
        };
    }

    static List<Arguments> misplaced() {
        List<Arguments> rows = new ArrayList<>();
        for (Place place : Place.values()) {
            EnumSet.complementOf(EnumSet.copyOf(place.allowed)).forEach(type -> rows.add(arguments(place, type)));
        }
        return rows;
    }

    @ParameterizedTest(name = "{1} in {0}")
    @MethodSource("misplaced")
    @Normative(v5 = {"MQTT-4.13.1-1", "MQTT-3.1.4-1"})
    void misplacedPropertyEndsTheConnection(Place place, PropertyType type) {
        expectRejected(place, property(type));
    }

    static List<Arguments> single() {
        List<Arguments> rows = new ArrayList<>();
        for (Place place : Place.values()) {
            place.allowed.stream()
                    .filter(type -> type != USER_PROPERTY && type != SERVER_REFERENCE && type != AUTHENTICATION_DATA)
                    .forEach(type -> rows.add(arguments(place, type)));
        }
        return rows;
    }

    @ParameterizedTest(name = "{1} twice in {0}")
    @MethodSource("single")
    @Normative(v5 = {"MQTT-4.13.1-1", "MQTT-3.1.4-1"})
    void repeatedPropertyEndsTheConnection(Place place, PropertyType type) {
        expectRejected(place, property(type), property(type));
    }

    @ParameterizedTest
    @EnumSource(
            names = {"DISCONNECT", "CONNECT"},
            mode = EnumSource.Mode.EXCLUDE)
    void userPropertyMayBeRepeated(Place place) {
        MqttProbe client = place == Place.WILL ? broker.open(V5) : broker.client(V5);

        client.send(packet(place, property(USER_PROPERTY), property(USER_PROPERTY)));

        if (place == Place.WILL) {
            client.expect(Connack.class);
        }
        client.ping();
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({
        "RECEIVE_MAXIMUM, 0",
        "MAXIMUM_PACKET_SIZE, 0",
        "REQUEST_PROBLEM_INFORMATION, 2",
        "REQUEST_RESPONSE_INFORMATION, 2",
        "REQUEST_PROBLEM_INFORMATION, 255",
    })
    @Normative(v5 = {"MQTT-4.13.1-1", "MQTT-3.1.4-1"})
    void valueOutOfRangeIsRefused(PropertyType type, long value) {
        broker.open(V5)
                .send(connect(broker.id()).with(Property.number(type, value)).encode(V5))
                .expectRefusal(MALFORMED, PROTOCOL_ERROR);
    }

    private void expectRejected(Place place, Property... properties) {
        PacketBuilder<?> packet = packet(place, properties);
        switch (place) {
            // As bytes: what a wrong CONNECT allows does not bind the server.
            case CONNECT, WILL ->
                broker.open(V5).send(packet.encode(V5)).expectRefusal(MALFORMED, PROTOCOL_ERROR, 0x8C);
            case DISCONNECT -> broker.client(V5).send(packet).expectEnd(MALFORMED, PROTOCOL_ERROR);
            default -> broker.client(V5).send(packet).expectDisconnect(MALFORMED, PROTOCOL_ERROR);
        }
    }

    private PacketBuilder<?> packet(Place place, Property... properties) {
        String topic = broker.topic("t");
        return switch (place) {
            case CONNECT -> connect(broker.id()).with(properties);
            case WILL -> connect(broker.id()).will(will(topic, "x").with(properties));
            case PUBLISH -> publish(topic, "x").with(properties);
            case PUBACK -> puback(1).with(properties);
            case PUBREC -> pubrec(1).with(properties);
            case PUBREL -> pubrel(1).with(properties);
            case PUBCOMP -> pubcomp(1).with(properties);
            case SUBSCRIBE -> subscribe(1).filter(topic, 0).with(properties);
            case UNSUBSCRIBE -> unsubscribe(1, topic).with(properties);
            case DISCONNECT -> disconnect().with(properties);
        };
    }
}
