package io.wkmq.session;

/** Learns how a CONNECT ended. Exactly one method is called, once, on the thread of the client id's shard. */
public interface ConnectCallback {
    /**
     * The link is the session's current one. CONNACK is to be written in this call: what the session owes its client is
     * written as soon as it returns [MQTT-3.2.0-1]. A connection that is closed by now calls
     * {@link Session#disconnected} in here.
     *
     * @param sessionPresent whether the session existed before [MQTT-3.2.2-3]
     */
    void connected(Session session, boolean sessionPresent);

    /** There is no session for the link; the reason is one that CONNACK knows. */
    void refused(ReasonCode reason, String reasonString);
}
