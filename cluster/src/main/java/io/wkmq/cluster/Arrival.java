package io.wkmq.cluster;

import io.wkmq.cluster.discovery.Discovery;
import io.wkmq.cluster.discovery.Founding;
import io.wkmq.cluster.loop.Polling;
import io.wkmq.cluster.retained.RetainedReplication;
import io.wkmq.cluster.routes.RouteReplication;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node waits for once it has met others. Its methods block.
 *
 * @param discovery how many others there are to be
 * @param routes what their clients want
 * @param retained their retained messages
 * @param limit how long each of these is waited for
 * @param closed whether this node has left the network
 */
record Arrival(
        Discovery discovery,
        RouteReplication routes,
        RetainedReplication retained,
        Duration limit,
        BooleanSupplier closed) {
    private static final Duration TOLD_EVERY = Duration.ofSeconds(10);

    /** What has a limit of its own says by then that it is over. */
    private static final Duration LATE = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(Arrival.class);

    /** Until this node has the routes and retained messages of the others. */
    void catchUp(BooleanSupplier givenUp) {
        CompletableFuture<Boolean> retainedHere = retained.caughtUp(limit).toCompletableFuture();
        if (!Polling.until(limit, () -> routesHere() || stopped(givenUp))) {
            log.warn("This node starts without the routes of a node that did not send them in time, limit={}", limit);
            return;
        }
        boolean known = Polling.until(limit.plus(LATE), () -> retainedHere.isDone() || stopped(givenUp));
        if (!known || Boolean.FALSE.equals(retainedHere.getNow(true))) {
            log.warn("This node does not have all retained messages yet and keeps fetching them, limit={}", limit);
        }
    }

    private boolean routesHere() {
        return Boolean.TRUE.equals(within(limit, routes.complete()));
    }

    /** Until the others know what this node's clients want. */
    void makeKnown() {
        CompletableFuture<Boolean> known = new CompletableFuture<>();
        routes.awaitKnown(() -> known.complete(true));
        if (within(limit, known) == null) {
            log.warn("The other nodes do not have all routes of this one yet, limit={}", limit);
        }
    }

    /** Until there are enough nodes for a cluster. */
    void awaitFounding(BooleanSupplier givenUp) {
        Founding founding = discovery.founding();
        while (!founding.met() && !stopped(givenUp)) {
            log.info("Not accepting clients yet: {}", founding.why());
            Polling.until(TOLD_EVERY, () -> discovery.founding().met() || stopped(givenUp));
            founding = discovery.founding();
        }
    }

    private boolean stopped(BooleanSupplier givenUp) {
        return closed.getAsBoolean()
                || givenUp.getAsBoolean()
                || Thread.currentThread().isInterrupted();
    }

    /** What the stage completes with, or null if it fails or that takes too long. */
    static <T> @Nullable T within(Duration limit, CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.debug("Nothing within {}", limit, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }
}
