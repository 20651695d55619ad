package io.wkmq.cluster.routes;

import io.wkmq.cluster.loop.Line;
import io.wkmq.cluster.loop.TickingLoop;
import io.wkmq.cluster.membership.LogLimit;
import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.Service;
import io.wkmq.cluster.routes.protocol.RouteMessage;
import io.wkmq.cluster.routes.protocol.RouteMessage.Digest;
import io.wkmq.cluster.routes.protocol.RouteMessage.Noted;
import io.wkmq.cluster.routes.protocol.RouteMessage.Ops;
import io.wkmq.cluster.routes.protocol.RouteMessage.Progress;
import io.wkmq.cluster.routes.protocol.RouteMessage.Pull;
import io.wkmq.cluster.routes.protocol.V1;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.ShareStrategy;
import io.wkmq.session.RoutesKnown;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replicates the routes of all nodes: sends the subscriptions of this node's clients to the others and applies theirs. Runs on one
 * thread, plus another one that drops the routes of nodes that are gone for good. Thread-safe.
 *
 * <p>The owner of routes sends each change to every node in a log with sequence numbers, and the others confirm. A node that is
 * new, is too far behind, or differs according to the digest sent every second, pulls a snapshot. One that was cut off for a while
 * continues from where it was.
 */
public final class RouteReplication implements RoutesKnown, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RouteReplication.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final int REQUESTS_MAX = 4_096;
    private static final Line.Words<RouteMessage> WORDS =
            new Line.Words<>(Service.ROUTES, "routes", V1::encode, V1::decode, Noted.class);

    private final OwnRoutes own;
    private final Executor loop;
    private final Feeds feeds;
    private volatile Map<NodeId, RouteTotal> totals = Map.of();
    private final Replicas replicas;
    private final LogLimit logLimit = new LogLimit();
    private final AtomicInteger requests = new AtomicInteger();
    private final Runnable stop;

    /**
     * Creates a replication on an executor that runs tasks sequentially, in submission order. The caller must call {@link #tick}.
     *
     * @param reaches as for {@link #start}
     * @param dropper runs tasks that take long
     */
    RouteReplication(
            OwnRoutes own,
            RouteTable<?> table,
            ShareStrategy strategy,
            Membership membership,
            Messenger messenger,
            Duration knownWait,
            Predicate<NodeId> reaches,
            Executor executor,
            Executor dropper,
            LongSupplier clockMs,
            Runnable stop) {
        Peer self = membership.self();
        if (self.incarnation() != own.incarnation()) {
            throw new IllegalArgumentException("The routes are of incarnation " + own.incarnation()
                    + "; expected that of this node, " + self.incarnation());
        }
        this.own = own;
        this.loop = task -> executor.execute(() -> guarded(task));
        this.stop = stop;
        Line<RouteMessage> line = new Line<>(messenger, WORDS, this::execute);
        this.feeds = new Feeds(
                own, new Snapshots(own, self.id(), table), line, clockMs, Math.max(1, knownWait.toMillis()), reaches);
        this.replicas = new Replicas(
                own.incarnation(),
                table,
                strategy,
                own.limits().suspendedMax(),
                line,
                clockMs,
                this::execute,
                task -> dropper.execute(() -> guarded(task)));
        messenger.answer(Service.ROUTES, this::answer);
        own.whenChanged(() -> execute(feeds::flush));
        membership.listen(new MembershipListener() {
            @Override
            public void here(Peer peer) {
                execute(() -> {
                    replicas.here(peer);
                    feeds.here(peer);
                });
            }

            @Override
            public void gone(Peer peer) {
                execute(() -> {
                    feeds.gone(peer);
                    replicas.gone(peer);
                });
            }

            @Override
            public void cleaned(Node node, boolean mayComeBack) {
                execute(() -> {
                    feeds.cleaned(node);
                    replicas.cleaned(node);
                });
            }
        });
    }

    /**
     * Starts the replication on a thread of its own. Must be called before this node meets others.
     *
     * @param own the log of this node's routes, fed by the table
     * @param table this node's route table
     * @param strategy the strategy of share groups
     * @param knownWait the maximum time a caller waits until the other nodes know a subscription
     * @param reaches whether messages currently reach another node; callers do not wait long for one that they do not reach. Any
     *     thread
     */
    public static RouteReplication start(
            OwnRoutes own,
            RouteTable<?> table,
            ShareStrategy strategy,
            Membership membership,
            Messenger messenger,
            Duration knownWait,
            Predicate<NodeId> reaches) {
        TickingLoop thread = new TickingLoop("wkmq-routes");
        ThreadPoolExecutor dropper =
                new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread made = new Thread(task, "wkmq-routes-drop");
                    made.setDaemon(true);
                    return made;
                });
        LongSupplier clockMs = () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        RouteReplication replication = new RouteReplication(
                own, table, strategy, membership, messenger, knownWait, reaches, thread, dropper, clockMs, () -> {
                    thread.close();
                    dropper.shutdown();
                });
        thread.tick(TICK, () -> membership.peers().isEmpty(), () -> guarded(replication::tick));
        return replication;
    }

    /** Retries, digests and pulls. Called on the loop periodically. */
    void tick() {
        replicas.tick();
        feeds.tick();
        totals = replicas.totals();
    }

    @SuppressWarnings("IllegalCatch") // a bug in the handling of one message must not end the replication
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("A step of the replication of routes failed", e);
        }
    }

    private void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("The replication of routes has stopped", e);
        }
    }

    @Override
    public boolean known() {
        return own.seq() <= feeds.known();
    }

    @Override
    public void awaitKnown(Runnable callback) {
        long seq = own.seq();
        try {
            loop.execute(() -> feeds.await(seq, callback));
        } catch (RejectedExecutionException e) {
            log.debug("The replication of routes has stopped, nobody waits for it", e);
            callback.run();
        }
    }

    /** Returns how often another node did not confirm in time a subscription that a SUBSCRIBE waited for. */
    public long overdue() {
        return feeds.overdue();
    }

    /** Returns a summary of the routes this node has of each other node, updated periodically. */
    public Map<NodeId, RouteTotal> totals() {
        return totals;
    }

    /** Returns a summary of the routes of this node's own clients. */
    public RouteTotal ownTotal() {
        Digest digest = own.digest();
        return new RouteTotal(digest.count(), digest.hash());
    }

    /** Completes with whether this node has the routes of all nodes that are here now; fails if the replication is closed. */
    public CompletionStage<Boolean> complete() {
        CompletableFuture<Boolean> complete = new CompletableFuture<>();
        try {
            loop.execute(() -> complete.complete(replicas.complete()));
        } catch (RejectedExecutionException e) {
            complete.completeExceptionally(e);
        }
        return complete;
    }

    private CompletionStage<byte[]> answer(NodeId from, byte[] request) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        if (requests.incrementAndGet() > REQUESTS_MAX) {
            requests.decrementAndGet();
            answer.completeExceptionally(new RejectedExecutionException(
                    "More than " + REQUESTS_MAX + " messages about routes wait to be answered"));
            return answer;
        }
        try {
            loop.execute(() -> {
                requests.decrementAndGet();
                answer(from, request, answer);
            });
        } catch (RejectedExecutionException e) {
            requests.decrementAndGet();
            answer.completeExceptionally(e);
        }
        return answer;
    }

    @SuppressWarnings("IllegalCatch") // the requester must learn that there is no answer
    private void answer(NodeId from, byte[] request, CompletableFuture<byte[]> answer) {
        try {
            answer.complete(V1.encode(answer(from, V1.decode(request))));
        } catch (MalformedMessageException e) {
            logLimit.log(
                    from,
                    leftOut ->
                            log.warn("A message about routes cannot be read, node={} left_out={}", from, leftOut, e));
            answer.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
            throw e;
        }
    }

    private RouteMessage answer(NodeId from, RouteMessage request) throws MalformedMessageException {
        if (request instanceof Ops ops) {
            return replicas.ops(from, ops);
        }
        if (request instanceof Digest digest) {
            return replicas.digest(from, digest);
        }
        if (request instanceof Pull pull) {
            return pull.incarnation() == own.incarnation() ? feeds.pull(pull) : new Noted();
        }
        if (request instanceof Progress progress) {
            feeds.progress(from, progress);
            return new Noted();
        }
        throw new MalformedMessageException(
                "A message about routes is a " + request + "; expected one that can be answered");
    }

    /** Returns the other nodes' routes. On the loop. */
    Replicas replicas() {
        return replicas;
    }

    /** Returns whether waits exclude that node. On the loop. */
    boolean lagging(NodeId node) {
        return feeds.lagging(node);
    }

    /** Stops the replication and ends all waits; the routes of other nodes stay in the table. */
    @Override
    public void close() {
        own.whenChanged(() -> {});
        execute(feeds::close);
        stop.run();
    }
}
