package io.wkmq.testing.mqtt;

/** The server did something else than a test expected; shows what went over the connection. */
final class ProbeFailure extends AssertionError {
    ProbeFailure(String message, Transcript transcript) {
        super(message + "\n" + transcript);
    }
}
