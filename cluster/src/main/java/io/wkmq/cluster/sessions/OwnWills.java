package io.wkmq.cluster.sessions;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guard;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guarded;
import io.wkmq.routing.NodeId;
import io.wkmq.session.Will;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wills of this node's clients that would die with it: each is in the care of one other node, which is told of it when it
 * comes up and when it is void. If that node goes another one gets it. Belongs to the claims' thread.
 *
 * <p>To each node one message is under way at a time and is repeated, under a new number, until it is answered: so what the
 * other node has in the end is what it was told last.
 */
final class OwnWills {
    /** What a message holds at most, but for a single will that is larger. */
    private static final int BATCH_BYTES_MAX = 256 << 10;
    /** A will that is larger is not guarded: it fits in no message. */
    private static final long WILL_BYTES_MAX = 768 << 10;

    private static final int BATCH_MAX = 1_000;

    private static final Logger log = LoggerFactory.getLogger(OwnWills.class);

    private final long incarnation;
    private final GuardLine line;
    private final LongSupplier clockMs;
    private final long retryMs;
    private final Map<String, Own> wills = new HashMap<>();
    private final Map<NodeId, Guardian> guardians = new HashMap<>();
    private long number;

    OwnWills(long incarnation, GuardLine line, LongSupplier clockMs, long retryMs) {
        this.incarnation = incarnation;
        this.line = line;
        this.clockMs = clockMs;
        this.retryMs = retryMs;
    }

    /** Tells another node; exactly one of the two is called, later and on the claims' thread. */
    @FunctionalInterface
    interface GuardLine {
        void tell(NodeId node, Guard guard, Runnable answered, Runnable unanswered);
    }

    private static final class Own {
        private final Guarded guarded;
        private final long bytes;
        private @Nullable Guardian guardian;

        Own(Guarded guarded, long bytes) {
            this.guarded = guarded;
            this.bytes = bytes;
        }
    }

    private static final class Guardian {
        private final Peer peer;
        private final Set<String> untold = new LinkedHashSet<>();
        private boolean begun; // it has answered, so what it had of an earlier time is void
        private boolean asking;
        private long notBeforeMs;

        Guardian(Peer peer) {
            this.peer = peer;
        }
    }

    /** A will has come up, or is void if it is null. */
    void guard(String clientId, long epoch, @Nullable Will will, long delaySeconds) {
        Own before = wills.remove(clientId);
        if (before != null && before.guardian != null) {
            before.guardian.untold.add(clientId);
        }
        if (will == null) {
            return;
        }
        long bytes =
                will.payload().length + will.properties().bytes() + will.topic().utf8().length;
        if (bytes > WILL_BYTES_MAX) {
            log.warn(
                    "A will is too large for other nodes to look after, client={} bytes={} max={}",
                    clientId,
                    bytes,
                    WILL_BYTES_MAX);
            return;
        }
        Own own = new Own(new Guarded(clientId, epoch, will, delaySeconds), bytes);
        wills.put(clientId, own);
        if (before != null && before.guardian != null && guardians.containsValue(before.guardian)) {
            own.guardian = before.guardian;
        } else {
            entrust(own);
        }
    }

    /** Gives a will to the node of those that are here which its client id picks. */
    private void entrust(Own own) {
        String clientId = own.guarded.clientId();
        Guardian picked = null;
        for (Guardian guardian : guardians.values()) {
            if (picked == null || weight(clientId, guardian) > weight(clientId, picked)) {
                picked = guardian;
            }
        }
        own.guardian = picked;
        if (picked != null) {
            picked.untold.add(clientId);
        }
    }

    /** Rendezvous hashing: when a node goes only its own wills move. */
    private static long weight(String clientId, Guardian guardian) {
        long mixed = (clientId.hashCode() * 0x9E37_79B9_7F4A_7C15L)
                ^ guardian.peer.id().value().getMostSignificantBits()
                ^ Long.rotateLeft(guardian.peer.id().value().getLeastSignificantBits(), 32);
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8_FEB8_6659_FD93L;
        return mixed ^ (mixed >>> 32);
    }

    void here(Peer peer) {
        gone(peer);
        guardians.put(peer.id(), new Guardian(peer));
        for (Own own : wills.values()) {
            if (own.guardian == null) {
                entrust(own);
            }
        }
    }

    void gone(Peer peer) {
        Guardian gone = guardians.remove(peer.id());
        if (gone == null) {
            return;
        }
        for (Own own : wills.values()) {
            if (own.guardian == gone) {
                entrust(own);
            }
        }
    }

    /** Sends what gathered. */
    void flush() {
        guardians.values().forEach(this::flush);
    }

    private void flush(Guardian guardian) {
        boolean nothing = guardian.untold.isEmpty() && guardian.begun;
        if (nothing || guardian.asking || clockMs.getAsLong() < guardian.notBeforeMs) {
            return;
        }
        List<Guarded> batch = new ArrayList<>();
        long bytes = 0;
        Iterator<String> ids = guardian.untold.iterator();
        while (ids.hasNext() && batch.size() < BATCH_MAX && bytes < BATCH_BYTES_MAX) {
            String clientId = ids.next();
            Own own = wills.get(clientId);
            boolean its = own != null && own.guardian == guardian;
            if (own != null && its && !batch.isEmpty() && bytes + own.bytes > BATCH_BYTES_MAX) {
                break;
            }
            ids.remove();
            batch.add(own != null && its ? own.guarded : new Guarded(clientId, 0, null, 0));
            bytes += 64 + clientId.length() * 3L + (own != null && its ? own.bytes : 0);
        }
        guardian.asking = true;
        Guard guard = new Guard(incarnation, ++number, !guardian.begun, batch);
        line.tell(guardian.peer.id(), guard, () -> answered(guardian), () -> unanswered(guardian, batch));
    }

    private void answered(Guardian guardian) {
        guardian.asking = false;
        guardian.begun = true;
        if (guardians.get(guardian.peer.id()) == guardian) {
            flush(guardian);
        }
    }

    private void unanswered(Guardian guardian, List<Guarded> batch) {
        guardian.asking = false;
        guardian.notBeforeMs = clockMs.getAsLong() + retryMs;
        batch.forEach(guarded -> guardian.untold.add(guarded.clientId()));
    }
}
