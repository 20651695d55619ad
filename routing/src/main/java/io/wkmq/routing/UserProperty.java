package io.wkmq.routing;

/**
 * A user property of MQTT 5. Order and repetition of names are kept [MQTT-3.3.2-18].
 *
 * @param name the name, may repeat
 * @param value the value
 */
public record UserProperty(String name, String value) {}
