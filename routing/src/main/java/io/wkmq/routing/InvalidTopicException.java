package io.wkmq.routing;

/** Thrown for a topic name, topic filter or share name that the MQTT standard does not allow. The message says which rule it breaks. */
public final class InvalidTopicException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    InvalidTopicException(String message) {
        super(message);
    }
}
