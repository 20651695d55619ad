package io.wkmq.cluster.sessions;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A claim that waits for the nodes that are within reach. Belongs to the claims' thread. */
final class Claim {
    final String clientId;
    final long deadlineMs;
    final CompletableFuture<Long> done;
    /** Who has yet to answer; few, for there are few nodes. */
    final List<PeerTells> awaited = new ArrayList<>(4);

    int stamps = 1; // how many epochs it has had

    Claim(String clientId, long deadlineMs, CompletableFuture<Long> done) {
        this.clientId = clientId;
        this.deadlineMs = deadlineMs;
        this.done = done;
    }
}
