package io.wkmq.benchmarks.load;

import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT client that connects, and reconnects a second after losing its connection, until it is closed. Confined to its event loop, except
 * for {@link #start}, {@link #close} and {@link #leave}.
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
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private @Nullable ClientConnection connection;
    private boolean dropped;
    private boolean closed;

    /**
     * Creates a client that is not connected yet.
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

    /** Returns a client with the same id and the given role. Callable from any thread once this client has ended. */
    Client successor(Dialer by, Role successor, LoopStats counted) {
        return new Client(id, index, successor, by, loop, counted);
    }

    /** Connects. The stage completes once the role can begin, exceptionally if it cannot. Callable from any thread. */
    CompletionStage<Void> start() {
        loop.execute(() -> dial(NanoTime.now()));
        return started;
    }

    /** Returns whether the role failed to begin. */
    boolean failed() {
        return started.isCompletedExceptionally();
    }

    /** Connects, counting the time to connect from {@code dueNs}. Called on the event loop. */
    void start(long dueNs) {
        dial(dueNs);
    }

    /** Disconnects for good; with MQTT 5 the session ends. The stage completes when the connection has ended. Callable from any thread. */
    CompletionStage<Void> close() {
        loop.execute(() -> {
            closed = true;
            if (connection != null) {
                connection.disconnect();
            } else {
                ended.complete(null);
            }
        });
        return ended;
    }

    /**
     * Disconnects for good, but leaves a persistent session behind. The stage completes when the connection has ended. Callable from any
     * thread.
     */
    CompletionStage<Void> leave() {
        loop.execute(() -> {
            closed = true;
            if (connection != null) {
                connection.leave();
            } else {
                ended.complete(null);
            }
        });
        return ended;
    }

    /** Disconnects for good and lets the broker close the connection. Called on the event loop. */
    void sayFarewell() {
        closed = true;
        if (connection != null) {
            connection.sayFarewell();
        }
    }

    /** Completes when the connection has ended after {@link #close} or a similar call, or when the first connect failed. */
    CompletionStage<Void> ended() {
        return ended;
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

    private void dial(long startedNs) {
        if (!closed) {
            dialer.dial(loop, index, new ClientConnection(this, dialer.target(), dialer.terms(), startedNs));
        }
    }

    /** Called when the broker has accepted the client. */
    void accepted(ClientConnection accepted, Connack connack) {
        connection = accepted;
        if (closed) {
            accepted.leave();
            return;
        }
        int stay = dialer.terms().staySeconds();
        if (stay > 0) {
            int first = 1 + index % stay; // staggers the first disconnections
            var unused = loop.schedule(() -> drop(accepted), started.isDone() ? stay : first, TimeUnit.SECONDS);
        }
        role.connected(this, accepted, connack);
    }

    private void drop(ClientConnection from) {
        if (connection == from && !closed) {
            dropped = true;
            from.fail("it has stayed long enough");
        }
    }

    /** Signals that the role can begin. */
    void ready() {
        started.complete(null);
    }

    Role role() {
        return role;
    }

    /** Called when a connection failed, was refused, or ended. */
    void lost(String why) {
        boolean wasConnected = connection != null;
        connection = null;
        if (wasConnected) {
            role.disconnected();
        }
        if (started.completeExceptionally(new LoadException("Client " + id + ": " + why)) || closed) {
            ended.complete(null);
            return;
        }
        if (dropped) {
            dropped = false;
            stats.dropped();
        } else if (wasConnected) {
            stats.connectionLost();
        }
        var unused = loop.schedule(() -> dial(NanoTime.now()), RECONNECT_SECONDS, TimeUnit.SECONDS);
    }
}
