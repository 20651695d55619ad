package io.wkmq.testing.mqtt;

/** The protocol versions that the probe speaks. */
public enum MqttVersion {
    /** MQTT 3.1. */
    V31("MQIsdp", 3),
    /** MQTT 3.1.1. */
    V311("MQTT", 4),
    /** MQTT 5.0. */
    V5("MQTT", 5);

    private final String protocolName;
    private final int level;

    MqttVersion(String protocolName, int level) {
        this.protocolName = protocolName;
        this.level = level;
    }

    /** Returns the protocol name in CONNECT. */
    public String protocolName() {
        return protocolName;
    }

    /** Returns the protocol level in CONNECT. */
    public int level() {
        return level;
    }

    /** Returns whether packets have properties and reason codes. */
    public boolean hasProperties() {
        return this == V5;
    }
}
