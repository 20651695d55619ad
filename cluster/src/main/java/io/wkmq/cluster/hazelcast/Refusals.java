package io.wkmq.cluster.hazelcast;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.cluster.security.Handshake.Refused;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The failed connections between nodes, so that an administrator sees why nodes do not meet. Keeps the last {@value #KEPT_MAX}, and
 * separately {@value #STRANGERS_MAX} of those that strangers can cause, so that these do not displace the others. Logs the same refusal
 * once in {@link #REPEAT}, and at most {@value #LOGGED_MAX} in that time. Thread-safe.
 */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    static final int KEPT_MAX = 32;
    static final int STRANGERS_MAX = 8;
    static final int LOGGED_MAX = 20;
    static final Duration REPEAT = Duration.ofMinutes(1);

    private final InstantSource clock;

    @GuardedBy("this")
    private final Deque<RefusedConnection> kept = new ArrayDeque<>();

    @GuardedBy("this")
    private Instant loggedFrom = Instant.MIN;

    @GuardedBy("this")
    private int logged;

    @GuardedBy("this")
    private long unlogged;

    Refusals(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Records a refusal.
     *
     * @param ours whether this node initiated the connection
     */
    synchronized void add(SocketAddress remote, boolean ours, Refused refused) {
        // The port of an inbound connection differs each time.
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
        } else {
            makeRoom(refusal.stranger());
        }
        kept.addLast(refusal);
        if (!mayLog(refusal.at())) {
            unlogged++;
            return;
        }
        String what = refused.byPeer()
                ? "Another node refused the connection of this one"
                : ours ? "No connection to another node" : "Refused a connection to this node";
        LOG.warn("{}: {} remote={} code={}", what, refused.text(), where, refused.code());
    }

    @GuardedBy("this")
    private void makeRoom(boolean stranger) {
        long strangers = kept.stream().filter(RefusedConnection::stranger).count();
        boolean full = stranger ? strangers == STRANGERS_MAX : kept.size() - strangers == KEPT_MAX;
        Iterator<RefusedConnection> oldestFirst = kept.iterator();
        while (full && oldestFirst.hasNext()) {
            if (oldestFirst.next().stranger() == stranger) {
                oldestFirst.remove();
                full = false;
            }
        }
    }

    @GuardedBy("this")
    private boolean mayLog(Instant now) {
        if (loggedFrom.equals(Instant.MIN) || Duration.between(loggedFrom, now).compareTo(REPEAT) >= 0) {
            if (unlogged > 0) {
                LOG.warn("More connections between nodes failed than are logged, count={}", unlogged);
            }
            loggedFrom = now;
            logged = 0;
            unlogged = 0;
        }
        return logged++ < LOGGED_MAX;
    }

    synchronized List<RefusedConnection> recent() {
        return List.copyOf(kept);
    }
}
