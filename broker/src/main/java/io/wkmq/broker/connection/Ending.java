package io.wkmq.broker.connection;

import io.wkmq.broker.listener.ShutdownReason;
import io.wkmq.session.ReasonCode;

/** Maps MQTT reason codes to the listeners' shutdown reasons. */
final class Ending {
    private Ending() {}

    static ShutdownReason of(ReasonCode reason) {
        return switch (reason) {
            case SUCCESS, DISCONNECT_WITH_WILL -> ShutdownReason.NORMAL;
            case SESSION_TAKEN_OVER -> ShutdownReason.TAKEN_OVER;
            case KEEP_ALIVE_TIMEOUT -> ShutdownReason.KEEPALIVE_TIMEOUT;
            case ADMINISTRATIVE_ACTION -> ShutdownReason.KICKED;
            case SERVER_SHUTTING_DOWN -> ShutdownReason.SERVER_STOPPED;
            case QUOTA_EXCEEDED, MESSAGE_RATE_TOO_HIGH, CONNECTION_RATE_EXCEEDED -> ShutdownReason.QUOTA_EXCEEDED;
            case BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED, BANNED, BAD_AUTHENTICATION_METHOD ->
                ShutdownReason.NOT_AUTHORIZED;
            case UNSPECIFIED_ERROR -> ShutdownReason.INTERNAL_ERROR;
            default -> reason.error() ? ShutdownReason.PROTOCOL_ERROR : ShutdownReason.NORMAL;
        };
    }
}
