package io.wkmq.broker.listener;

import io.wkmq.broker.config.ListenerConfig;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * The remote end of a connection, as known from its transport.
 *
 * @param listener the configuration of the listener that accepted it
 * @param listenerName the listener's protocol and name, as in {@code tcp:external}
 * @param peer the client's address, from the PROXY header if there is one; null on a unix domain socket
 * @param secure whether the client speaks TLS, either with this node or, according to the PROXY header, with the load balancer
 * @param certificate the client's verified certificate, or null
 * @param certificateUserName the user name from the client's verified certificate, if the listener is configured to use it
 * @param proxiedCommonName the common name of the certificate that the load balancer verified, from the PROXY header
 * @param limit must be told of each PUBLISH
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
    /** Returns the client's address as text: {@code host:port}, {@code [v6]:port} or {@code unix}. */
    public String peerAddress() {
        return peer == null ? "unix" : Addresses.text(peer);
    }
}
