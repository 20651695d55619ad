package io.wkmq.cluster.security;

import io.wkmq.cluster.membership.Node;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * What stands at the front of every connection between nodes: TLS if it is configured, then the handshake. Makes both for
 * whoever has the sockets. Thread-safe.
 */
public final class ClusterFront {
    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(3);

    private final Introduction self;
    private final @Nullable Cookie cookie;
    private final @Nullable ClusterTls tls;
    private final Duration handshakeLimit;
    private final SecureRandom random = new SecureRandom();

    /**
     * The front of a node that keeps no channels together with others, whose handshakes may take 3 seconds.
     *
     * @param cookie what nodes prove to know, or null
     * @param tls what they encrypt with, or null
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
     * The front of a node that presents itself so.
     *
     * @param self its purpose is of no meaning
     * @param cookie what nodes prove to know, or null
     * @param tls what they encrypt with, or null
     * @param handshakeLimit how long a connection may take for TLS and the handshake; nearly the same on all nodes, for one that is asked
     *     whether another may join is waited for while it looks for the way back
     */
    public ClusterFront(Introduction self, @Nullable Cookie cookie, @Nullable ClusterTls tls, Duration handshakeLimit) {
        this.self = self;
        this.cookie = cookie;
        this.tls = tls;
        this.handshakeLimit = handshakeLimit;
    }

    /** How long a connection may take until both sides have proved who they are. */
    public Duration handshakeLimit() {
        return handshakeLimit;
    }

    /** How this node presents itself. */
    public Introduction self() {
        return self;
    }

    /** The handshake of a connection that this node has made. */
    public Handshake initiator(Purpose purpose, Judge judge) {
        return Handshake.initiator(self.with(purpose), cookie, judge, handshakeLimit, random);
    }

    /** The handshake of a connection that another node has made, to a port for these purposes. */
    public Handshake acceptor(Set<Purpose> taken, Judge judge) {
        return Handshake.acceptor(self, taken, cookie, judge, handshakeLimit, random);
    }

    /** The TLS engine of a connection that this node has made, or null if nodes do not use TLS. */
    public @Nullable SSLEngine clientEngine() {
        return tls == null ? null : tls.client();
    }

    /** The TLS engine of a connection that another node has made, or null if nodes do not use TLS. */
    public @Nullable SSLEngine serverEngine() {
        return tls == null ? null : tls.server();
    }

    /** Why this node must not take other nodes at that address, or null: whoever reaches it could be one. */
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
