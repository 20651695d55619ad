package io.wkmq.plugins.api;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is. Made by the broker. While the client is being authenticated the user name is what it claims; afterwards
 * it is the user that was authenticated, and null for an anonymous client whatever it claimed.
 *
 * @param clientId the client id, given by the client or assigned
 * @param userName the user, or null
 * @param peer where it comes from (behind a PROXY protocol header: the address named there), null over a unix domain socket
 * @param listener the listener's protocol and name, such as {@code tcp:external}
 * @param protocolVersion 3 for MQTT 3.1, 4 for 3.1.1, 5 for 5
 * @param certificate the certificate that the TLS handshake verified, or null
 * @param superuser whether everything is allowed to it; only ever true after authentication
 */
public record ClientInfo(
        String clientId,
        @Nullable String userName,
        @Nullable InetSocketAddress peer,
        String listener,
        int protocolVersion,
        @Nullable X509Certificate certificate,
        boolean superuser) {
    /** The same client as another user. */
    public ClientInfo as(@Nullable String newUserName, boolean newSuperuser) {
        return new ClientInfo(clientId, newUserName, peer, listener, protocolVersion, certificate, newSuperuser);
    }
}
