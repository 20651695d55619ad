package io.wkmq.broker.clients;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message as a client sends or receives it. */
record Letter(String topic, String text, int qos, boolean retain, Extras extras) {
    /**
     * The properties that MQTT 5 adds.
     *
     * @param userProperties the user properties as {@code name=value}, in order
     * @param expirySeconds the message expiry interval, -1 for none
     */
    record Extras(
            List<String> userProperties,
            @Nullable String contentType,
            @Nullable String responseTopic,
            @Nullable String correlationData,
            long expirySeconds) {
        static final Extras NONE = new Extras(List.of(), null, null, null, -1);

        Extras {
            userProperties = List.copyOf(userProperties);
        }

        static Extras expiry(long seconds) {
            return new Extras(List.of(), null, null, null, seconds);
        }
    }

    static Letter of(String topic, String text, int qos) {
        return new Letter(topic, text, qos, false, Extras.NONE);
    }

    Letter retained() {
        return new Letter(topic, text, qos, true, extras);
    }

    Letter with(Extras added) {
        return new Letter(topic, text, qos, retain, added);
    }
}
