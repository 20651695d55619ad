package io.wkmq.broker.clients;

import org.jspecify.annotations.Nullable;

/**
 * The connect settings of a client.
 *
 * @param clientId the client id
 * @param cleanStart whether it starts a new session
 * @param sessionStays whether its session outlives the connection
 * @param reconnects whether the library reconnects automatically
 * @param will the will, published when the connection is lost
 * @param receiveMaximum the receive maximum (MQTT 5); 0 for the default
 * @param topicAliasMaximum how many topic aliases each side may use (MQTT 5)
 * @param acknowledgesByHand whether the test rather than the library acknowledges messages
 */
record Settings(
        String clientId,
        boolean cleanStart,
        boolean sessionStays,
        boolean reconnects,
        @Nullable Letter will,
        int receiveMaximum,
        int topicAliasMaximum,
        boolean acknowledgesByHand) {
    /** Longer than any test takes. */
    static final long SESSION_SECONDS = 3600;

    /** A client whose session ends with its connection. */
    static Settings of(String clientId) {
        return new Settings(clientId, true, false, false, null, 0, 0, false);
    }

    /** A client that comes back to its session. */
    static Settings staying(String clientId) {
        return new Settings(clientId, false, true, false, null, 0, 0, false);
    }

    Settings reconnecting() {
        return new Settings(
                clientId, cleanStart, sessionStays, true, will, receiveMaximum, topicAliasMaximum, acknowledgesByHand);
    }

    Settings withWill(Letter letter) {
        return new Settings(
                clientId,
                cleanStart,
                sessionStays,
                reconnects,
                letter,
                receiveMaximum,
                topicAliasMaximum,
                acknowledgesByHand);
    }

    Settings withWindow(int maximum) {
        return new Settings(clientId, cleanStart, sessionStays, reconnects, will, maximum, topicAliasMaximum, true);
    }

    Settings withAliases(int maximum) {
        return new Settings(
                clientId, cleanStart, sessionStays, reconnects, will, receiveMaximum, maximum, acknowledgesByHand);
    }
}
