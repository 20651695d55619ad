package io.wkmq.plugins.api;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a client. Created by the broker. During authentication the user name is the one the client claims; afterwards
 * it is the authenticated user, or null for an anonymous client whatever it claimed.
 *
 * @param clientId the client id, chosen by the client or assigned
 * @param userName the user, or null
 * @param peer the client's address (the one named in a PROXY protocol header if there is one), null for a unix domain socket
 * @param listener the listener's protocol and name, such as {@code tcp:external}
 * @param protocolVersion 3 for MQTT 3.1, 4 for 3.1.1, 5 for 5
 * @param certificate the certificate verified in the TLS handshake, or null
 * @param superuser whether the client may do everything; never true before authentication
 */
public record ClientInfo(
        String clientId,
        @Nullable String userName,
        @Nullable InetSocketAddress peer,
        String listener,
        int protocolVersion,
        @Nullable X509Certificate certificate,
        boolean superuser) {
    /** Returns the same client as another user. */
    public ClientInfo as(@Nullable String newUserName, boolean newSuperuser) {
        return new ClientInfo(clientId, newUserName, peer, listener, protocolVersion, certificate, newSuperuser);
    }
}
