package io.wkmq.session;

/**
 * How a connection ended, as far as its session cares.
 *
 * @param publishWill whether the will is published: always, but after DISCONNECT with reason 0 [MQTT-3.14.4-3]
 * @param expirySeconds the session expiry that DISCONNECT gave, or {@link #UNCHANGED}
 */
public record DisconnectCause(boolean publishWill, long expirySeconds) {
    /** The session keeps the expiry of its CONNECT. */
    public static final long UNCHANGED = -1;

    /** DISCONNECT with reason 0: no will. */
    public static final DisconnectCause NORMAL = new DisconnectCause(false, UNCHANGED);

    /** Everything else: the network failed, the keep alive ran out, the client broke a rule, the server closed. */
    public static final DisconnectCause LOST = new DisconnectCause(true, UNCHANGED);
}
