package io.wkmq.cluster.sessions;

import io.wkmq.cluster.sessions.Incoming.Offered;
import io.wkmq.session.Claimed;
import io.wkmq.session.Will;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A claim that waits for the nodes that are within reach. Belongs to the claims' thread. */
final class Claim {
    final String clientId;
    final long deadlineMs;
    final boolean keep; // a session that another node has
    final @Nullable Will will; // that would die with this node
    final long willDelaySeconds;
    long formerEpoch; // what this node has of the client if the claim fails; 0 for nothing
    final CompletableFuture<Claimed> done;
    /** Who is here and has yet to answer; few, for there are few nodes. */
    final List<PeerTells> unanswered = new ArrayList<>(4);

    /** Who keeps a session for this claim. */
    final List<Offered> offers = new ArrayList<>(1);

    int stamps = 1; // how many epochs it has had
    boolean unguarded; // the node that is to look after its will has not got it yet
    boolean doubtful; // of the session that is there another node may have all by now: nobody is too late to say so

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

    /** Whether it has to wait for an answer. Who was late before is waited for only if there may be another session. */
    boolean waits() {
        return unguarded || unanswered.stream().anyMatch(peer -> doubtful || !peer.late());
    }
}
