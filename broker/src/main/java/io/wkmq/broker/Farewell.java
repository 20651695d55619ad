package io.wkmq.broker;

import io.wkmq.broker.connection.Connections;
import io.wkmq.broker.listener.Listeners;
import io.wkmq.cluster.Cluster;
import io.wkmq.session.Followers;
import io.wkmq.session.Sessions;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says goodbye to the clients of a node that is being stopped: stops accepting connections, closes the existing ones, and gives
 * the clients' sessions time to follow them to other nodes, since they are out of reach once this node is gone. Confined to the
 * thread that stops the node.
 */
final class Farewell {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Logger log = LoggerFactory.getLogger(Farewell.class);

    private final Listeners listeners;
    private final Connections connections;
    private final Sessions sessions;
    private final Cluster cluster;
    private final Duration drain;

    /**
     * Creates the farewell of a node.
     *
     * @param drain how long to wait for sessions to move, at most
     */
    Farewell(Listeners listeners, Connections connections, Sessions sessions, Cluster cluster, Duration drain) {
        this.listeners = listeners;
        this.connections = connections;
        this.sessions = sessions;
        this.cluster = cluster;
        this.drain = drain;
    }

    /** Closes the listeners and connections and blocks until the sessions have moved or the time is up. */
    void bid() throws InterruptedException {
        listeners.close();
        Followers followers = sessions.follow();
        long deadline = System.nanoTime() + drain.toNanos();
        if (!followers.awaitNoting(CLOSE_LIMIT)) { // queued behind the shards' work, unlike closing
            log.warn("Not all threads have noted which sessions may follow their clients within {}", CLOSE_LIMIT);
        }
        boolean closed = connections.closeAll(CLOSE_LIMIT);
        if ((closed && followers.here() == 0) || !others() || drain.isZero()) {
            return;
        }
        log.info("Sessions may follow their clients to other nodes, sessions={} limit={}", followers.here(), drain);
        while (others() && deadline - System.nanoTime() > 0 && !followers.awaitNone(LOOK)) {
            log.trace("Waiting for sessions to move");
        }
        log.info("Sessions have followed their clients, gone={} left={}", followers.gone(), followers.here());
    }

    private boolean others() {
        return cluster.running().size() > 1;
    }
}
