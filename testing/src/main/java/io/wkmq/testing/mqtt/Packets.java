package io.wkmq.testing.mqtt;

import java.nio.charset.StandardCharsets;

/** Factory methods for packet builders, intended for static import. */
public final class Packets {
    private Packets() {}

    /** CONNECT with clean start and a keep alive of 60 s, without will and user name. */
    public static ConnectBuilder connect(String clientId) {
        return new ConnectBuilder(clientId);
    }

    /** PUBLISH with QoS 0. */
    public static PublishBuilder publish(String topic, String payload) {
        return new PublishBuilder(topic, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** PUBLISH with QoS 0. */
    public static PublishBuilder publish(String topic, byte[] payload) {
        return new PublishBuilder(topic, payload);
    }

    /** PUBACK without reason code. */
    public static AckBuilder puback(int packetId) {
        return new AckBuilder(PacketType.PUBACK, packetId);
    }

    /** PUBREC without reason code. */
    public static AckBuilder pubrec(int packetId) {
        return new AckBuilder(PacketType.PUBREC, packetId);
    }

    /** PUBREL without reason code. */
    public static AckBuilder pubrel(int packetId) {
        return new AckBuilder(PacketType.PUBREL, packetId);
    }

    /** PUBCOMP without reason code. */
    public static AckBuilder pubcomp(int packetId) {
        return new AckBuilder(PacketType.PUBCOMP, packetId);
    }

    /** SUBSCRIBE without filters. */
    public static SubscribeBuilder subscribe(int packetId) {
        return new SubscribeBuilder(packetId);
    }

    /** UNSUBSCRIBE. */
    public static UnsubscribeBuilder unsubscribe(int packetId, String... filters) {
        return new UnsubscribeBuilder(packetId, filters);
    }

    /** PINGREQ. */
    public static BareBuilder pingreq() {
        return new BareBuilder(PacketType.PINGREQ);
    }

    /** DISCONNECT without reason code, which means a normal disconnection. */
    public static ReasonBuilder disconnect() {
        return new ReasonBuilder(PacketType.DISCONNECT, -1);
    }

    /** DISCONNECT with a reason code, which is omitted for MQTT 3. */
    public static ReasonBuilder disconnect(int code) {
        return new ReasonBuilder(PacketType.DISCONNECT, code);
    }

    /** AUTH. */
    public static ReasonBuilder auth(int code) {
        return new ReasonBuilder(PacketType.AUTH, code);
    }
}
