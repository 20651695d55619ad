package io.wkmq.cluster.sessions;

import io.wkmq.cluster.sessions.Incoming.Offered;
import io.wkmq.routing.NodeId;
import io.wkmq.session.Arrival;
import io.wkmq.session.SessionOffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that other nodes keep for claims of this one, until all who are concerned have been told what became of them. Belongs to
 * the claims' thread.
 */
final class Arrivals {
    private final Moves moves;
    private final Executor loop;
    private final Others others;
    private final Map<String, Incoming> all = new HashMap<>();
    private final Map<String, Offered> obsolete = new HashMap<>(); // who is to forget a session that is all here

    /** The other nodes. */
    interface Others {
        /** Another node is to be told what this one has of a client now. */
        void tell(NodeId node, String clientId);

        /** Whether it is here. */
        boolean here(NodeId node);

        /** A session has come in the place of what this node had of the client. */
        void replaced(String clientId);
    }

    /**
     * None so far.
     *
     * @param loop the claims' thread
     */
    Arrivals(Moves moves, Executor loop, Others others) {
        this.moves = moves;
        this.loop = loop;
        this.others = others;
        moves.whoLearns(new Moves.Ends() {
            @Override
            public void complete(Move move) {
                arrived(move);
            }

            @Override
            public void failed(Move move) {
                settle(move.arrival().clientId(), move.arrival().epoch());
            }
        });
    }

    /** Offers the newest of what other nodes keep for a claim to the client's shard. */
    SessionOffer offer(String clientId, long claim, List<Offered> offers) {
        Incoming offered = new Incoming(claim, offers);
        all.put(clientId, offered);
        return new Offer(clientId, claim, offered.best());
    }

    /** What the shard says of a session that is offered comes back to the claims' thread. */
    private final class Offer implements SessionOffer {
        private final String clientId;
        private final long claim;
        private final Offered offered;

        Offer(String clientId, long claim, Offered offered) {
            this.clientId = clientId;
            this.claim = claim;
            this.offered = offered;
        }

        @Override
        public long epoch() {
            return offered.epoch();
        }

        @Override
        public void accept(Arrival arrival) {
            loop.execute(() -> {
                Incoming accepted = find(clientId, claim);
                if (accepted == null) {
                    arrival.fail("another node has a newer claim");
                } else {
                    accepted.accepted = offered;
                    accepted.move = moves.start(offered.node(), arrival);
                }
            });
        }

        @Override
        public void decline() {
            loop.execute(() -> settle(clientId, claim));
        }
    }

    private @Nullable Incoming find(String clientId, long claim) {
        Incoming found = all.get(clientId);
        return found != null && found.claim == claim ? found : null;
    }

    /** All of the session is here and stored: whoever had it is told to forget it. */
    private void arrived(Move move) {
        String clientId = move.arrival().clientId();
        Incoming found = find(clientId, move.arrival().epoch());
        if (found != null && found.accepted != null) {
            found.here = true;
            others.replaced(clientId);
            obsolete.put(clientId, found.accepted);
            found.offers.forEach(offered -> others.tell(offered.node(), clientId));
            if (!others.here(move.owner())) {
                all.remove(clientId);
                move.forgotten(); // it is told when it comes back
            }
        }
    }

    /** No session moves for that claim any more: those who keep one are told that they need not. */
    private void settle(String clientId, long claim) {
        Incoming found = find(clientId, claim);
        if (found != null) {
            all.remove(clientId);
            found.offers.forEach(offered -> others.tell(offered.node(), clientId));
        }
    }

    /** Whether a session may still come for that claim. */
    boolean awaits(String clientId, long claim) {
        Incoming found = find(clientId, claim);
        return found != null && !found.here;
    }

    /** A node keeps one too, but was late to say so: it is told in the end. */
    void late(String clientId, long claim, Offered offered) {
        Incoming found = find(clientId, claim);
        if (found != null) {
            found.offers.add(offered);
        }
    }

    /** The epoch of the session that node has of the client if all of it is here; else 0. */
    long obsolete(String clientId, NodeId node) {
        Offered former = obsolete.get(clientId);
        return former != null && former.node().equals(node) ? former.epoch() : 0;
    }

    /** A node has forgotten what it had. */
    void forgotten(String clientId, long claim, NodeId by) {
        Incoming found = find(clientId, claim);
        if (obsolete(clientId, by) == 0) {
            return;
        }
        obsolete.remove(clientId);
        if (found != null && found.here) {
            all.remove(clientId);
            if (found.move != null) {
                found.move.forgotten();
            }
        }
    }

    /** The claim that a session was to come for is void. */
    void cancel(String clientId) {
        Incoming dropped = all.remove(clientId);
        if (dropped != null && dropped.move != null) {
            dropped.move.cancel();
        }
    }

    /** This node has nothing of the client any more. */
    void end(String clientId) {
        obsolete.remove(clientId);
        cancel(clientId);
    }
}
