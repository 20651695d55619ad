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
 * The steps a node waits for once it has met others. The methods block.
 *
 * @param discovery knows how many nodes there must be
 * @param routes replicates the routes
 * @param retained replicates the retained messages
 * @param limit the time limit of each step
 * @param closed returns whether this node has left the network
 */
record Arrival(
        Discovery discovery,
        RouteReplication routes,
        RetainedReplication retained,
        Duration limit,
        BooleanSupplier closed) {
    private static final Duration TOLD_EVERY = Duration.ofSeconds(10);

    /** Grace time for services that apply the limit themselves to report that it is over. */
    private static final Duration LATE = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(Arrival.class);

    /** Waits until this node has the routes and retained messages of the others. */
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

    /** Waits until the others know the subscriptions of this node's clients. */
    void makeKnown() {
        CompletableFuture<Boolean> known = new CompletableFuture<>();
        routes.awaitKnown(() -> known.complete(true));
        if (within(limit, known) == null) {
            log.warn("The other nodes do not have all routes of this one yet, limit={}", limit);
        }
    }

    /** Waits until there are enough nodes to found a cluster. */
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

    /** Returns the result of the stage, or null if it fails or takes too long. */
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
