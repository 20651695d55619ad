package io.wkmq.testing.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A packet from the server. What MQTT 3 does not have is empty, and its reason codes are 0. */
public sealed interface ServerPacket {
    /** A packet that acknowledges a PUBLISH or goes on with QoS 2. */
    sealed interface Acknowledgement extends ServerPacket {
        /** The packet id. */
        int packetId();

        /** The reason code. */
        int code();

        /** The properties. */
        Properties properties();
    }

    /** CONNACK; {@code code} is the return code of MQTT 3 or the reason code of MQTT 5. */
    record Connack(boolean sessionPresent, int code, Properties properties) implements ServerPacket {}

    /** PUBLISH; a topic that was left out is the one its alias stands for; packet id 0 for QoS 0. */
    record Publish(
            String topic,
            byte[] payload,
            int qos,
            boolean retain,
            boolean duplicate,
            int packetId,
            Properties properties)
            implements ServerPacket {
        /** The payload as text. */
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return "Publish[topic=" + topic + ", payload="
                    + (payload.length <= 64 ? text() : payload.length + " bytes") + ", qos=" + qos + ", retain="
                    + retain + ", duplicate=" + duplicate + ", packetId=" + packetId + ", properties=" + properties
                    + "]";
        }
    }

    /** PUBACK. */
    record Puback(int packetId, int code, Properties properties) implements Acknowledgement {}

    /** PUBREC. */
    record Pubrec(int packetId, int code, Properties properties) implements Acknowledgement {}

    /** PUBREL. */
    record Pubrel(int packetId, int code, Properties properties) implements Acknowledgement {}

    /** PUBCOMP. */
    record Pubcomp(int packetId, int code, Properties properties) implements Acknowledgement {}

    /** SUBACK with one code for each filter. */
    record Suback(int packetId, List<Integer> codes, Properties properties) implements ServerPacket {}

    /** UNSUBACK; MQTT 3 has no codes. */
    record Unsuback(int packetId, List<Integer> codes, Properties properties) implements ServerPacket {}

    /** PINGRESP. */
    record Pingresp() implements ServerPacket {}

    /** DISCONNECT, MQTT 5 only. */
    record Disconnect(int code, Properties properties) implements ServerPacket {}

    /** AUTH, MQTT 5 only. */
    record Auth(int code, Properties properties) implements ServerPacket {}
}
