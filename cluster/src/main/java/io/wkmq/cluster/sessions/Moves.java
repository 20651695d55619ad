package io.wkmq.cluster.sessions;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sessions.protocol.SessionMessage;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Fence;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Part;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Pull;
import io.wkmq.routing.NodeId;
import io.wkmq.session.Arrival;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The sessions that move to this node. Belongs to the claims' thread. A limited number move at a time; the others wait in line. */
final class Moves {
    private static final int PARTS = 5; // fraction of a move's time for each of its waits
    private static final int GLANCES = 25; // likewise, a shorter one: enough for a reachable node to answer

    private final NodeId self;
    private final long incarnation;
    private final MoveLimits limits;
    private final long retryMs;
    private final Executor loop;
    private final Line line;
    private final LongSupplier clockMs;
    private final LongSupplier wallClockMs;
    private final Set<Move> running = new LinkedHashSet<>();
    private final ArrayDeque<Move> waiting = new ArrayDeque<>();
    private final List<Again> again = new ArrayList<>();
    private final MoveCounts counts = new MoveCounts();
    private Ends ends = new Ends() {
        @Override
        public void complete(Move move) {}

        @Override
        public void failed(Move move) {}
    };

    /**
     * Creates it without any move.
     *
     * @param loop runs tasks later on the claims' thread
     */
    Moves(Peer self, ClaimLimits limits, Executor loop, Line line, LongSupplier clockMs, LongSupplier wallClockMs) {
        this.self = self.id();
        this.incarnation = self.incarnation();
        this.limits = limits.moves();
        this.retryMs = limits.retryMs();
        this.loop = loop;
        this.line = line;
        this.clockMs = clockMs;
        this.wallClockMs = wallClockMs;
    }

    /** Sends requests to other nodes. */
    interface Line {
        /** Asks a node, possibly this one. Exactly one of the two callbacks is called, later and on the claims' thread. */
        void ask(NodeId node, SessionMessage request, Consumer<SessionMessage> answered, Runnable unanswered);

        /** Returns all present nodes, including this one. */
        List<NodeId> nodes();

        /** Returns whether messages currently reach another node. */
        boolean reaches(NodeId node);
    }

    /** Told about outcomes of moves that other nodes must learn of. */
    interface Ends {
        /** Called when all of the session is here. {@link Move#forgotten} must be called when the owner has forgotten it. */
        void complete(Move move);

        /** Called when the session does not come. */
        void failed(Move move);
    }

    private record Again(long atMs, Move move, Runnable action) {}

    void whoLearns(Ends learns) {
        ends = learns;
    }

    Move start(NodeId owner, Arrival arrival) {
        Move move = new Move(owner, arrival, untilMs(), this);
        counts.began(move, clockMs.getAsLong());
        waiting.add(move);
        next();
        return move;
    }

    private void next() {
        while (running.size() < limits.movesMax() && !waiting.isEmpty()) {
            Move move = waiting.remove();
            if (move.waits()) {
                running.add(move);
                move.start(untilMs());
            }
        }
    }

    void pull(Move move, int part, Consumer<Part> got, Runnable unanswered) {
        Pull pull =
                new Pull(incarnation, move.arrival().clientId(), move.arrival().epoch(), part);
        line.ask(
                move.owner(),
                pull,
                answer -> {
                    if (answer instanceof Part read) {
                        got.accept(read);
                    } else {
                        unanswered.run();
                    }
                },
                unanswered);
    }

    void fence(Move move, NodeId node, NodeId towards, Runnable passed) {
        line.ask(
                node,
                new Fence(incarnation, towards),
                answer -> passed.run(),
                () -> again(move, () -> fence(move, node, towards, passed)));
    }

    private void again(Move move, Runnable action) {
        if (!move.over()) {
            again.add(new Again(clockMs.getAsLong() + retryMs, move, action));
        }
    }

    NodeId self() {
        return self;
    }

    List<NodeId> nodes() {
        return line.nodes();
    }

    /**
     * Returns whether a node that owes an answer since then counts as cut off. A link that is down does not alone mean that answers
     * are lost.
     */
    boolean cutOff(NodeId node, long askedMs) {
        return clockMs.getAsLong() - askedMs >= limits.moveMs() / PARTS && !line.reaches(node);
    }

    /** Returns whether a node that has only to confirm something is unreachable, after a shorter wait than {@link #cutOff}. */
    boolean outOfReach(NodeId node, long waitedMs) {
        return waitedMs >= limits.moveMs() / GLANCES && !reaches(node);
    }

    /** Returns whether messages currently reach a node. */
    boolean reaches(NodeId node) {
        return node.equals(self) || line.reaches(node);
    }

    long nowMs() {
        return clockMs.getAsLong();
    }

    long wallClockMs() {
        return wallClockMs.getAsLong();
    }

    /** Returns whether the next part of a move may be pulled: whenever there is room, and for the oldest move always. */
    boolean room(Move move) {
        long held = 0;
        for (Move each : running) {
            held += each.heldBytes();
        }
        return held < limits.bytesMax() || move == running.iterator().next();
    }

    /** Returns when to repeat a pull whose answer may be lost for longer than a move takes. */
    long answersUntilMs() {
        return clockMs.getAsLong() + limits.moveMs() / PARTS;
    }

    /** Returns when to repeat a request that is known to have failed. */
    long againMs() {
        return clockMs.getAsLong() + retryMs;
    }

    /** Returns the deadline of a move that makes progress now. */
    long untilMs() {
        return clockMs.getAsLong() + limits.moveMs();
    }

    /** Returns how long a move waits at most for a reachable node that does not confirm its messages. */
    long fencesMs() {
        return limits.moveMs() / PARTS * 3;
    }

    /** Returns how long a move waits at least for the owner to forget a session that is here. */
    long graceMs() {
        return limits.moveMs() / 4;
    }

    void execute(Runnable task) {
        loop.execute(task);
    }

    void complete(Move move) {
        counts.moved(move, clockMs.getAsLong());
        ends.complete(move);
    }

    void failed(Move move) {
        counts.failed(move);
        ends.failed(move);
    }

    void ended(Move move) {
        running.remove(move);
        counts.ended(move);
        execute(this::next);
    }

    void gone(NodeId node) {
        List.copyOf(running).forEach(move -> move.gone(node));
        List.copyOf(waiting).forEach(move -> move.gone(node));
    }

    /** Retries what is due and ends overdue moves. Called every few milliseconds. */
    void tick() {
        long nowMs = clockMs.getAsLong();
        List<Again> due = new ArrayList<>();
        again.removeIf(each -> each.move.over() || (each.atMs <= nowMs && due.add(each)));
        due.forEach(each -> each.action.run());
        List.copyOf(running).forEach(move -> move.tick(nowMs));
        while (!waiting.isEmpty() && (waiting.element().over() || waitsTooLong(waiting.element(), nowMs))) {
            waiting.remove();
        }
        next();
    }

    private static boolean waitsTooLong(Move move, long nowMs) {
        move.tick(nowMs);
        return move.over();
    }

    MoveCounts counts() {
        return counts;
    }

    /** Returns how many moves are running or waiting. */
    int size() {
        return running.size() + waiting.size();
    }
}
