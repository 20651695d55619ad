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
 * How a node that starts waits for others: until they are there, or the node is not wanted any more. Belongs to the thread that starts it.
 *
 * @param givenUp whether the node is not wanted any more; asked ten times a second
 */
record StartWait(BooleanSupplier givenUp) {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Logger log = LoggerFactory.getLogger(StartWait.class);

    /** Whether the node is not wanted any more. */
    boolean over() {
        return givenUp.getAsBoolean();
    }

    /**
     * Blocks until that is complete, or the wait is {@link #over}.
     *
     * @throws StartupException if it completes exceptionally
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

    /** What a future that has failed has to say. */
    static String reason(Throwable failure) {
        Throwable cause = failure.getCause();
        return String.valueOf((cause == null ? failure : cause).getMessage());
    }
}
