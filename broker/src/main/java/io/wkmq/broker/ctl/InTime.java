package io.wkmq.broker.ctl;

import io.wkmq.broker.http.ReplyAbandonedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for work that other threads of the node do for a command. */
final class InTime {
    private InTime() {}

    /**
     * Waits for a future and returns its result.
     *
     * @throws ExecutionException if the future failed
     * @throws CtlException if it is not complete in time
     */
    static <T> T get(CompletableFuture<T> future, Duration limit) throws ExecutionException, CtlException {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new CtlException("No answer within " + limit.toSeconds()
                    + " s: the node is overloaded or stops; the command may still take effect");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReplyAbandonedException("The node stops");
        }
    }

    /** Waits for a future that is completed by the node's own threads and does not fail; returns its result. */
    static <T> T soon(CompletableFuture<T> future) throws CtlException {
        try {
            return get(future, Duration.ofSeconds(10));
        } catch (ExecutionException e) {
            throw new IllegalStateException("The node could not answer a command", e);
        }
    }
}
