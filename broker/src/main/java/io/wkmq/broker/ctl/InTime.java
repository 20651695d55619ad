package io.wkmq.broker.ctl;

import io.wkmq.broker.http.ReplyAbandonedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what other threads of the node do for a command. */
final class InTime {
    private InTime() {}

    /**
     * The future's result.
     *
     * @throws ExecutionException if the future failed
     * @throws CtlException if it is not there in time
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

    /** The result of a future that the node's own threads complete, which does not fail. */
    static <T> T soon(CompletableFuture<T> future) throws CtlException {
        try {
            return get(future, Duration.ofSeconds(10));
        } catch (ExecutionException e) {
            throw new IllegalStateException("The node could not answer a command", e);
        }
    }
}
