package io.wkmq.cluster.sessions;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guard;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guarded;
import io.wkmq.routing.NodeId;
import io.wkmq.session.Will;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
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
        private final Map<String, Guarded> wills = new HashMap<>();
        private long number;
        private long goneAtMs = HERE;

        Owner(long incarnation) {
            this.incarnation = incarnation;
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
            owner.wills.clear();
        }
        for (Guarded guarded : guard.wills()) {
            if (guarded.will() == null) {
                owner.wills.remove(guarded.clientId());
            } else {
                owner.wills.put(guarded.clientId(), guarded);
            }
        }
    }

    /** A node has the client under a claim of that epoch: a will of an older one on another node is void. */
    void claimed(NodeId by, String clientId, long epoch) {
        for (Map.Entry<NodeId, Owner> entry : owners.entrySet()) {
            Guarded guarded = entry.getValue().wills.get(clientId);
            if (guarded != null && !entry.getKey().equals(by) && guarded.epoch() <= epoch) {
                entry.getValue().wills.remove(clientId);
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
        guarded = owners.values().stream().mapToInt(owner -> owner.wills.size()).sum();
    }

    /** How many there are. Any thread. */
    int guarded() {
        return guarded;
    }

    private void publishDue(NodeId node, Owner owner, long goneForMs) {
        int before = owner.wills.size();
        owner.wills.values().removeIf(guarded -> {
            boolean due = guarded.delaySeconds() * 1000 <= goneForMs;
            if (due) {
                publish(guarded);
            }
            return due;
        });
        logPublished(node, before - owner.wills.size());
    }

    private void publishAll(NodeId node, Owner owner) {
        owner.wills.values().forEach(this::publish);
        logPublished(node, owner.wills.size());
    }

    private void publish(Guarded guarded) {
        Will will = guarded.will();
        if (will != null) {
            publish.accept(guarded.clientId(), will);
        }
    }

    private static void logPublished(NodeId node, int count) {
        if (count > 0) {
            log.info("The wills of clients of a node that died are published, node={} wills={}", node, count);
        }
    }
}
