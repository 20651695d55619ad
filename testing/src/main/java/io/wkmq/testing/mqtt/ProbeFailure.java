package io.wkmq.testing.mqtt;

/** Thrown if the server did not behave as a test expected; shows the conversation. */
final class ProbeFailure extends AssertionError {
    ProbeFailure(String message, Transcript transcript) {
        super(message + "\n" + transcript);
    }
}
