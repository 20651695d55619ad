package io.wkmq.cluster.retained;

import io.wkmq.cluster.loop.Line;
import io.wkmq.cluster.loop.TickingLoop;
import io.wkmq.cluster.membership.LogLimit;
import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.Service;
import io.wkmq.cluster.retained.protocol.SyncMessage;
import io.wkmq.cluster.retained.protocol.SyncMessage.Changes;
import io.wkmq.cluster.retained.protocol.SyncMessage.Digest;
import io.wkmq.cluster.retained.protocol.SyncMessage.Noted;
import io.wkmq.cluster.retained.protocol.SyncMessage.Pull;
import io.wkmq.cluster.retained.protocol.SyncMessage.PullPart;
import io.wkmq.cluster.retained.protocol.V1;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.NodeId;
import io.wkmq.session.RetainedChanges;
import io.wkmq.session.RetainedMessages;
import io.wkmq.session.SessionStore;
import io.wkmq.session.StampedMessage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replicates the retained messages of all nodes. Changes of this node's clients are sent to the others at once, within limits;
 * nobody waits for that. Every second this node compares with each other node and pulls what it lacks: everything at first, later
 * what a cut, a crash or a full queue has kept away. For each topic the message with the newest stamp wins.
 *
 * <p>Runs on one thread. Thread-safe.
 */
