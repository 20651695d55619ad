package io.wkmq.broker.clients;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client of some library, reduced to what the tests need of all of them. Used by one test thread. */
interface LibraryClient extends AutoCloseable {
    /** What {@link #ended()} tells if the server said nothing before the connection was gone. */
    int NOTHING_SAID = -1;

    /** Connects. Returns whether the server had a session. */
    boolean connect();

    /** Subscribes, and waits until the server has granted that QoS. */
    void subscribe(String filter, int qos);

    /** Sends; done when the server has acknowledged. */
    CompletableFuture<Void> publish(Letter letter);

    /** What has arrived. */
    Inbox inbox();

    /** The reason code of the server's DISCONNECT, once the connection has ended without the client wanting it. */
    CompletableFuture<Integer> ended();

    /** Says good-bye. */
    void disconnect();

    /** Ends the connection if there is one, and the threads of the library. */
    @Override
    void close();

    /** Waits for what should happen soon. */
    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(Inbox.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("The client's library says: " + e, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while waiting for a client", e);
        }
    }
}
