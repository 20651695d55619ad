package io.wkmq.cluster.sessions;

import io.wkmq.cluster.sessions.protocol.MoveReader;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Part;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.NodeId;
import io.wkmq.session.Arrival;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The move of one session from another node (the owner) to this one, as a state machine; see ADR 10 for the reason of each step.
 * Belongs to the claims' thread. Unanswered requests are repeated until the time is up.
 */
final class Move {
    private final NodeId owner;
    private final Arrival arrival;
    private final long lineUntilMs;
    private long deadlineMs; // first of the wait in line, then of the move
    private final Moves moves;
    private MoveReader reader = new MoveReader();
    // nodes that have yet to confirm that everything they sent has arrived
    private final Set<NodeId> fences = new HashSet<>();
    private final Set<NodeId> unreached = new HashSet<>(); // nodes that have not confirmed because they are unreachable
    // nodes that have not confirmed in time; waited for only once per move
    private final Set<NodeId> passed = new HashSet<>();
    private Step step = Step.WAITS;
    private int part;
    private long heldBytes; // of the session, in the reader
    private boolean cut; // the owner has listed the messages it has up to now
    private boolean last; // all parts of the row are here
    private long fencesSinceMs;
    private long askAgainMs;
    private long askedMs; // since when the owner owes an answer

    /** The steps of a move. */
    private enum Step {
        /** Waiting in line. */
        WAITS,
        /**
         * Pulling the session. Messages sent to this node before the owner stopped delivering have to arrive before this node
         * subscribes.
         */
        SESSION,
        /** Collecting messages on this node; all nodes have to learn of its subscriptions. */
        ROUTES,
        /** All nodes send messages to this one too; those sent only to the owner have to arrive there. */
        FENCES,
        /** Pulling the owner's messages. Those among them that were also sent to this node have to arrive here. */
        MESSAGES,
        /** Storing them here. The owner's copy is no longer needed, and the move can no longer fail. */
        STORE,
        /** Waiting for the owner to forget the session. */
        FORGET,
        OVER
    }

    Move(NodeId owner, Arrival arrival, long lineUntilMs, Moves moves) {
        this.owner = owner;
        this.arrival = arrival;
        this.lineUntilMs = lineUntilMs;
        this.deadlineMs = lineUntilMs;
        this.moves = moves;
    }

    NodeId owner() {
        return owner;
    }

    Arrival arrival() {
        return arrival;
    }

    long heldBytes() {
        return heldBytes;
    }

    boolean waits() {
        return step == Step.WAITS;
    }

    boolean over() {
        return step == Step.OVER;
    }

    /** Starts the move; the time spent in line does not count. */
    void start(long untilMs) {
        deadlineMs = untilMs;
        step = Step.SESSION;
        askedMs = moves.nowMs();
        fenceAll(moves.self());
        pull();
    }

    private void pull() {
        Step now = step;
        int asked = part;
        if (!moves.room(this)) {
            askAgainMs = moves.againMs();
            askedMs = moves.nowMs();
            if (askedMs < lineUntilMs) {
                deadlineMs = Math.max(deadlineMs, moves.untilMs()); // waiting for room counts as waiting in line
            }
            return;
        }
        askAgainMs = moves.answersUntilMs();
        moves.pull(
                this,
                asked,
                answer -> {
                    if (step == now && part == asked) {
                        got(answer);
                    }
                },
                () -> {
                    if (step == now && part == asked) {
                        askAgainMs = Math.min(askAgainMs, moves.againMs());
                    }
                });
    }

    private boolean asks() {
        return (step == Step.SESSION || step == Step.MESSAGES) && !last;
    }

    private void got(Part answer) {
        if (!answer.there()) {
            // Most likely another node has a newer claim, which this one is about to learn: create no new session.
            refuse("the node that had the session keeps it for another one");
            return;
        }
        part++;
        askedMs = moves.nowMs();
        heldBytes += answer.bytes().length;
        deadlineMs = Math.max(deadlineMs, moves.untilMs()); // there is progress
        try {
            reader.read(answer.bytes(), moves.wallClockMs());
            if (step == Step.MESSAGES && !cut) {
                cut = true;
                fenceAll(moves.self());
            }
            last = answer.last();
            if (last) {
                goOn();
            } else {
                pull();
            }
        } catch (MalformedMessageException e) {
            fail("it cannot be read: " + e.getMessage());
        }
    }

