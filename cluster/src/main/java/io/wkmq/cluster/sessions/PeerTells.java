package io.wkmq.cluster.sessions;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Held;
import io.wkmq.cluster.sessions.protocol.V1;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Pending announcements to another node: new claims first, then the sessions that existed before it came. One message is in flight
 * at a time; what accumulates meanwhile goes into the next one. Belongs to the claims' thread. Bounded by the number of sessions of
 * this node: each is in either queue at most once.
 */
final class PeerTells {
    private final Peer peer;
    private final Set<String> claims = new LinkedHashSet<>();
    private final Set<String> later = new LinkedHashSet<>();
    private final ArrayDeque<String> earlier;
    private boolean asking;
    private long askedMs; // since when a message is in flight
    private boolean late; // did not answer in time: not waited for until it answers again
    private long notBeforeMs;

    PeerTells(Peer peer, Collection<String> earlier) {
        this.peer = peer;
        this.earlier = new ArrayDeque<>(earlier);
    }

    Peer peer() {
        return peer;
    }

    boolean late() {
        return late;
    }

    void late(long retryAtMs) {
        late = true;
        notBeforeMs = retryAtMs;
    }

    void tell(String clientId) {
        claims.add(clientId);
    }

    /** Queues a client until the next {@link #tellNow}. */
    void tellLater(String clientId) {
        later.add(clientId);
    }

    void tellNow() {
        claims.addAll(later);
        later.clear();
    }

    /**
     * Returns the content of the next message, which counts as in flight then; null if there is nothing to say now. A node that was
     * late always gets a message, if only an empty one: it is waited for again once it answers.
     */
    @Nullable
    List<Held> next(ClaimLimits limits, long nowMs, Function<String, @Nullable Held> holding) {
        if (asking || nowMs < notBeforeMs) {
            return null;
        }
        List<Held> batch = new ArrayList<>();
        int bytes = 0;
        for (Iterator<String> ids = claims.iterator(); ids.hasNext() && bytes < limits.batchBytesMax(); ) {
            if (batch.size() == limits.batchMax()) {
                break;
            }
            bytes += add(batch, holding.apply(ids.next()));
            ids.remove();
        }
        while (!earlier.isEmpty() && batch.size() < limits.batchMax() && bytes < limits.batchBytesMax()) {
            bytes += add(batch, holding.apply(earlier.remove()));
        }
        asking = late || !batch.isEmpty();
        askedMs = nowMs;
        return asking ? batch : null;
    }

    private static int add(List<Held> batch, @Nullable Held held) {
        if (held == null) {
            return 0; // has ended, or belongs to another node by now
        }
        batch.add(held);
        return V1.bytesMax(held.clientId());
    }

    void answered() {
        asking = false;
        late = false;
        notBeforeMs = 0;
    }

    /** Returns whether it owes an answer to a message sent before that time. */
    boolean owes(long beforeMs) {
        return asking && askedMs <= beforeMs;
    }

    /** Queues everything again because there was no answer. */
    void unanswered(List<Held> batch) {
        asking = false;
        batch.forEach(held -> claims.add(held.clientId()));
    }
}
