package io.wkmq.broker.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One listener: {@code listener.<protocol>.<name> = address} and the keys below it.
 *
 * @param protocol what is spoken on it
 * @param name its name in the configuration, such as {@code external}
 * @param address where it listens
 * @param acceptors accepted for EMQ's sake; accepting is done by the event loops
 * @param maxClients most connections at once
 * @param connectsPerSecond most new connections a second, 0 for no limit
 * @param backlog connections that wait to be accepted
 * @param rateLimit bytes a second that one client may send, or null
 * @param messagesPerSecond messages a second that one client may send, 0 for no limit
 * @param mountpoint prefix of all topics of its clients, empty for none; {@code %c} and {@code %u} are replaced
 * @param access rules in order, the first that fits decides; if none does the client is allowed
 * @param proxyProtocol whether each connection starts with a PROXY protocol header (v1 or v2)
 * @param proxyProtocolTimeoutMs how long that header may take
 * @param noDelay TCP_NODELAY
 * @param reuseAddress SO_REUSEADDR
 * @param websocketPath the path of WebSocket requests
 * @param tls the TLS settings, null unless the protocol is SSL or WSS
 */
public record ListenerConfig(
        Protocol protocol,
        String name,
        BindAddress address,
        int acceptors,
        int maxClients,
        int connectsPerSecond,
        int backlog,
        @Nullable RateLimit rateLimit,
        int messagesPerSecond,
        String mountpoint,
        List<AccessRule> access,
        boolean proxyProtocol,
        long proxyProtocolTimeoutMs,
        boolean noDelay,
        boolean reuseAddress,
        String websocketPath,
        @Nullable TlsConfig tls) {
    /** Takes an immutable copy of the rules. */
    public ListenerConfig {
        access = List.copyOf(access);
    }

    /** What is spoken on a listener; the names are those of the configuration. */
    public enum Protocol {
        /** MQTT over TCP. */
        TCP,
        /** MQTT over TLS. */
        SSL,
        /** MQTT over WebSocket. */
        WS,
        /** MQTT over WebSocket over TLS. */
        WSS,
        /** MQTT over a unix domain socket. */
        UNIX;

        /** Whether TLS is spoken. */
        public boolean secure() {
            return this == SSL || this == WSS;
        }

        /** Whether WebSocket is spoken. */
        public boolean websocket() {
            return this == WS || this == WSS;
        }
    }

    /** Where a listener listens. */
    public sealed interface BindAddress {}

    /**
     * A TCP port.
     *
     * @param host an IP address or host name
     * @param port 0 for any free one
     */
    public record InetBind(String host, int port) implements BindAddress {}

    /**
     * A unix domain socket.
     *
     * @param path the socket's file
     */
    public record UnixBind(Path path) implements BindAddress {}

    /**
     * EMQ's {@code rate_limit = burst,rate}.
     *
     * @param burstBytes how much may come at once
     * @param bytesPerSecond how much may come on average
     */
    public record RateLimit(long burstBytes, long bytesPerSecond) {}

    /**
     * EMQ's {@code access.N = allow|deny CIDR|all}.
     *
     * @param allow or deny
     * @param cidr an address or network, or {@code all}
     */
    public record AccessRule(boolean allow, String cidr) {}

    /**
     * TLS of one listener. Files are read again when they change.
     *
     * @param keyFile the private key, PEM
     * @param certFile the certificate chain, PEM
     * @param caCertFile the certificates that sign clients' ones, PEM, or null
     * @param verifyPeer whether a client is asked for its certificate
     * @param failIfNoPeerCert whether one that has none is refused
     * @param peerCertAsUserName what of the certificate becomes the user name, or null
     * @param versions the TLS versions, such as {@code TLSv1.3}
     * @param ciphers the cipher suites; empty for the platform's default
     * @param handshakeTimeoutMs how long a handshake may take
     */
    public record TlsConfig(
            Path keyFile,
            Path certFile,
            @Nullable Path caCertFile,
            boolean verifyPeer,
            boolean failIfNoPeerCert,
            @Nullable PeerCertAsUserName peerCertAsUserName,
            List<String> versions,
            List<String> ciphers,
            long handshakeTimeoutMs) {
        /** Takes immutable copies of the lists. */
        public TlsConfig {
            versions = List.copyOf(versions);
            ciphers = List.copyOf(ciphers);
        }
    }

    /** What of a client's certificate becomes its user name. */
    public enum PeerCertAsUserName {
        /** The subject's common name. */
        CN,
        /** The whole subject. */
        DN
    }
}
