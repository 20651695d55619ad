package io.wkmq.testing.mqtt;

/** The server sent bytes that the standard does not allow. */
final class MalformedServerPacketException extends RuntimeException {
    MalformedServerPacketException(String message) {
        super(message);
    }
}
