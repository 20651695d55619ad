package io.wkmq.broker.connection;

import io.wkmq.session.ReasonCode;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The node's open connections. Thread-safe. Bounded by the listeners' {@code max_clients}. */
final class ConnectionRegistry {
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connected = new AtomicInteger();

    void opened(Connection connection) {
        open.add(connection);
    }

    void closed(Connection connection) {
        open.remove(connection);
        if (open.isEmpty()) {
            synchronized (open) {
                open.notifyAll();
            }
        }
    }

    /** Counts a client whose CONNECT was accepted. */
    void connected() {
        connected.incrementAndGet();
    }

    /** Uncounts a client whose connection has ended. */
    void disconnected() {
        connected.decrementAndGet();
    }

    /** Passes each connection to {@code each}; weakly consistent: connections that open or close meanwhile may be missed. */
    void forEach(Consumer<Connection> each) {
        open.forEach(each);
    }

    /** Returns the number of connections, including those whose CONNECT is not accepted yet. */
    int size() {
        return open.size();
    }

    /** Returns the number of connected clients. */
    int clients() {
        return connected.get();
    }

    /** Tells every client that the server is shutting down, and closes its connection. */
    void closeAll() {
        for (Connection connection : open) {
            connection.execute(() -> connection.close(ReasonCode.SERVER_SHUTTING_DOWN, null));
        }
    }

    /** Waits until no connection is left; returns false on timeout. */
    boolean awaitEmpty(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (open) {
            while (!open.isEmpty()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                open.wait(left);
            }
        }
        return true;
    }
}
