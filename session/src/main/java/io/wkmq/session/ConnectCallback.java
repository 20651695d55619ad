package io.wkmq.session;

/** Receives the outcome of a CONNECT. Exactly one method is called, once, on the thread of the client id's shard. */
public interface ConnectCallback {
    /**
     * The link is now the session's current one. The callee must write CONNACK before it returns: pending deliveries are
     * written right after [MQTT-3.2.0-1]. If the connection has closed meanwhile, the callee calls {@link Session#disconnected}
     * from within this call.
     *
     * @param sessionPresent whether the session existed before [MQTT-3.2.2-3]
     */
    void connected(Session session, boolean sessionPresent);

    /** The link gets no session; the reason is valid in a CONNACK. */
    void refused(ReasonCode reason, String reasonString);
}
