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
 * What another node has yet to be told: new claims first, then the sessions that were there before it came. One message is under
 * way at a time; what gathers meanwhile goes with the next one. Belongs to the claims' thread. Bounded by the sessions of this
 * node: each is in here once at most in either place.
 */
final class PeerTells {
    private final Peer peer;
    private final Set<String> claims = new LinkedHashSet<>();
    private final Set<String> later = new LinkedHashSet<>();
    private final ArrayDeque<String> earlier;
    private boolean asking;
    private long askedMs; // what is under way
    private boolean late; // has not answered in time: nobody waits for it until it answers again
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

    /** At the next {@link #tellNow}. */
    void tellLater(String clientId) {
        later.add(clientId);
    }

    void tellNow() {
        claims.addAll(later);
        later.clear();
    }

    /**
     * The next message's content, which is then under way; null if there is nothing to say now. To a node that was late there
     * always is, if only an empty message: it is waited for again once it answers.
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
            return 0; // has ended or is another node's by now
        }
        batch.add(held);
        return V1.bytesMax(held.clientId());
    }

    void answered() {
        asking = false;
        late = false;
        notBeforeMs = 0;
    }

    /** Whether it owes an answer to what was said before that time. */
    boolean owes(long beforeMs) {
        return asking && askedMs <= beforeMs;
    }

    /** There was no answer: all of it has to be said again. */
    void unanswered(List<Held> batch) {
        asking = false;
        batch.forEach(held -> claims.add(held.clientId()));
    }
}
