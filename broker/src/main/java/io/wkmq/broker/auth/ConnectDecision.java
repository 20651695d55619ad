package io.wkmq.broker.auth;

import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.session.ReasonCode;

/** Whether a client may connect. */
public sealed interface ConnectDecision {
    /**
     * The client may connect.
     *
     * @param client the client with its authenticated user name; null if it is anonymous, whatever name it claimed
     * @param mountpoint the prefix of all its topics, with placeholders replaced; empty for none
     */
    record Accepted(ClientInfo client, String mountpoint) implements ConnectDecision {}

    /**
     * The client may not connect.
     *
     * @param reason the reason code for CONNACK or DISCONNECT
     * @param text the reason for the log; reveals nothing that a client must not know
     */
    record Refused(ReasonCode reason, String text) implements ConnectDecision {}
}
