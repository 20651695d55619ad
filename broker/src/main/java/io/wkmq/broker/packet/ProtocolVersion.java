package io.wkmq.broker.packet;

/** The versions of MQTT. */
public enum ProtocolVersion {
    /** MQTT 3.1, protocol name MQIsdp. */
    MQTT_3_1(3),
    /** MQTT 3.1.1. */
    MQTT_3_1_1(4),
    /** MQTT 5.0. */
    MQTT_5(5);

    private final int level;

    ProtocolVersion(int level) {
        this.level = level;
    }

    /** Returns the protocol level as in CONNECT. */
    public int level() {
        return level;
    }

    /** Returns whether this is MQTT 5. */
    public boolean isMqtt5() {
        return this == MQTT_5;
    }
}
