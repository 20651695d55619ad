package io.wkmq.broker.auth;

import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.session.ReasonCode;

/** Whether a client may connect. */
public sealed interface ConnectDecision {
    /**
     * It may.
     *
     * @param client who it is now: with the authenticated user name, null if it is anonymous, whatever it claimed
     * @param mountpoint the prefix of all its topics with the placeholders replaced, empty for none
     */
    record Accepted(ClientInfo client, String mountpoint) implements ConnectDecision {}

    /**
     * It may not.
     *
     * @param reason for CONNACK or DISCONNECT
     * @param text for the log; says no more than a client may know
     */
    record Refused(ReasonCode reason, String text) implements ConnectDecision {}
}
