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
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wills of this node's clients. Each is guarded by one other node, which is told about it before its client gets its CONNACK,
 * and again when it is void. If that node is gone another one takes over. Belongs to the claims' thread.
 *
 * <p>One message per node is in flight at a time and is repeated, under a new number, until it is answered; so the other node ends
 * up with the latest state.
 */
final class OwnWills {
    /** The maximum size of a message, except for a single larger will. */
    private static final int BATCH_BYTES_MAX = 256 << 10;
    /** Larger wills are not guarded: they fit in no message. */
    private static final long WILL_BYTES_MAX = 768 << 10;

    private static final int BATCH_MAX = 1_000;

    /**
     * How long to wait after a failed message: if the node is gone, messages fail before the membership reports it, and then
     * another node gets its wills.
     */
    private static final long HEARD_MS = 100;

    private static final Logger log = LoggerFactory.getLogger(OwnWills.class);

    private final long incarnation;
    private final GuardLine line;
    private final LongSupplier clockMs;
    private final long retryMs;
    private final Map<String, List<Own>> wills = new HashMap<>(); // one per client, and one more while it reconnects
    private final Map<NodeId, Guardian> guardians = new HashMap<>();
    private long number;

    OwnWills(long incarnation, GuardLine line, LongSupplier clockMs, long retryMs) {
        this.incarnation = incarnation;
        this.line = line;
        this.clockMs = clockMs;
        this.retryMs = retryMs;
    }

    /** Tells another node. Exactly one of the two callbacks is called, later and on the claims' thread. */
    @FunctionalInterface
    interface GuardLine {
        void tell(NodeId node, Guard guard, Runnable answered, Runnable unanswered);
    }

    /** Identifies a will: a client that reconnects may have two for a moment. */
    private record Name(String clientId, long epoch) {}

    private static final class Own {
        private final Guarded guarded;
        private final long bytes;
        private @Nullable Guardian guardian;
        private @Nullable Runnable settled; // called once the guardian has the will or is late
        private boolean proposed; // by a claim whose session has not confirmed it yet

        Own(Guarded guarded) {
            this.guarded = guarded;
            Will will = Objects.requireNonNull(guarded.will());
            String userName = will.userName();
            this.bytes = will.payload().length
                    + will.properties().bytes()
                    + will.topic().utf8().length
                    + (userName == null ? 0 : userName.length() * 3L);
        }

        Name name() {
            return new Name(guarded.clientId(), guarded.epoch());
        }

        void settle() {
            Runnable waiting = settled;
            settled = null;
            if (waiting != null) {
                waiting.run();
            }
        }
    }

    private static final class Guardian {
        private final Peer peer;
        private final Set<Name> untold = new LinkedHashSet<>();
        private final Set<Own> awaited = new LinkedHashSet<>(); // claims wait until these have been told
        private boolean begun; // it has answered, so what it had from an earlier time is void
        private boolean asking;
        private boolean late; // did not answer in time: not waited for until it answers again
        private long notBeforeMs;
        private long lateAtMs = Long.MAX_VALUE; // unless it is reported gone by then

        Guardian(Peer peer) {
            this.peer = peer;
        }

        void beLate() {
            late = true;
            lateAtMs = Long.MAX_VALUE;
            List<Own> waiting = List.copyOf(awaited);
            awaited.clear();
            waiting.forEach(Own::settle);
        }
    }

    /**
     * Proposes the will of a connecting client; an older one of it stays as it is. {@link #guard} confirms it.
     *
     * @param settled called later, when another node has the will or is late
     * @return whether {@code settled} will be called; if not, there is nothing to wait for
     */
    boolean propose(String clientId, long epoch, Will will, long delaySeconds, Runnable settled) {
        Own own = new Own(new Guarded(clientId, epoch, will, delaySeconds));
        if (own.bytes > WILL_BYTES_MAX) {
            return false; // guard will log it
        }
        own.proposed = true;
        add(own);
        Guardian guardian = own.guardian;
        if (guardian == null || guardian.late) {
            return false;
        }
        own.settled = settled;
        guardian.awaited.add(own);
        return true;
    }

    /** Removes the will of a claim that has failed. */
    void withdraw(String clientId, long epoch) {
        Own own = find(clientId, epoch);
        if (own != null) {
            remove(own);
        }
    }

    /** Stops waiting for the node that was to guard that will. */
    void late(String clientId, long epoch) {
        Own own = find(clientId, epoch);
        if (own != null && own.guardian != null) {
            log.warn(
                    "A node does not say in time that it looks after a will, node={}",
                    own.guardian.peer.node().name());
            own.guardian.beLate();
        }
    }

    /** Stops waiting for a node until it answers. */
    void late(NodeId node) {
        Guardian guardian = guardians.get(node);
        if (guardian != null && !guardian.awaited.isEmpty()) {
            guardian.beLate();
        }
    }

