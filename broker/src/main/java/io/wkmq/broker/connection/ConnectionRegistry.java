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

    /** CONNECT was accepted. */
    void connected() {
        connected.incrementAndGet();
    }

    /** A connection whose CONNECT was accepted has ended. */
    void disconnected() {
        connected.decrementAndGet();
    }

    /** Shows the connections one by one; those that come or go meanwhile may be missed. */
    void forEach(Consumer<Connection> each) {
        open.forEach(each);
    }

    /** How many connections there are, those in the handshake included. */
    int size() {
        return open.size();
    }

    /** How many clients are connected. */
    int clients() {
        return connected.get();
    }

    /** Tells every client that the server goes, and closes its connection. */
    void closeAll() {
        for (Connection connection : open) {
            connection.execute(() -> connection.close(ReasonCode.SERVER_SHUTTING_DOWN, null));
        }
    }

    /** Waits until no connection is left. */
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
