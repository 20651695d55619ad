package io.wkmq.benchmarks.load;

import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One MQTT client: connects, and again a second after it has lost its connection, until it is closed. Belongs to its event
 * loop, but for {@link #start} and {@link #close}.
 */
final class Client {
    private static final int RECONNECT_SECONDS = 1;

    private final String id;
    private final Role role;
    private final Dialer dialer;
    private final EventLoop loop;
    private final LoopStats stats;
    private final int index;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private @Nullable ClientConnection connection;
    private boolean closed;

    /**
     * A client that is not connected yet.
     *
     * @param index its number among all clients
     */
    Client(String id, int index, Role role, Dialer dialer, EventLoop loop, LoopStats stats) {
        this.id = id;
        this.index = index;
        this.role = role;
        this.dialer = dialer;
        this.loop = loop;
        this.stats = stats;
    }

    /** Connects. The stage completes once the role can begin, exceptionally if it cannot. Any thread. */
    CompletionStage<Void> start() {
        loop.execute(this::dial);
        return started;
    }

    /** Disconnects for ever. Any thread. */
    void close() {
        loop.execute(() -> {
            closed = true;
            if (connection != null) {
                connection.disconnect();
            }
        });
    }

    String id() {
        return id;
    }

    EventLoop loop() {
        return loop;
    }

    LoopStats stats() {
        return stats;
    }

    private void dial() {
        if (!closed) {
            dialer.dial(loop, index, new ClientConnection(this, dialer.target(), dialer.persistent()));
        }
    }

    /** The broker has accepted the client. */
    void accepted(ClientConnection accepted, Connack connack) {
        connection = accepted;
        role.connected(this, accepted, connack);
    }

    /** The role can begin. */
    void ready() {
        started.complete(null);
    }

    Role role() {
        return role;
    }

    /** A connection could not be made, is refused, or is gone. */
    void lost(String why) {
        boolean wasConnected = connection != null;
        connection = null;
        if (wasConnected) {
            role.disconnected();
        }
        if (started.completeExceptionally(new LoadException("Client " + id + ": " + why)) || closed) {
            return;
        }
        if (wasConnected) {
            stats.connectionLost();
        }
        var unused = loop.schedule(this::dial, RECONNECT_SECONDS, TimeUnit.SECONDS);
    }
}
