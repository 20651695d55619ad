package io.wkmq.benchmarks.micro;

import io.wkmq.broker.packet.ProtocolVersion;

/** The kind of PUBLISH packets that a benchmark decodes or encodes. */
public enum PublishKind {
    /** MQTT 3.1.1. */
    MQTT_3_1_1,
    /** MQTT 5 without properties. */
    MQTT_5,
    /** MQTT 5 with a topic alias, three user properties and, towards a subscriber, its subscription identifier. */
    MQTT_5_PROPERTIES;

    static final int USER_PROPERTIES = 3;

    ProtocolVersion version() {
        return this == MQTT_3_1_1 ? ProtocolVersion.MQTT_3_1_1 : ProtocolVersion.MQTT_5;
    }

    boolean properties() {
        return this == MQTT_5_PROPERTIES;
    }

    static String name(int userProperty) {
        return "property-" + userProperty;
    }

    static String value() {
        return "value";
    }
}
