package io.wkmq.cluster.sessions;

import io.wkmq.cluster.loop.TickingLoop;
import io.wkmq.cluster.membership.LogLimit;
import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.Service;
import io.wkmq.cluster.sessions.protocol.SessionMessage;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Fence;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guard;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Pull;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Reclaim;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Tell;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Told;
import io.wkmq.cluster.sessions.protocol.V1;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.NodeId;
import io.wkmq.session.Claimed;
import io.wkmq.session.KeptWill;
import io.wkmq.session.SessionDirectory;
import io.wkmq.session.Will;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session directory of a node with peers: ensures that a client has one session, and one live connection, among all nodes that
 * reach each other. Everything runs on one thread; see {@link ClaimBook} for the rule. Thread-safe.
 *
 * <p>A claim waits for the present nodes to give the client up, but for a bounded time: a node that does not answer in time counts
 * as unreachable, and its sessions are reconciled when it answers again.
 *
 * <p>A session that another node has is moved here: see {@link Move} and {@link Departures}.
 *
 * <p>The wills of clients of a node that dies are published by another node: see {@link Wills}.
 */
public final class SessionClaims implements SessionDirectory, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SessionClaims.class);
    private static final Duration TICK = Duration.ofMillis(20);
    private static final int REQUESTS_MAX = 4_096;

    private final Messenger messenger;
    private final Executor loop;
    private final ClaimBook book;
    private final Departures departures;
    private final Moves moves;
    private final Fences fences;
    private final Wills wills;
    private final NodeId self;
    private final Runnable stop;
    private final LogLimit logLimit = new LogLimit();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger claiming = new AtomicInteger();
    // limited separately: they wait for links, and must not keep other requests out
    private final AtomicInteger fenceRequests = new AtomicInteger();
    private final EpochClock epochs;
    private volatile @Nullable LocalSessions sessions;
    // on the loop only: turns of requests that came before all sessions were known
    private final ArrayDeque<CompletableFuture<Void>> early = new ArrayDeque<>();
    private boolean allKnown; // on the loop only
    private boolean flushAsked; // on the loop only

    /**
     * Creates claims on an executor that runs tasks sequentially, in submission order. The caller must call {@link #tick}.
     *
     * @param clockMs a monotonic clock for durations
     * @param wallClockMs the time of day, which nodes compare
     * @param met the nodes that this one has met before and that may come
     */
    SessionClaims(
            Membership membership,
            Messenger messenger,
            ClaimLimits limits,
            Executor executor,
            LongSupplier clockMs,
            LongSupplier wallClockMs,
            Supplier<MetNodes> met,
            Runnable stop) {
        this.messenger = messenger;
        this.loop = task -> executor.execute(() -> guarded(task));
        this.stop = stop;
        Peer own = membership.self();
        this.self = own.id();
        LocalSessions onLoop = new LoopSessions(this::local, this::execute);
        this.departures = new Departures(onLoop, limits.moves(), clockMs, wallClockMs);
        this.fences = new Fences(onLoop::pass, clockMs);
        Line line = new Line();
        this.moves = new Moves(own, limits, this::execute, line, clockMs, wallClockMs);
        this.epochs = new EpochClock(wallClockMs);
        this.wills = new Wills(own, onLoop, line, met, this::execute, clockMs, limits);
        this.book = new ClaimBook(
                own, onLoop, new Tells(), departures, moves, wills.own(), this::execute, clockMs, epochs, limits);
        messenger.answer(Service.SESSIONS, this::answer);
        membership.listen(new MembershipListener() {
            @Override
            public void here(Peer peer) {
                execute(() -> {
                    book.here(peer);
                    wills.here(peer);
                });
            }

            @Override
            public void parts(Peer peer) {
                execute(() -> wills.parts(peer));
            }

            @Override
            public void gone(Peer peer) {
                execute(() -> {
                    book.gone(peer);
                    wills.gone(peer);
                });
            }

            @Override
            public void cleaned(Node node, boolean mayComeBack) {
                execute(() -> wills.cleaned(node, mayComeBack));
            }
        });
    }

    /**
     * Starts the claims on a thread of their own. Must be called before this node meets others.
     *
     * @param times how long to wait for other nodes
     * @param clock the time of day
     * @param met the nodes that this one has met before and that may come; called on any thread
     */
    public static SessionClaims start(
            Membership membership, Messenger messenger, SessionTimes times, Clock clock, Supplier<MetNodes> met) {
        TickingLoop thread = new TickingLoop("wkmq-sessions");
        LongSupplier clockMs = () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        SessionClaims claims = new SessionClaims(
                membership, messenger, ClaimLimits.of(times), thread, clockMs, clock::millis, met, thread::close);
        thread.tick(TICK, () -> membership.peers().isEmpty(), () -> guarded(claims::tick));
        return claims;
    }

    /**
     * Sets the sessions that these claims are for. Must be called once, before they are restored; other nodes' requests are refused
     * before.
     *
     * @param known completes when all sessions are known; answers to other nodes wait for that
     */
    void serve(LocalSessions local, CompletionStage<Void> known) {
        sessions = local;
        known.thenRun(() -> execute(() -> {
            allKnown = true;
            wills.allKnown();
            while (!early.isEmpty()) {
                early.remove().complete(null);
            }
        }));
    }

    /**
     * Called once, after {@link #serve}, when this node has entered the cluster of the nodes it found, or is in one of its own, or
     * will do neither. From then on, nodes that may know about restored wills are waited for only a bounded time.
     */
    public void entered() {
        execute(wills::entered);
    }

    /** Returns an epoch greater than all issued or seen before. */
    long nextEpoch() {
        return epochs.next();
    }

    /** Records an epoch issued by an earlier process of this node. */
    void seen(long epoch) {
        epochs.seen(epoch);
    }

    /** Retries and ends what is due. Called on the loop periodically. */
    void tick() {
        moves.tick();
        departures.tick();
        fences.tick();
        book.tick();
        wills.tick();
    }

    @SuppressWarnings("IllegalCatch") // a bug in the handling of one message must not end the claims of all
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("A step of the claims of sessions failed", e);
        }
    }

    private void execute(Runnable task) {
        try {
            onLoop(task);
        } catch (RejectedExecutionException e) {
            log.debug("The claims of sessions have stopped", e);
        }
    }

    /** Runs a task on the loop; the messages it leaves are sent after all other tasks that wait on the loop then. */
    private void onLoop(Runnable task) {
        loop.execute(() -> {
            task.run();
            if (!flushAsked) {
                flushAsked = true;
                loop.execute(() -> {
                    flushAsked = false;
                    book.telling().flush();
                    wills.flush();
                });
            }
        });
    }

    @Override
    public CompletionStage<Claimed> claim(String clientId, boolean keep, @Nullable Will will, long willDelaySeconds) {
        CompletableFuture<Claimed> claimed = new CompletableFuture<>();
        try {
            onLoop(() -> {
                var unusedToo = claimed.thenAccept(granted -> wills.claimed(self, clientId, granted.epoch()));
                book.claim(clientId, keep, will, willDelaySeconds, claimed);
                wills.claimed(self, clientId, book.epoch(clientId));
            });
        } catch (RejectedExecutionException e) {
            claimed.completeExceptionally(e);
        }
        claiming.incrementAndGet();
        var unused = claimed.whenComplete((granted, failure) -> claiming.decrementAndGet());
        return claimed;
    }

    @Override
    public void release(String clientId) {
        execute(() -> book.release(clientId));
    }

    @Override
    public void restored(String clientId, long epoch, boolean mayBeElsewhere) {
        execute(() -> book.restored(clientId, epoch, mayBeElsewhere));
    }

    @Override
    public void stays(String clientId, long epoch) {
        execute(() -> book.stays(clientId, epoch));
    }

    @Override
    public void guard(String clientId, long epoch, @Nullable Will will, long delaySeconds) {
        execute(() -> wills.guard(clientId, epoch, will, delaySeconds));
    }

    @Override
    public void reclaim(String clientId, long epoch, KeptWill will) {
        execute(() -> wills.reclaim(clientId, epoch, will));
    }

    /** Returns whether to report void wills although no other node may have been met. */
    boolean reclaiming() {
        return wills.reclaiming();
    }

    private LocalSessions local() {
        LocalSessions local = sessions;
        if (local == null) {
            throw new IllegalStateException("The sessions of this node are asked for before it serves them");
        }
        return local;
    }

    /** Sends announcements of this node's sessions. */
    private final class Tells implements Telling.TellLine {
        @Override
        public void tell(NodeId node, Tell tell, Consumer<Told> answered, Runnable unanswered) {
            messenger
                    .ask(node, Service.SESSIONS, V1.encode(tell))
                    .whenComplete((bytes, failure) -> execute(() -> {
                        if (failure == null && read(node, bytes) instanceof Told told) {
                            answered.accept(told);
                        } else {
                            unanswered.run();
                        }
                    }));
        }

        @Override
        public boolean reaches(NodeId node) {
            LocalSessions serving = sessions;
            return serving == null || serving.reaches(node);
        }
    }

    /** Sends the requests of session moves. */
    private final class Line implements Moves.Line {
        @Override
        public void ask(NodeId node, SessionMessage request, Consumer<SessionMessage> answered, Runnable unanswered) {
            CompletionStage<? extends @Nullable SessionMessage> asked = node.equals(self)
                            && request instanceof Fence fence
                    ? fences.passed(fence.towards()).thenApply(passed -> new Told(List.of()))
                    : messenger.ask(node, Service.SESSIONS, V1.encode(request)).thenApply(bytes -> read(node, bytes));
            asked.whenComplete((answer, failure) -> execute(() -> {
                if (failure == null && answer != null) {
                    answered.accept(answer);
                } else {
                    unanswered.run();
                }
            }));
        }

        @Override
        public List<NodeId> nodes() {
            return book.telling().nodes();
        }

        @Override
        public boolean reaches(NodeId node) {
            return local().reaches(node);
        }
    }

    private @Nullable SessionMessage read(NodeId node, byte[] bytes) {
        try {
            return V1.decode(bytes);
        } catch (MalformedMessageException e) {
            logLimit.log(
                    node,
                    leftOut ->
                            log.warn("A message about sessions cannot be read, node={} left_out={}", node, leftOut, e));
            return null;
        }
    }

    private CompletionStage<byte[]> answer(NodeId from, byte[] request) {
        if (sessions == null) {
            return refused("this node does not serve its sessions yet");
        }
        SessionMessage message = read(from, request);
        if (message == null) {
            return refused("the message cannot be read");
        }
        AtomicInteger waiting = message instanceof Fence ? fenceRequests : requests;
        if (waiting.incrementAndGet() > REQUESTS_MAX) {
            waiting.decrementAndGet();
            return refused(REQUESTS_MAX + " messages wait already");
        }
        CompletableFuture<Void> turn = new CompletableFuture<>();
        // Attached first: otherwise it would run on this thread if the turn has come by then.
        CompletionStage<byte[]> answered = turn.thenCompose(known -> answer(from, message))
                .thenApply(V1::encode)
                .whenComplete((bytes, failure) -> waiting.decrementAndGet());
        try {
            onLoop(() -> {
                if (allKnown) {
                    turn.complete(null);
                } else {
                    early.add(turn);
                }
            });
        } catch (RejectedExecutionException e) {
            turn.completeExceptionally(e);
        }
        return answered;
    }

    /** On the loop. */
    private CompletionStage<? extends SessionMessage> answer(NodeId from, SessionMessage message) {
        if (message instanceof Tell tell && book.telling().current(from, tell.incarnation())) {
            wills.told(from, tell);
            return book.told(from, tell);
        }
        // Not of an absent node: nobody would notice that it is gone. It will repeat the message.
        if (message instanceof Guard guard
                && book.telling().here(from)
                && book.telling().current(from, guard.incarnation())) {
            wills.guard(from, guard);
            return CompletableFuture.completedFuture(new Told(List.of()));
        }
        if (message instanceof Reclaim reclaim
                && book.telling().here(from)
                && book.telling().current(from, reclaim.incarnation())) {
            return CompletableFuture.completedFuture(wills.reclaim(from, reclaim, book::epoch));
        }
        if (message instanceof Pull pull && book.telling().current(from, pull.incarnation())) {
            return departures.pull(from, pull);
        }
        if (message instanceof Fence fence && book.telling().current(from, fence.incarnation())) {
            return fences.passed(fence.towards()).thenApply(passed -> new Told(List.of()));
        }
        throw new IllegalStateException(
                "Node " + from + " sends what an earlier process of it had to say, or no request: " + message);
    }

    private static CompletionStage<byte[]> refused(String reason) {
        return CompletableFuture.failedFuture(new IllegalStateException(reason));
    }

    /** Returns the current figures. Thread-safe. */
    public SessionFigures figures() {
        return moves.counts().figures(wills.guarded(), claiming.get());
    }

    Departures departures() {
        return departures;
    }

    Moves moves() {
        return moves;
    }

    ClaimBook book() {
        return book;
    }

    /** Stops the claims: pending and further claims fail, and so do requests of other nodes. */
    @Override
    public void close() {
        try {
            loop.execute(this::end);
        } catch (RejectedExecutionException e) {
            log.debug("The claims of sessions have stopped already", e);
        }
        stop.run();
    }

    /** The last task on the loop. */
    private void end() {
        book.close();
        while (!early.isEmpty()) {
            early.remove().completeExceptionally(new IllegalStateException("the node stops"));
        }
    }
}
