package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.security.Handshake.Refused;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections between nodes that came to nothing, so that an administrator sees why nodes do not meet. Keeps the last
 * {@value #KEPT_MAX}; logs the same one once in {@link #REPEAT}. Thread-safe.
 */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    static final int KEPT_MAX = 32;
    static final Duration REPEAT = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final Deque<RefusedConnection> kept = new ArrayDeque<>();

    Refusals(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Takes note of a refusal.
     *
     * @param ours whether this node made the connection
     */
    synchronized void add(SocketAddress remote, boolean ours, Refused refused) {
        // The port of those who connect to us is another one each time.
        String where = remote instanceof InetSocketAddress address
                ? address.getHostString() + (ours ? ":" + address.getPort() : "")
                : remote.toString();
        RefusedConnection refusal =
                new RefusedConnection(clock.instant(), where, ours, refused.byPeer(), refused.code(), refused.text());
        boolean repeated = kept.stream().anyMatch(earlier -> earlier.like(refusal));
        if (repeated
                && kept.stream()
                        .anyMatch(earlier -> earlier.like(refusal)
                                && earlier.since(refusal.at()).compareTo(REPEAT) < 0)) {
            return;
        }
        if (repeated) {
            kept.removeIf(earlier -> earlier.like(refusal));
        } else if (kept.size() == KEPT_MAX) {
            kept.removeFirst();
        }
        kept.addLast(refusal);
        String what = refused.byPeer()
                ? "Another node refused the connection of this one"
                : ours ? "No connection to another node" : "Refused a connection to this node";
        LOG.warn("{}: {} remote={} code={}", what, refused.text(), where, refused.code());
    }

    synchronized List<RefusedConnection> recent() {
        return List.copyOf(kept);
    }
}