    private void known() {
        if (step == Step.ROUTES) {
            step = Step.FENCES;
            fenceAll(owner);
        }
    }

    private void fenceAll(NodeId towards) {
        Step now = step;
        unreached.removeIf(moves::reaches);
        List<NodeId> nodes = new ArrayList<>(moves.nodes());
        nodes.removeAll(unreached);
        nodes.removeAll(passed);
        fencesSinceMs = moves.nowMs();
        fences.addAll(nodes);
        nodes.forEach(node -> moves.fence(this, node, towards, () -> {
            if (step == now) {
                fenced(node);
            }
        }));
    }

    private void fenced(NodeId node) {
        if (fences.remove(node) && fences.isEmpty()) {
            try {
                goOn();
            } catch (MalformedMessageException e) {
                fail("it cannot be read: " + e.getMessage());
            }
        }
    }

    /** Advances to the next step if its preconditions are met. */
    private void goOn() throws MalformedMessageException {
        if (!fences.isEmpty()) {
            return;
        }
        if (step == Step.SESSION && last) {
            step = Step.ROUTES;
            arrival.begin(reader.session(), () -> moves.execute(this::known));
        } else if (step == Step.FENCES) {
            step = Step.MESSAGES;
            askedMs = moves.nowMs();
            last = false;
            pull();
        } else if (step == Step.MESSAGES && last) {
            step = Step.STORE;
            MoveReader read = reader;
            heldBytes = 0;
            reader = new MoveReader(); // its content belongs to the session from now on
            arrival.finish(read.messages(), () -> moves.execute(this::stored));
        }
    }

    private void stored() {
        if (step == Step.STORE) {
            step = Step.FORGET;
            askedMs = moves.nowMs();
            deadlineMs = Math.max(deadlineMs, askedMs + moves.graceMs());
            moves.complete(this);
        }
    }

    /** Called when the owner has forgotten the session. */
    void forgotten() {
        if (step == Step.FORGET) {
            open();
        }
    }

    private void open() {
        step = Step.OVER;
        arrival.open();
        moves.ended(this);
    }

    private void refuse(String reason) {
        step = Step.OVER;
        arrival.refuse(reason);
        moves.ended(this);
    }

    private void fail(String reason) {
        step = Step.OVER;
        arrival.fail(reason);
        moves.failed(this);
        moves.ended(this);
    }

    /** Cancels the move because another node has a newer claim, or the CONNECT has been refused. */
    void cancel() {
        if (step != Step.OVER) {
            step = Step.OVER;
            moves.ended(this);
        }
    }

    /** Called when a node is gone. */
    void gone(NodeId node) {
        if (node.equals(owner)) {
            endWithout("the node that has it is gone");
        } else {
            fenced(node);
        }
    }

    void tick(long nowMs) {
        List.copyOf(fences).forEach(node -> passWithout(node, nowMs - fencesSinceMs));
        if (asks() && nowMs >= askAgainMs) {
            pull();
        }
        if ((asks() || step == Step.FORGET) && moves.cutOff(owner, askedMs)) {
            giveUp("the node that has it is cut off");
        } else if (nowMs >= deadlineMs) {
            giveUp(step == Step.WAITS ? "too many sessions come to this node" : "it took too long");
        }
    }

    /**
     * Goes on without a node's confirmation. An unreachable node will be told that its messages in flight are not accepted any
     * more, so nothing arrives late. For a reachable one that does not answer the whole session is not worth losing.
     */
    private void passWithout(NodeId node, long waitedMs) {
        if (moves.outOfReach(node, waitedMs)) {
            unreached.add(node);
            fenced(node);
        } else if (waitedMs >= moves.fencesMs()) {
            passed.add(node);
            deadlineMs = Math.max(deadlineMs, moves.untilMs()); // there is progress
            fenced(node);
        }
    }

    /** Refuses the CONNECT rather than creating a new session: the owner lives and has lost nothing. */
    private void giveUp(String reason) {
        switch (step) {
            case WAITS, SESSION, ROUTES, FENCES, MESSAGES -> refuse(reason);
            case FORGET -> open(); // the owner will still be told to forget
            case STORE, OVER -> {}
        }
    }

    private void endWithout(String reason) {
        switch (step) {
            case WAITS, SESSION, ROUTES, FENCES, MESSAGES -> fail(reason);
            case FORGET -> open();
            case STORE, OVER -> {} // STORE needs no other node any more, and OVER nothing at all
        }
    }
}
