package io.wkmq.cluster.sessions;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Fate;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guard;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guarded;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Kept;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Reclaim;
import io.wkmq.routing.NodeId;
import io.wkmq.session.Will;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wills that other nodes have left with this one. A will is published when its node has been gone for the grace time and its
 * delay is over, unless the client has connected to another node by then. A node that has restarted asks for the wills of the
 * sessions it has restored, and publishes them itself unless that was done already; its other sessions ended with the former
 * process, and their wills are due. Belongs to the claims' thread.
 */
final class OthersWills {
    private static final Logger log = LoggerFactory.getLogger(OthersWills.class);

    private final Map<NodeId, GuardedWills> owners = new HashMap<>();
    private final Map<NodeId, GuardedWills> former = new HashMap<>(); // of processes that have ended
    private final SettledWills settled;
    private final Publisher publisher;
    private final LongSupplier clockMs;
    private final long graceMs;
    private volatile int guarded; // as of the last tick

    /**
     * Creates it without any will.
     *
     * @param graceMs how long a node must be gone
     */
    OthersWills(Publisher publisher, SettledWills settled, LongSupplier clockMs, long graceMs) {
        this.publisher = publisher;
        this.settled = settled;
        this.clockMs = clockMs;
        this.graceMs = graceMs;
    }

    /** Publishes wills. */
    @FunctionalInterface
    interface Publisher {
        /** See {@link LocalSessions#publishWill}; calls back on the claims' thread. */
        void publish(String clientId, Will will, Runnable published);
    }

    /** Handles a node's request to guard wills. */
    void guard(NodeId from, Guard guard) {
        newRun(from, guard.incarnation());
        GuardedWills owner = owners.computeIfAbsent(from, node -> new GuardedWills(guard.incarnation()));
        if (!owner.isNews(guard.number())) {
            return;
        }
        if (guard.first()) {
            owner.clear();
            settled.forgetRun(from, guard.incarnation()); // it has not died, and takes care of its wills itself
        }
        for (Guarded each : guard.wills()) {
            owner.removeIf(each.clientId(), before -> before.epoch() == each.epoch());
            settled.forget(from, guard.incarnation(), each.clientId(), each.epoch());
            if (each.will() != null) {
                owner.add(each);
            }
        }
    }

    /** Voids older wills of a client: a node has it under a claim of that epoch. */
    void claimed(NodeId by, String clientId, long epoch) {
        owners.forEach((node, owner) -> {
            if (!node.equals(by)) {
                settle(node, owner, clientId, epoch);
            }
        });
        // A restarted node tells of its restored sessions under the claims that they had.
        former.forEach((node, owner) -> settle(node, owner, clientId, node.equals(by) ? epoch - 1 : epoch));
    }

    private void settle(NodeId node, GuardedWills owner, String clientId, long epoch) {
        long voidUpTo = owner.removeIf(clientId, each -> each.epoch() <= epoch);
        if (voidUpTo >= 0) {
            settled.found(node, owner.incarnation(), clientId, voidUpTo);
        }
    }

    void here(Peer peer) {
        newRun(peer.id(), peer.incarnation());
        GuardedWills owner = owners.get(peer.id());
        if (owner != null) {
            owner.here();
        }
    }

    /** Records the process of a present node; if the node had another one before, that one has ended. */
    private void newRun(NodeId node, long incarnation) {
        GuardedWills owner = owners.get(node);
        if (owner == null || owner.incarnation() == incarnation) {
            return;
        }
        owners.remove(node);
        owner.gone(clockMs.getAsLong());
        GuardedWills before = former.put(node, owner);
        if (before != null) {
            before.takeAll().forEach(owner::add);
        }
    }

    void gone(Peer peer) {
        GuardedWills owner = owners.get(peer.id());
        if (owner != null && owner.incarnation() == peer.incarnation()) {
            owner.gone(clockMs.getAsLong());
        }
    }

    /** Drops the wills of a node that is about to leave and keeps running with its clients: it takes care of them itself. */
    void parts(Peer peer) {
        GuardedWills owner = owners.get(peer.id());
        if (owner != null && owner.incarnation() == peer.incarnation()) {
            owners.remove(peer.id());
        }
    }

    /** Forgets what was remembered for a node that does not come back by itself and thus will not ask. */
    void removed(Node node) {
        settled.forgetNode(node.id());
    }

    /**
     * Answers a restarted node that asks about wills. The wills it may publish itself are no longer published here.
     *
     * @param claimedUnder returns the epoch under which this node has a client; -1 if it has none
     */
    List<Fate> reclaim(NodeId from, Reclaim reclaim, ToLongFunction<String> claimedUnder) {
        newRun(from, reclaim.incarnation());
        GuardedWills owner = former.get(from);
        List<Fate> fates = new ArrayList<>(reclaim.wills().size());
        for (Kept kept : reclaim.wills()) {
            fates.add(fate(from, owner, kept, claimedUnder.applyAsLong(kept.clientId())));
        }
        if (reclaim.last()) {
            former.remove(from);
            if (owner != null) {
                publish(from, owner, owner.takeAll()); // their sessions ended with the process
            }
            settled.forgetRunsBefore(from, reclaim.incarnation());
        }
        return fates;
    }

    private Fate fate(NodeId from, @Nullable GuardedWills owner, Kept kept, long claimedUnder) {
        if (claimedUnder > kept.epoch() && owner != null) {
            settle(from, owner, kept.clientId(), kept.epoch());
        }
        Fate fate = claimedUnder > kept.epoch() ? Fate.SETTLED : settled.fate(from, kept.clientId(), kept.epoch());
        if (fate != null || owner == null) {
            return fate == null ? Fate.YOURS : fate;
        }
        boolean givenBack = owner.removeIf(kept.clientId(), each -> each.epoch() == kept.epoch()) >= 0;
        boolean connectedSince = owner.of(kept.clientId()).stream().anyMatch(each -> each.epoch() > kept.epoch());
        return connectedSince && !givenBack ? Fate.SETTLED : Fate.YOURS;
    }

    /** Publishes what is due. */
    void tick() {
        publishDue(owners);
        publishDue(former);
        guarded = Stream.concat(owners.values().stream(), former.values().stream())
                .mapToInt(GuardedWills::size)
                .sum();
    }

    private void publishDue(Map<NodeId, GuardedWills> all) {
        long nowMs = clockMs.getAsLong();
        for (Iterator<Map.Entry<NodeId, GuardedWills>> entries = all.entrySet().iterator(); entries.hasNext(); ) {
            Map.Entry<NodeId, GuardedWills> entry = entries.next();
            GuardedWills owner = entry.getValue();
            if (owner.goneForMs(nowMs) >= graceMs) {
                publish(entry.getKey(), owner, owner.takeDue(nowMs));
                if (owner.size() == 0) {
                    entries.remove();
                }
            }
        }
    }

    /** Returns the number of guarded wills. Any thread. */
    int guarded() {
        return guarded;
    }

    private void publish(NodeId node, GuardedWills owner, List<Guarded> due) {
        due.forEach(each -> publish(node, owner.incarnation(), each));
        if (!due.isEmpty()) {
            log.info("The wills of clients of a node that died are published, node={} wills={}", node, due.size());
        }
    }

    private void publish(NodeId node, long incarnation, Guarded guarded) {
        Will will = guarded.will();
        if (will != null) {
            settled.publishing(node, incarnation, guarded.clientId(), guarded.epoch());
            publisher.publish(
                    guarded.clientId(), will, () -> settled.published(node, guarded.clientId(), guarded.epoch()));
        }
    }
}
