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
 * The way of one session from another node to this one, step by step; see ADR 10 for why these are the steps.
 * Belongs to the claims' thread. Whatever gets no answer is asked again until the time is up.
 */
final class Move {
    private final NodeId owner;
    private final Arrival arrival;
    private final long lineUntilMs;
    private long deadlineMs; // first to leave the line, then to be there
    private final Moves moves;
    private MoveReader reader = new MoveReader();
    private final Set<NodeId> fences = new HashSet<>(); // who has yet to say that all it sent has arrived
    private final Set<NodeId> unreached = new HashSet<>(); // who has not said so, for it is out of reach
    private final Set<NodeId> passed = new HashSet<>(); // who has not said so in time: waited for once in a move
    private Step step = Step.WAITS;
    private int part;
    private long heldBytes; // of the session, in the reader
    private boolean cut; // the owner has said what it has got until then
    private boolean last; // all parts of the row are here
    private long fencesSinceMs;
    private long askAgainMs;
    private long askedMs; // since when the owner owes an answer

    /** How far it is. */
    private enum Step {
        /** In line. */
        WAITS,
        /** The session is asked for; what was sent to this node before the owner stopped to deliver is to arrive before it subscribes. */
        SESSION,
        /** It gathers messages on this node; all nodes are to learn of it. */
        ROUTES,
        /** All nodes send messages to this one too; what they sent to the owner alone is to arrive there. */
        FENCES,
        /** The owner's messages are asked for; of all that it has had, what was sent to this node too is to arrive here. */
        MESSAGES,
        /** They are stored here: the owner's are not needed any more, the move cannot fail any more. */
        STORE,
        /** The owner is to forget the session. */
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

    /** Begins; what it has waited in line does not count. */
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
                deadlineMs = Math.max(deadlineMs, moves.untilMs()); // what it waits here counts as in line
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
            // Most likely another node has a newer claim, and this one is about to be told: no time for a new session.
            refuse("the node that had the session keeps it for another one");
            return;
        }
        part++;
        askedMs = moves.nowMs();
        heldBytes += answer.bytes().length;
        deadlineMs = Math.max(deadlineMs, moves.untilMs()); // it goes on
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

    /** Takes the next step if all that it rests on is there. */
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
            reader = new MoveReader(); // what it holds is the session's from now on
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

    /** The owner has forgotten the session. */
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

    /** Another node has a newer claim, or the CONNECT has been refused. */
    void cancel() {
        if (step != Step.OVER) {
            step = Step.OVER;
            moves.ended(this);
        }
    }

    /** A node is here no more. */
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
     * A node that is out of reach will be told that what was on its way is not taken any more: nothing comes late. One that is in reach
     * and does not answer is not worth the whole session.
     */
    private void passWithout(NodeId node, long waitedMs) {
        if (moves.outOfReach(node, waitedMs)) {
            unreached.add(node);
            fenced(node);
        } else if (waitedMs >= moves.fencesMs()) {
            passed.add(node);
            deadlineMs = Math.max(deadlineMs, moves.untilMs()); // it goes on
            fenced(node);
        }
    }

    /** No time for a new session: the owner lives, and has lost nothing. */
    private void giveUp(String reason) {
        switch (step) {
            case WAITS, SESSION, ROUTES, FENCES, MESSAGES -> refuse(reason);
            case FORGET -> open(); // it goes on being told
            case STORE, OVER -> {}
        }
    }

    private void endWithout(String reason) {
        switch (step) {
            case WAITS, SESSION, ROUTES, FENCES, MESSAGES -> fail(reason);
            case FORGET -> open();
            case STORE, OVER -> {} // the one needs nobody else, the other nothing at all
        }
    }
}
