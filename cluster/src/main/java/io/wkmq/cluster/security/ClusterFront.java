package io.wkmq.cluster.security;

import io.wkmq.cluster.membership.Node;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * What secures every connection between nodes: TLS, if configured, then the handshake. Creates both for the owner of the socket.
 * Thread-safe.
 */
public final class ClusterFront {
    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(3);

    private final Introduction self;
    private final @Nullable Cookie cookie;
    private final @Nullable ClusterTls tls;
    private final Duration handshakeLimit;
    private final SecureRandom random = new SecureRandom();

    /**
     * Creates the front of a node that does not replicate channels. Its handshakes may take 3 seconds.
     *
     * @param cookie the shared secret, or null
     * @param tls the TLS configuration, or null
     * @throws IllegalArgumentException if the node's or the cluster's name is too long
     */
    public ClusterFront(
            String clusterName,
            Node node,
            long incarnation,
            int protocol,
            @Nullable Cookie cookie,
            @Nullable ClusterTls tls) {
        this(new Introduction(Purpose.MEMBER, clusterName, node, incarnation, protocol), cookie, tls, HANDSHAKE_LIMIT);
    }

    /**
     * Creates the front of a node that presents itself as {@code self}.
     *
     * @param self its purpose is ignored
     * @param cookie the shared secret, or null
     * @param tls the TLS configuration, or null
     * @param handshakeLimit how long TLS and the handshake may take together. Should be about the same on all nodes, since a node
     *     waits for another one that checks the way back before it admits it
     */
    public ClusterFront(Introduction self, @Nullable Cookie cookie, @Nullable ClusterTls tls, Duration handshakeLimit) {
        this.self = self;
        this.cookie = cookie;
        this.tls = tls;
        this.handshakeLimit = handshakeLimit;
    }

    /** Returns how long a connection may take until both sides are authenticated. */
    public Duration handshakeLimit() {
        return handshakeLimit;
    }

    /** Returns how this node presents itself. */
    public Introduction self() {
        return self;
    }

    /** Creates the handshake of a connection opened by this node. */
    public Handshake initiator(Purpose purpose, Judge judge) {
        return Handshake.initiator(self.with(purpose), cookie, judge, handshakeLimit, random);
    }

    /** Creates the handshake of a connection opened by another node, to a port for these purposes. */
    public Handshake acceptor(Set<Purpose> taken, Judge judge) {
        return Handshake.acceptor(self, taken, cookie, judge, handshakeLimit, random);
    }

    /** Creates the TLS engine of a connection opened by this node, or returns null if nodes do not use TLS. */
    public @Nullable SSLEngine clientEngine() {
        return tls == null ? null : tls.client();
    }

    /** Creates the TLS engine of a connection opened by another node, or returns null if nodes do not use TLS. */
    public @Nullable SSLEngine serverEngine() {
        return tls == null ? null : tls.server();
    }

    /**
     * Returns why this node must not accept other nodes at that address, because anyone who reaches it could pose as one; or null
     * if it may.
     */
    public @Nullable String unsafeAt(InetAddress address) {
        if (address.isLoopbackAddress() || tls != null) {
            return null;
        }
        if (cookie == null) {
            return "Other machines reach " + address.getHostAddress()
                    + ", and there is neither a cookie nor TLS between nodes; set node.cookie or cluster.tls.*";
        }
        if (cookie.knownToEverybody()) {
            return "Other machines reach " + address.getHostAddress()
                    + ", and node.cookie is the one that EMQ was shipped with; choose another one";
        }
        return null;
    }
}
