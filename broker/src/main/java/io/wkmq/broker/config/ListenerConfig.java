package io.wkmq.broker.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one listener: {@code listener.<protocol>.<name> = address} and the keys below it.
 *
 * @param protocol the protocol
 * @param name its name in the configuration, such as {@code external}
 * @param address the address it listens on
 * @param acceptors accepted for compatibility with EMQ; the event loops accept connections
 * @param maxClients the maximum number of connections
 * @param connectsPerSecond the maximum number of new connections per second, 0 for no limit
 * @param backlog the maximum number of connections waiting to be accepted
 * @param rateLimit the limit of bytes that one client may send, or null
 * @param messagesPerSecond the maximum number of messages per second that one client may send, 0 for no limit
 * @param mountpoint the prefix of all topics of its clients, empty for none; {@code %c} and {@code %u} are expanded
 * @param access the access rules in order; the first match decides, and without a match the client is allowed
 * @param proxyProtocol whether each connection starts with a PROXY protocol header (v1 or v2)
 * @param proxyProtocolTimeoutMs the time limit for receiving that header
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

    /** The protocol of a listener. The names are those of the configuration. */
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

        /** Returns whether the protocol uses TLS. */
        public boolean secure() {
            return this == SSL || this == WSS;
        }

        /** Returns whether the protocol uses WebSocket. */
        public boolean websocket() {
            return this == WS || this == WSS;
        }
    }

    /** The address that a listener listens on. */
    public sealed interface BindAddress {}

    /**
     * A TCP port.
     *
     * @param host an IP address or host name
     * @param port the port, 0 for any free one
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
     * @param burstBytes the maximum burst in bytes
     * @param bytesPerSecond the maximum average rate
     */
    public record RateLimit(long burstBytes, long bytesPerSecond) {}

    /**
     * EMQ's {@code access.N = allow|deny CIDR|all}.
     *
     * @param allow whether the rule allows or denies
     * @param cidr an address or network, or {@code all}
     */
    public record AccessRule(boolean allow, String cidr) {}

    /**
     * The TLS settings of one listener. Files are reloaded when they change.
     *
     * @param keyFile the private key, PEM
     * @param certFile the certificate chain, PEM
     * @param caCertFile the CA certificates that sign client certificates, PEM, or null
     * @param verifyPeer whether a client is asked for its certificate
     * @param failIfNoPeerCert whether a client without one is refused
     * @param peerCertAsUserName the part of the certificate that becomes the user name, or null
     * @param versions the TLS versions, such as {@code TLSv1.3}
     * @param ciphers the cipher suites; empty for the platform's default
     * @param handshakeTimeoutMs the time limit of a handshake
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

    /** The part of a client's certificate that becomes its user name. */
    public enum PeerCertAsUserName {
        /** The subject's common name. */
        CN,
        /** The whole subject. */
        DN
    }
}
