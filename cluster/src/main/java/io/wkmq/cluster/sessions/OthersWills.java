package io.wkmq.cluster.sessions;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guard;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guarded;
import io.wkmq.routing.NodeId;
import io.wkmq.session.Will;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wills that other nodes have left in this one's care. They are published when their node has been gone for longer than it
 * takes for a short absence, or has come back as a new process; but not if the client has connected to another node by then.
 * Belongs to the claims' thread.
 */
final class OthersWills {
    private static final long HERE = -1;
    private static final Logger log = LoggerFactory.getLogger(OthersWills.class);

    private final Map<NodeId, Owner> owners = new HashMap<>();
    private final BiConsumer<String, Will> publish;
    private final LongSupplier clockMs;
    private final long graceMs;
    private volatile int guarded; // as of the last tick

    /**
     * None so far.
     *
     * @param graceMs how long a node has to be gone
     */
    OthersWills(BiConsumer<String, Will> publish, LongSupplier clockMs, long graceMs) {
        this.publish = publish;
        this.clockMs = clockMs;
        this.graceMs = graceMs;
    }

    private static final class Owner {
        private final long incarnation;
        private final Map<String, List<Guarded>> wills = new HashMap<>(); // of a client one, two while it connects anew
        private int size;
        private long number;
        private long goneAtMs = HERE;

        Owner(long incarnation) {
            this.incarnation = incarnation;
        }

        void add(Guarded guarded) {
            List<Guarded> all = new ArrayList<>(wills.getOrDefault(guarded.clientId(), List.of()));
            all.add(guarded);
            set(guarded.clientId(), all);
        }

        void removeIf(String clientId, Predicate<Guarded> isVoid) {
            List<Guarded> all = wills.get(clientId);
            if (all != null) {
                set(clientId, all.stream().filter(Predicate.not(isVoid)).toList());
            }
        }

        /** Those that are due are not here any more afterwards. */
        List<Guarded> takeIf(Predicate<Guarded> isDue) {
            List<Guarded> due =
                    wills.values().stream().flatMap(List::stream).filter(isDue).toList();
            due.forEach(guarded -> removeIf(guarded.clientId(), guarded::equals));
            return due;
        }

        void clear() {
            wills.clear();
            size = 0;
        }

        private void set(String clientId, List<Guarded> now) {
            List<Guarded> before = now.isEmpty() ? wills.remove(clientId) : wills.put(clientId, List.copyOf(now));
            size += now.size() - (before == null ? 0 : before.size());
        }
    }

    /** A node says what it wants guarded. */
    void guard(NodeId from, Guard guard) {
        Owner owner = owners.get(from);
        if (owner != null && owner.incarnation != guard.incarnation()) {
            publishAll(from, owner);
            owner = null;
        }
        if (owner == null) {
            owner = new Owner(guard.incarnation());
            owners.put(from, owner);
        }
        if (guard.number() <= owner.number) {
            return;
        }
        owner.number = guard.number();
        if (guard.first()) {
            owner.clear();
        }
        for (Guarded guarded : guard.wills()) {
            owner.removeIf(guarded.clientId(), former -> former.epoch() == guarded.epoch());
            if (guarded.will() != null) {
                owner.add(guarded);
            }
        }
    }

    /** A node has the client under a claim of that epoch: a will of an older one on another node is void. */
    void claimed(NodeId by, String clientId, long epoch) {
        for (Map.Entry<NodeId, Owner> entry : owners.entrySet()) {
            if (!entry.getKey().equals(by)) {
                entry.getValue().removeIf(clientId, guarded -> guarded.epoch() <= epoch);
            }
        }
    }

    void here(Peer peer) {
        Owner owner = owners.get(peer.id());
        if (owner == null) {
            return;
        }
        if (owner.incarnation == peer.incarnation()) {
            owner.goneAtMs = HERE;
        } else {
            owners.remove(peer.id());
            publishAll(peer.id(), owner);
        }
    }

    void gone(Peer peer) {
        Owner owner = owners.get(peer.id());
        if (owner != null && owner.incarnation == peer.incarnation() && owner.goneAtMs == HERE) {
            owner.goneAtMs = clockMs.getAsLong();
        }
    }

    /** The node is about to go, and runs on with its clients: what becomes of their wills is its own matter. */
    void parts(Peer peer) {
        Owner owner = owners.get(peer.id());
        if (owner != null && owner.incarnation == peer.incarnation()) {
            owners.remove(peer.id());
        }
    }

    /** Publishes what is due. */
    void tick() {
        long nowMs = clockMs.getAsLong();
        for (Iterator<Map.Entry<NodeId, Owner>> entries = owners.entrySet().iterator(); entries.hasNext(); ) {
            Map.Entry<NodeId, Owner> entry = entries.next();
            Owner owner = entry.getValue();
            if (owner.goneAtMs != HERE && nowMs - owner.goneAtMs >= graceMs) {
                publishDue(entry.getKey(), owner, nowMs - owner.goneAtMs);
                if (owner.wills.isEmpty()) {
                    entries.remove();
                }
            }
        }
        guarded = owners.values().stream().mapToInt(owner -> owner.size).sum();
    }

    /** How many there are. Any thread. */
    int guarded() {
        return guarded;
    }

    private void publishDue(NodeId node, Owner owner, long goneForMs) {
        publish(node, owner.takeIf(guarded -> guarded.delaySeconds() * 1000 <= goneForMs));
    }

    private void publishAll(NodeId node, Owner owner) {
        publish(node, owner.takeIf(guarded -> true));
    }

    private void publish(NodeId node, List<Guarded> due) {
        due.forEach(this::publish);
        if (!due.isEmpty()) {
            log.info("The wills of clients of a node that died are published, node={} wills={}", node, due.size());
        }
    }

    private void publish(Guarded guarded) {
        Will will = guarded.will();
        if (will != null) {
            publish.accept(guarded.clientId(), will);
        }
    }
}
