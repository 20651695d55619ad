package io.wkmq.cluster.sessions;

import io.wkmq.routing.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client whose session other nodes keep for this one, until all of them know the outcome. Belongs to the claims' thread. */
final class Incoming {
    final long claim;
    final List<Offered> offers;

    @Nullable
    Offered accepted;

    @Nullable
    Move move; // of the accepted offer

    boolean here; // all of the session is here; the node that had it has yet to forget it

    Incoming(long claim, List<Offered> offers) {
        this.claim = claim;
        this.offers = new ArrayList<>(offers);
    }

    /**
     * A session that another node keeps.
     *
     * @param epoch the epoch of the claim under which that node has it
     */
    record Offered(NodeId node, long epoch) {}

    /** Returns the newest session. */
    Offered best() {
        return offers.stream()
                .max(Comparator.comparingLong(Offered::epoch)
                        .thenComparing(offered -> offered.node().value()))
                .orElseThrow();
    }
}