    /** Confirms, replaces, or (if null) voids the will of that epoch. */
    void guard(String clientId, long epoch, @Nullable Will will, long delaySeconds) {
        Own before = find(clientId, epoch);
        Guarded guarded = new Guarded(clientId, epoch, will, delaySeconds);
        if (before != null && before.proposed && before.guarded.equals(guarded)) {
            before.proposed = false;
            return;
        }
        if (before != null) {
            remove(before);
        }
        if (will == null) {
            return;
        }
        Own own = new Own(guarded);
        if (own.bytes > WILL_BYTES_MAX) {
            log.warn(
                    "A will is too large for other nodes to look after, client={} bytes={} max={}",
                    clientId,
                    own.bytes,
                    WILL_BYTES_MAX);
        } else {
            own.guardian = before == null ? null : before.guardian;
            add(own);
        }
    }

    private @Nullable Own find(String clientId, long epoch) {
        for (Own own : wills.getOrDefault(clientId, List.of())) {
            if (own.guarded.epoch() == epoch) {
                return own;
            }
        }
        return null;
    }

    private void add(Own own) {
        List<Own> all = new ArrayList<>(wills.getOrDefault(own.guarded.clientId(), List.of()));
        all.add(own);
        wills.put(own.guarded.clientId(), List.copyOf(all));
        Guardian guardian = own.guardian;
        if (guardian != null && guardians.get(guardian.peer.id()) == guardian) {
            guardian.untold.add(own.name());
        } else {
            entrust(own);
        }
    }

    private void remove(Own own) {
        List<Own> left = new ArrayList<>(wills.getOrDefault(own.guarded.clientId(), List.of()));
        left.remove(own);
        if (left.isEmpty()) {
            wills.remove(own.guarded.clientId());
        } else {
            wills.put(own.guarded.clientId(), List.copyOf(left));
        }
        if (own.guardian != null) {
            own.guardian.untold.add(own.name());
            own.guardian.awaited.remove(own);
        }
    }

    /** Assigns a will to one of the present nodes, picked by its client id. */
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
            picked.untold.add(own.name());
        }
    }

    /** Rendezvous hashing: when a node is gone only its own wills move. */
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
        entrustAllOf(null);
    }

    void gone(Peer peer) {
        Guardian gone = guardians.remove(peer.id());
        if (gone == null) {
            return;
        }
        List<Own> awaited = List.copyOf(gone.awaited);
        gone.awaited.clear();
        entrustAllOf(gone);
        for (Own own : awaited) {
            if (own.guardian == null || own.guardian.late) {
                own.settle();
            } else {
                own.guardian.awaited.add(own);
            }
        }
    }

    private void entrustAllOf(@Nullable Guardian former) {
        for (List<Own> all : wills.values()) {
            for (Own own : all) {
                if (own.guardian == former) {
                    entrust(own);
                }
            }
        }
    }

    /** Sends pending changes. */
    void flush() {
        long nowMs = clockMs.getAsLong();
        for (Guardian guardian : List.copyOf(guardians.values())) {
            if (guardian.lateAtMs <= nowMs) {
                guardian.beLate();
            }
            flush(guardian);
        }
    }

    private void flush(Guardian guardian) {
        boolean nothing = guardian.untold.isEmpty() && guardian.begun;
        if (nothing || guardian.asking || clockMs.getAsLong() < guardian.notBeforeMs) {
            return;
        }
        List<Guarded> batch = new ArrayList<>();
        long bytes = 0;
        Iterator<Name> names = guardian.untold.iterator();
        while (names.hasNext() && batch.size() < BATCH_MAX && bytes < BATCH_BYTES_MAX) {
            Name name = names.next();
            Own own = find(name.clientId, name.epoch);
            boolean its = own != null && own.guardian == guardian;
            if (own != null && its && !batch.isEmpty() && bytes + own.bytes > BATCH_BYTES_MAX) {
                break;
            }
            names.remove();
            batch.add(own != null && its ? own.guarded : new Guarded(name.clientId, name.epoch, null, 0));
            bytes += 64 + name.clientId.length() * 3L + (own != null && its ? own.bytes : 0);
        }
        guardian.asking = true;
        Guard guard = new Guard(incarnation, ++number, !guardian.begun, batch);
        line.tell(guardian.peer.id(), guard, () -> answered(guardian, batch), () -> unanswered(guardian, batch));
    }

    private void answered(Guardian guardian, List<Guarded> batch) {
        guardian.asking = false;
        if (guardians.get(guardian.peer.id()) != guardian) {
            return; // other nodes have its wills now
        }
        guardian.begun = true;
        guardian.late = false;
        guardian.lateAtMs = Long.MAX_VALUE;
        guardian.notBeforeMs = 0;
        for (Guarded guarded : batch) {
            Own own = find(guarded.clientId(), guarded.epoch());
            if (own != null && own.guarded.equals(guarded) && guardian.awaited.remove(own)) {
                own.settle();
            }
        }
        flush(guardian);
    }

    private void unanswered(Guardian guardian, List<Guarded> batch) {
        guardian.asking = false;
        long nowMs = clockMs.getAsLong();
        guardian.notBeforeMs = nowMs + retryMs;
        guardian.lateAtMs = nowMs + HEARD_MS;
        batch.forEach(guarded -> guardian.untold.add(new Name(guarded.clientId(), guarded.epoch())));
    }
}
