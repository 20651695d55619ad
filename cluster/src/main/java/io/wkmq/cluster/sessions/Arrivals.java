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
 * Sessions that other nodes keep for claims of this one, tracked until all nodes involved know the outcome. Belongs to the claims'
 * thread.
 */
final class Arrivals {
    private final Moves moves;
    private final Executor loop;
    private final Others others;
    private final Map<String, Incoming> all = new HashMap<>();
    // nodes that have to forget a session which has been moved here completely
    private final Map<String, Offered> obsolete = new HashMap<>();

    /** The rest of the claims, as needed here. */
    interface Others {
        /** Schedules telling another node what this one now has of a client. */
        void tell(NodeId node, String clientId);

        /** Returns whether the node is present. */
        boolean here(NodeId node);

        /** Called when a session that was moved here has replaced what this node had of the client. */
        void replaced(String clientId);
    }

    /**
     * Creates it without any session.
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

    /** Makes an offer to the client's shard of the newest session that other nodes keep for a claim. */
    SessionOffer offer(String clientId, long claim, List<Offered> offers) {
        Incoming offered = new Incoming(claim, offers);
        all.put(clientId, offered);
        return new Offer(clientId, claim, offered.best());
    }

    /** An offered session; hands the shard's decision over to the claims' thread. */
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

    /** Called when a session is here completely and stored: tells the nodes that had it to forget it. */
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
                move.forgotten(); // the owner is told when it comes back
            }
        }
    }

    /** Ends the claim's wait for a session, and tells the nodes that keep one that they need not. */
    private void settle(String clientId, long claim) {
        Incoming found = find(clientId, claim);
        if (found != null) {
            all.remove(clientId);
            found.offers.forEach(offered -> others.tell(offered.node(), clientId));
        }
    }

    /** Returns whether a session may still come for that claim. */
    boolean awaits(String clientId, long claim) {
        Incoming found = find(clientId, claim);
        return found != null && !found.here;
    }

    /** Adds a node that keeps a session too, but said so late; it is told the outcome with the others. */
    void late(String clientId, long claim, Offered offered) {
        Incoming found = find(clientId, claim);
        if (found != null) {
            found.offers.add(offered);
        }
    }

    /** Returns the epoch of the node's session of the client if all of it has been moved here; otherwise 0. */
    long obsolete(String clientId, NodeId node) {
        Offered former = obsolete.get(clientId);
        return former != null && former.node().equals(node) ? former.epoch() : 0;
    }

    /** Called when a node has forgotten its session. */
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

    /** Cancels the move for a claim that is void. */
    void cancel(String clientId) {
        Incoming dropped = all.remove(clientId);
        if (dropped != null && dropped.move != null) {
            dropped.move.cancel();
        }
    }

    /** Forgets the client because this node has nothing of it any more. */
    void end(String clientId) {
        obsolete.remove(clientId);
        cancel(clientId);
    }
}
