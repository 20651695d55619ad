package io.wkmq.broker.listener;

import io.wkmq.broker.config.ListenerConfig;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection, as its transport knows.
 *
 * @param listener the configuration of the listener that accepted it
 * @param listenerName the listener's protocol and name, as in {@code tcp:external}
 * @param peer the client's address, from the PROXY header if there is one; null on a unix domain socket
 * @param secure whether the client speaks TLS, with this node or, as the PROXY header says, with the load balancer
 * @param certificate the client's verified certificate, or null
 * @param certificateUserName the user name from the client's verified certificate, if the listener is set to take it
 * @param proxiedCommonName the common name of the certificate that the load balancer has verified, from the PROXY header
 * @param limit to be told of each PUBLISH
 */
public record ClientEndpoint(
        ListenerConfig listener,
        String listenerName,
        @Nullable InetSocketAddress peer,
        boolean secure,
        @Nullable X509Certificate certificate,
        @Nullable String certificateUserName,
        @Nullable String proxiedCommonName,
        InboundLimit limit) {
    /** The client's address as one text, {@code host:port}, {@code [v6]:port} or {@code unix}. */
    public String peerAddress() {
        return peer == null ? "unix" : Addresses.text(peer);
    }
}
