package io.wkmq.broker.connection;

import io.wkmq.session.ReasonCode;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The node's connected clients. Thread-safe. Bounded by the listeners' {@code max_clients}. */
final class ConnectionRegistry {
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    void add(Connection connection) {
        connections.add(connection);
    }

    void remove(Connection connection) {
        connections.remove(connection);
        if (connections.isEmpty()) {
            synchronized (connections) {
                connections.notifyAll();
            }
        }
    }

    int size() {
        return connections.size();
    }

    /** Waits until no client is connected. */
    boolean awaitEmpty(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (connections) {
            while (!connections.isEmpty()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                connections.wait(left);
            }
        }
        return true;
    }

    /** Tells every client that the server goes, and closes its connection. */
    void closeAll() {
        for (Connection connection : connections) {
            connection.channel().eventLoop().execute(() -> connection.close(ReasonCode.SERVER_SHUTTING_DOWN, null));
        }
    }
}