public final class RetainedReplication implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RetainedReplication.class);
    private static final Duration TICK = Duration.ofMillis(50);
    private static final int REQUESTS_MAX = 4_096;
    private static final Line.Words<SyncMessage> WORDS =
            new Line.Words<>(Service.RETAINED, "retained messages", V1::encode, V1::decode, Noted.class);

    private final RetainedMessages retained;
    private final Executor executor;
    private final Executor loop;
    private final LongSupplier nowMs;
    private final Runnable stop;
    private final Counters counters = new Counters();
    private final Turns turns = new Turns();
    private final CatchUp catchUp = new CatchUp();
    private final Map<NodeId, Exchange> exchanges = new HashMap<>();
    private final LogLimit logLimit = new LogLimit();
    private final AtomicInteger requests = new AtomicInteger();
    private final Line<SyncMessage> line;
    private final Outbox outbox;
    private final Answers answers;
    private final InstantSource clock;

    /** Creates a replication on an executor that runs tasks sequentially, in submission order. The caller must call {@link #tick}. */
    RetainedReplication(
            RetainedMessages retained,
            Membership membership,
            Messenger messenger,
            InstantSource clock,
            Executor executor,
            LongSupplier nowMs,
            Runnable stop) {
        this.retained = retained;
        this.executor = executor;
        this.loop = task -> {
            var unused = execute(task);
        };
        this.clock = clock;
        this.nowMs = nowMs;
        this.stop = stop;
        this.line = new Line<>(messenger, WORDS, loop);
        this.outbox = new Outbox(line, loop, counters);
        this.answers = new Answers(retained, clock);
        messenger.answer(Service.RETAINED, this::answer);
        retained.tell(outbox);
        membership.listen(new MembershipListener() {
            @Override
            public void here(Peer peer) {
                loop.execute(() -> come(peer));
            }

            @Override
            public void gone(Peer peer) {
                loop.execute(() -> go(peer));
            }
        });
    }

    /**
     * Starts the replication on a thread of its own. Must be called after {@link RetainedMessages#restore} and before this node
     * meets others.
     *
     * @param clock the time of day
     */
    public static RetainedReplication start(
            RetainedMessages retained, Membership membership, Messenger messenger, InstantSource clock) {
        TickingLoop thread = new TickingLoop("wkmq-retained");
        LongSupplier nowMs = () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        RetainedReplication replication =
                new RetainedReplication(retained, membership, messenger, clock, thread, nowMs, thread::close);
        thread.tick(TICK, () -> membership.peers().isEmpty(), () -> guarded(replication::tick));
        return replication;
    }

    /** Runs a task on the loop; returns false if the loop has stopped. */
    private boolean execute(Runnable task) {
        try {
            executor.execute(() -> guarded(task));
            return true;
        } catch (RejectedExecutionException e) {
            log.debug("The replication of retained messages has stopped", e);
            return false;
        }
    }

    @SuppressWarnings("IllegalCatch") // a bug in the handling of one message must not end the replication
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("A step of the replication of retained messages failed", e);
        }
    }

    /**
     * Waits until this node has caught up with the nodes that are present now. Completes with true once each of them was asked for
     * everything or is gone; with false on timeout or when the replication is closed.
     */
    public CompletionStage<Boolean> caughtUp(Duration limit) {
        CompletableFuture<Boolean> future = new CompletableFuture<>();
        boolean runs = execute(() -> {
            Set<NodeId> missing = new HashSet<>();
            exchanges.forEach((node, exchange) -> {
                if (!exchange.complete()) {
                    missing.add(node);
                }
            });
            catchUp.add(missing, nowMs.getAsLong() + limit.toMillis(), future);
        });
        if (!runs) {
            future.complete(false);
        }
        return future;
    }

    /** Returns the current metrics. */
    public ReplicationStatistics statistics() {
        return counters.statistics();
    }

    private void come(Peer peer) {
        Exchange before = exchanges.get(peer.id());
        if (before != null && before.peer().incarnation() == peer.incarnation()) {
            return;
        }
        if (before != null) {
            before.end();
        }
        NodeId node = peer.id();
        exchanges.put(
                node,
                new Exchange(peer, retained, line, loop, counters, turns, clock, nowMs, () -> catchUp.done(node)));
        outbox.here(node);
    }

    private void go(Peer peer) {
        Exchange exchange = exchanges.get(peer.id());
        if (exchange != null && exchange.peer().incarnation() == peer.incarnation()) {
            exchange.end();
            exchanges.remove(peer.id());
            outbox.gone(peer.id());
            catchUp.done(peer.id());
        }
    }

    /** Compares and times out what is due. Called on the loop periodically. */
    void tick() {
        List.copyOf(exchanges.values()).forEach(Exchange::tick);
        catchUp.tick(nowMs.getAsLong());
    }

    private CompletionStage<byte[]> answer(NodeId from, byte[] request) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        if (requests.incrementAndGet() > REQUESTS_MAX) {
            requests.decrementAndGet();
            answer.completeExceptionally(new RejectedExecutionException(
                    "More than " + REQUESTS_MAX + " messages about retained messages wait to be answered"));
            return answer;
        }
        boolean runs = execute(() -> {
            requests.decrementAndGet();
            answer(from, request, answer);
        });
        if (!runs) {
            answer.completeExceptionally(new RejectedExecutionException("The node stops"));
        }
        return answer;
    }

    @SuppressWarnings("IllegalCatch") // the requester must learn that there is no answer
    private void answer(NodeId from, byte[] request, CompletableFuture<byte[]> answer) {
        try {
            SyncMessage message = V1.decode(request);
            if (message instanceof Changes changes) {
                take(changes, answer);
            } else if (message instanceof Digest digest) {
                answer.complete(V1.encode(answers.digest(digest)));
            } else if (message instanceof Pull pull) {
                answer.complete(V1.encode(answers.pull(pull)));
            } else if (message instanceof PullPart part) {
                answer.complete(V1.encode(answers.part(part)));
            } else {
                throw new MalformedMessageException(
                        "A message about retained messages is a " + message + "; expected one that can be answered");
            }
        } catch (MalformedMessageException e) {
            logLimit.log(
                    from,
                    leftOut -> log.warn(
                            "A message about retained messages cannot be read, node={} left_out={}", from, leftOut, e));
            answer.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
            throw e;
        }
    }

    /** Applies changes made by clients of another node; the answer confirms that they are stored. */
    private void take(Changes changes, CompletableFuture<byte[]> answer) throws MalformedMessageException {
        for (StampedMessage message : changes.entries().list()) {
            counters.came(retained.apply(message));
        }
        retained.flush(new SessionStore.Completion() {
            @Override
            public void durable() {
                answer.complete(V1.encode(new Noted()));
            }

            @Override
            public void failed(String reason) {
                answer.completeExceptionally(
                        new IllegalStateException("Retained messages could not be stored: " + reason));
            }
        });
    }

    /** Stops the replication. Retained messages stay. */
    @Override
    public void close() {
        retained.tell(RetainedChanges.UNTOLD);
        loop.execute(() -> {
            exchanges.values().forEach(Exchange::end);
            exchanges.clear();
            catchUp.tick(Long.MAX_VALUE);
        });
        stop.run();
    }
}
