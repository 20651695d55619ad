package io.wkmq.testing.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A packet from the server. Components that MQTT 3 lacks are empty; missing reason codes are 0. */
public sealed interface ServerPacket {
    /** A packet that acknowledges a PUBLISH or continues a QoS 2 exchange. */
    sealed interface Acknowledgement extends ServerPacket {
        /** Returns the packet id. */
        int packetId();

        /** Returns the reason code. */
        int code();

        /** Returns the properties. */
        Properties properties();
    }

    /** CONNACK; {@code code} is the return code of MQTT 3 or the reason code of MQTT 5. */
    record Connack(boolean sessionPresent, int code, Properties properties) implements ServerPacket {}

    /** PUBLISH. An omitted topic is resolved from its alias; the packet id is 0 for QoS 0. */
    record Publish(
            String topic,
            byte[] payload,
            int qos,
            boolean retain,
            boolean duplicate,
            int packetId,
            Properties properties)
            implements ServerPacket {
        /** Returns the payload as text. */
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
