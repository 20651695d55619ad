package io.wkmq.broker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wait of a starting node for other nodes: until they are there, or the start is cancelled. Confined to the thread that
 * starts the node.
 *
 * @param givenUp whether the start has been cancelled; polled ten times a second
 */
record StartWait(BooleanSupplier givenUp) {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Logger log = LoggerFactory.getLogger(StartWait.class);

    /** Returns whether the start has been cancelled. */
    boolean over() {
        return givenUp.getAsBoolean();
    }

    /**
     * Blocks until the future is complete or the wait is {@link #over}.
     *
     * @throws StartupException if the future completes exceptionally
     */
    void await(CompletableFuture<Void> met) {
        while (!over()) {
            try {
                met.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException goOn) {
                log.trace("Waiting for other nodes");
            } catch (ExecutionException e) {
                throw new StartupException(reason(e), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Returns the message of a failed future's cause. */
    static String reason(Throwable failure) {
        Throwable cause = failure.getCause();
        return String.valueOf((cause == null ? failure : cause).getMessage());
    }
}
