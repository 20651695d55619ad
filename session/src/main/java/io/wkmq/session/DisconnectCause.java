package io.wkmq.session;

/**
 * The reason a connection ended, as far as it matters to the session.
 *
 * @param publishWill whether to publish the will: always, except after a DISCONNECT with reason 0 [MQTT-3.14.4-3]
 * @param expirySeconds the session expiry given in the DISCONNECT, or {@link #UNCHANGED}
 */
public record DisconnectCause(boolean publishWill, long expirySeconds) {
    /** The session keeps the expiry given in its CONNECT. */
    public static final long UNCHANGED = -1;

    /** A DISCONNECT with reason 0: the will is not published. */
    public static final DisconnectCause NORMAL = new DisconnectCause(false, UNCHANGED);

    /** Any other end: network failure, keep alive timeout, a protocol violation by the client, or closed by the server. */
    public static final DisconnectCause LOST = new DisconnectCause(true, UNCHANGED);
}
