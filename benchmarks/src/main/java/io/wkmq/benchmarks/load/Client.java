package io.wkmq.benchmarks.load;

import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One MQTT client: connects, and again a second after it has lost its connection, until it is closed. Belongs to its event
 * loop, but for {@link #start}, {@link #close} and {@link #leave}.
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

    /** A client with the same id, which takes the role over. Any thread, once this one has ended. */
    Client successor(Dialer by, Role successor, LoopStats counted) {
        return new Client(id, index, successor, by, loop, counted);
    }

    /** Connects. The stage completes once the role can begin, exceptionally if it cannot. Any thread. */
    CompletionStage<Void> start() {
        loop.execute(() -> dial(NanoTime.now()));
        return started;
    }

    /** Whether its role could not begin. */
    boolean failed() {
        return started.isCompletedExceptionally();
    }

    /** Connects as if it had begun at that time. On the loop. */
    void start(long dueNs) {
        dial(dueNs);
    }

    /** Disconnects for ever; a session of MQTT 5 ends. The stage completes with the connection. Any thread. */
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

    /** Disconnects for ever, but leaves a persistent session behind. The stage completes with the connection. Any thread. */
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

    /** Disconnects for ever, and the broker closes the connection. On the loop. */
    void sayFarewell() {
        closed = true;
        if (connection != null) {
            connection.sayFarewell();
        }
    }

    /** Completes when the connection has ended after {@link #close} or its like, and when the first one failed. */
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

    /** The broker has accepted the client. */
    void accepted(ClientConnection accepted, Connack connack) {
        connection = accepted;
        if (closed) {
            accepted.leave();
            return;
        }
        int stay = dialer.terms().staySeconds();
        if (stay > 0) {
            int first = 1 + index % stay; // so that not all of them leave at once
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
