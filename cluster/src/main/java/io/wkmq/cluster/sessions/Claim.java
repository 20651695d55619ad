package io.wkmq.cluster.sessions;

import io.wkmq.cluster.sessions.Incoming.Offered;
import io.wkmq.session.Claimed;
import io.wkmq.session.Will;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A claim that waits for the nodes within reach. Belongs to the claims' thread. */
final class Claim {
    final String clientId;
    final long deadlineMs;
    final boolean keep; // whether to keep a session that another node has
    final @Nullable Will will; // to be guarded by another node in case this one dies
    final long willDelaySeconds;
    long formerEpoch; // of what this node has of the client if the claim fails; 0 for nothing
    final CompletableFuture<Claimed> done;
    /** Present nodes that have yet to answer; few, since a cluster has few nodes. */
    final List<PeerTells> unanswered = new ArrayList<>(4);

    /** The nodes that keep a session for this claim. */
    final List<Offered> offers = new ArrayList<>(1);

    int stamps = 1; // how many epochs this claim has used
    boolean unguarded; // the node that is to guard its will does not have it yet
    boolean doubtful; // another node may have a full copy of the session that is kept: late nodes must answer too

    Claim(
            String clientId,
            boolean keep,
            @Nullable Will will,
            long willDelaySeconds,
            long formerEpoch,
            long deadlineMs,
            CompletableFuture<Claimed> done) {
        this.clientId = clientId;
        this.keep = keep;
        this.will = will;
        this.willDelaySeconds = willDelaySeconds;
        this.formerEpoch = formerEpoch;
        this.deadlineMs = deadlineMs;
        this.done = done;
    }

    /** Returns whether the claim must wait for an answer. Nodes that were late before count only if there may be another session. */
    boolean waits() {
        return unguarded || unanswered.stream().anyMatch(peer -> doubtful || !peer.late());
    }
}
