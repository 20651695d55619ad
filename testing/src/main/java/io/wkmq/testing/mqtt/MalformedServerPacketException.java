package io.wkmq.testing.mqtt;

/** Thrown if the server sent bytes that the standard does not allow. */
final class MalformedServerPacketException extends RuntimeException {
    MalformedServerPacketException(String message) {
        super(message);
    }
}
