package io.wkmq.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a PUBLISH that travel with the message to its subscribers unaltered (MQTT 5, 3.3.2.3). Topic alias and
 * subscription identifiers belong to one connection and are not here; the expiry is {@link Message#expiresAtMs()}.
 *
 * @param payloadIsUtf8 payload format indicator 1 [MQTT-3.3.2-4]
 * @param contentType content type, or null
 * @param responseTopic response topic, or null
 * @param correlationData correlation data, or null; shared, read only
 * @param userProperties user properties in the order received
 */
public record MessageProperties(
        boolean payloadIsUtf8,
        @Nullable String contentType,
        @Nullable String responseTopic,
        byte @Nullable [] correlationData,
        List<UserProperty> userProperties) {
    /** No property at all: every MQTT 3 message, most MQTT 5 messages. Compare by identity is allowed. */
    public static final MessageProperties NONE = new MessageProperties(false, null, null, null, List.of());

    /** Takes an immutable copy of the list. */
    // not in the compact form, in which javac loses the annotation of the array
    public MessageProperties(
            boolean payloadIsUtf8,
            @Nullable String contentType,
            @Nullable String responseTopic,
            byte @Nullable [] correlationData,
            List<UserProperty> userProperties) {
        this.payloadIsUtf8 = payloadIsUtf8;
        this.contentType = contentType;
        this.responseTopic = responseTopic;
        this.correlationData = correlationData;
        this.userProperties = List.copyOf(userProperties);
    }

    /** What they count against a byte bound: their text and data, and a flat charge for each; 0 if there are none. */
    public long bytes() {
        long bytes = bytes(contentType) + bytes(responseTopic);
        if (correlationData != null) {
            bytes += 16 + correlationData.length;
        }
        for (int i = 0; i < userProperties.size(); i++) {
            UserProperty property = userProperties.get(i);
            bytes += 24 + bytes(property.name()) + bytes(property.value());
        }
        return bytes;
    }

    private static long bytes(@Nullable String text) {
        return text == null ? 0 : 40L + text.length();
    }
}
