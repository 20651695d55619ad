package io.wkmq.cluster.routes;

import io.wkmq.cluster.loop.Line;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.routes.protocol.RouteMessage;
import io.wkmq.cluster.routes.protocol.RouteMessage.Applied;
import io.wkmq.cluster.routes.protocol.RouteMessage.Chunk;
import io.wkmq.cluster.routes.protocol.RouteMessage.Digest;
import io.wkmq.cluster.routes.protocol.RouteMessage.Noted;
import io.wkmq.cluster.routes.protocol.RouteMessage.Ops;
import io.wkmq.cluster.routes.protocol.RouteMessage.Progress;
import io.wkmq.cluster.routes.protocol.RouteMessage.Pull;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.Interest;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.ShareStrategy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas of the other nodes' routes in this node's route table. When a node is gone its routes are suspended at once but stay
 * in the table: if it returns as the same process, only the changes have to be fetched. They are dropped when the node is not
 * expected back, when it returns as another process, or when there are too many. Belongs to one thread; dropping routes, which
 * takes seconds for a million, runs on another one, and the node has to wait for that if it returns meanwhile.
 */
final class Replicas {
    private static final Logger log = LoggerFactory.getLogger(Replicas.class);
    private static final long RETRY_MS = 200;
    private static final long RETRY_MAX_MS = 30_000;
    private static final long RETRY_DROP_MS = 1_000;

    private final long selfIncarnation;
    private final RouteTable<?> table;
    private final ShareStrategy strategy;
    private final Line<RouteMessage> line;
    private final LongSupplier clockMs;
    private final Executor loop;
    private final Executor dropper;
    private final long suspendedMax;
    private final Map<NodeId, Kept> replicas = new HashMap<>();
    /** The replicas of nodes that are gone, in the order in which they went. */
    private final Map<NodeId, Kept> suspended = new LinkedHashMap<>();
    /** The nodes whose routes are being dropped, each with the peer that waits for that, if any. */
    private final Map<NodeId, Optional<Peer>> dropping = new HashMap<>();

    /** Those whose drop has failed. */
    private final List<Kept> undropped = new ArrayList<>();

    private long epoch;

    /**
     * Creates it without any replica.
     *
     * @param strategy the strategy of share groups that have no member on this node
     * @param suspendedMax the maximum number of routes kept for nodes that are gone
     * @param loop runs tasks on the thread that owns this object
     * @param dropper runs tasks that take long
     */
    Replicas(
            long selfIncarnation,
            RouteTable<?> table,
            ShareStrategy strategy,
            long suspendedMax,
            Line<RouteMessage> line,
            LongSupplier clockMs,
            Executor loop,
            Executor dropper) {
        this.selfIncarnation = selfIncarnation;
        this.table = table;
        this.strategy = strategy;
        this.suspendedMax = suspendedMax;
        this.line = line;
        this.clockMs = clockMs;
        this.loop = loop;
        this.dropper = dropper;
    }

    /** The routes of one node. */
    private final class Kept implements RemoteRoutes {
        private final ReplicaOfPeer replica;
        private Peer peer;
        private boolean asking;
        private boolean telling;
        private long tellAtMs;
        private long askAtMs;
        private long dropAtMs; // when to retry a failed drop
        private long mismatches;
        private long sinceMs = clockMs.getAsLong();

        Kept(Peer peer) {
            this.peer = peer;
            this.replica = new ReplicaOfPeer(peer.incarnation(), selfIncarnation, this, () -> ++epoch);
        }

        @Override
        public List<Interest> change(List<Interest> changes) {
            return table.change(peer.id(), strategy, changes);
        }

        @Override
        public void forEach(Consumer<? super Interest> visitor) {
            table.forEachInterest(peer.id(), visitor);
        }
    }

    void here(Peer peer) {
        Kept before = replicas.get(peer.id());
        if (before != null) {
            if (before.peer.incarnation() == peer.incarnation()) {
                return; // a digest will show whether anything is missing
            }
            takeOutOfUse(before);
            drop(before);
        }
        Kept back = suspended.remove(peer.id());
        if (back != null && back.peer.incarnation() == peer.incarnation()) {
            goOn(back, peer);
            return;
        }
        if (back != null) {
            drop(back);
        }
        if (dropping.containsKey(peer.id())) {
            dropping.put(peer.id(), Optional.of(peer));
            return;
        }
        table.resume(peer.id());
        Kept kept = new Kept(peer);
        replicas.put(peer.id(), kept);
        pull(kept);
    }

    private void goOn(Kept kept, Peer peer) {
        kept.peer = peer;
        kept.sinceMs = clockMs.getAsLong();
        kept.replica.goOn();
        replicas.put(peer.id(), kept);
        table.resume(peer.id());
        log.info(
                "The routes of a node that is back are in use again, node={} routes={}",
                peer.node().name(),
                kept.replica.count());
        progress(kept);
    }

    /** Suspends the node's routes. */
    void gone(Peer peer) {
        NodeId node = peer.id();
        dropping.computeIfPresent(node, (id, next) -> next.filter(other -> other.incarnation() != peer.incarnation()));
        Kept kept = find(node, peer.incarnation());
        if (kept == null) {
            return;
        }
        takeOutOfUse(kept);
        if (!kept.replica.mayGoOn() || kept.replica.count() > suspendedMax) { // the latter would evict all others
            drop(kept);
            return;
        }
        suspended.put(node, kept);
        log.info(
                "The routes of a node that is gone are out of use, node={} routes={}",
                peer.node().name(),
                kept.replica.count());
        dropTooMany();
    }

    private void takeOutOfUse(Kept kept) {
        replicas.remove(kept.peer.id());
        epoch++; // invalidates what was confirmed
        table.suspend(kept.peer.id());
    }

    /** Drops the routes of a node that is not expected back. */
    void cleaned(Node node) {
        Kept kept = suspended.remove(node.id());
        if (kept != null) {
            drop(kept);
        }
    }

    private void dropTooMany() {
        long routes = suspended.values().stream()
                .mapToLong(kept -> kept.replica.count())
                .sum();
        for (Iterator<Kept> longest = suspended.values().iterator(); routes > suspendedMax; ) {
            Kept kept = longest.next();
            longest.remove();
            routes -= kept.replica.count();
            drop(kept);
        }
    }

    /** Drops suspended routes, which takes a while if there are many. */
    private void drop(Kept kept) {
        NodeId node = kept.peer.id();
        dropping.putIfAbsent(node, Optional.empty());
        dropper.execute(() -> {
            boolean done = false;
            try {
                table.removeNode(node);
                done = true;
            } finally {
                Consumer<Kept> next = done ? this::dropped : this::notDropped;
                loop.execute(() -> next.accept(kept));
            }
        });
    }

    /** Schedules a retry. Leftover routes must not become active again, so the returning node waits until they are gone. */
    private void notDropped(Kept kept) {
        log.warn(
                "The routes of a node that is gone could not be dropped, it is tried again, node={}",
                kept.peer.node().name());
        kept.dropAtMs = clockMs.getAsLong() + RETRY_DROP_MS;
        undropped.add(kept);
    }

    private void dropAgain() {
        if (!undropped.isEmpty()) {
            List<Kept> due = undropped.stream()
                    .filter(kept -> clockMs.getAsLong() >= kept.dropAtMs)
                    .toList();
            undropped.removeAll(due);
            due.forEach(this::drop);
        }
    }

    private void dropped(Kept kept) {
        log.info(
                "The routes of a node that is gone are dropped, node={} routes={}",
                kept.peer.node().name(),
                kept.replica.count());
        Optional<Peer> next = dropping.remove(kept.peer.id());
        if (next != null) {
            next.ifPresent(this::here);
        }
    }

    /** Applies changes that a node sent. */
    Applied ops(NodeId from, Ops ops) throws MalformedMessageException {
        Kept kept = find(from, ops.incarnation());
        if (kept == null) {
            return nothing();
        }
        kept.replica.ops(ops);
        lookAfter(kept);
        return kept.replica.applied();
    }

    /** Compares with the digest that a node sent. */
    Applied digest(NodeId from, Digest digest) {
        Kept kept = find(from, digest.incarnation());
        if (kept == null) {
            return nothing();
        }
        kept.replica.digest(digest);
        lookAfter(kept);
        return kept.replica.applied();
    }

    private @Nullable Kept find(NodeId from, long incarnation) {
        Kept kept = replicas.get(from);
        return kept != null && kept.peer.incarnation() == incarnation ? kept : null;
    }

    private Applied nothing() {
        return new Applied(selfIncarnation, epoch, false, 0);
    }

    private void lookAfter(Kept kept) {
        long mismatches = kept.replica.mismatches();
        if (mismatches > kept.mismatches) {
            // The first time at once; if that does not help there is a bug, which must not flood the network.
            kept.askAtMs = clockMs.getAsLong() + Math.min(RETRY_MAX_MS, (mismatches - 1) * 1_000);
            kept.mismatches = mismatches;
            log.warn(
                    "The routes of a node are not what it says they are, they are fetched again, node={} times={}",
                    kept.peer.node().name(),
                    mismatches);
        }
        pull(kept);
    }

    /** Requests the next chunk, if one is wanted. */
    private void pull(Kept kept) {
        Pull pull = kept.replica.pull();
        if (pull == null || kept.asking || clockMs.getAsLong() < kept.askAtMs) {
            return;
        }
        kept.asking = true;
        line.ask(
                kept.peer.id(),
                pull,
                Chunk.class,
                chunk -> {
                    kept.asking = false;
                    if (replicas.get(kept.peer.id()) == kept) {
                        take(kept, chunk);
                    }
                },
                () -> {
                    kept.asking = false;
                    kept.askAtMs = clockMs.getAsLong() + RETRY_MS;
                });
    }

    private void take(Kept kept, Chunk chunk) {
        if (chunk.incarnation() != kept.peer.incarnation() || !kept.replica.accept(chunk)) {
            kept.askAtMs = clockMs.getAsLong() + RETRY_MS;
            return;
        }
        if (!chunk.last()) {
            pull(kept); // so that it is in flight while this one is applied
        }
        try {
            kept.replica.apply(chunk);
        } catch (MalformedMessageException e) {
            kept.askAtMs = clockMs.getAsLong() + RETRY_MAX_MS;
            kept.replica.startOver();
            log.warn(
                    "The routes of a node cannot be read, node={}",
                    kept.peer.node().name(),
                    e);
            return;
        }
        if (chunk.last()) {
            log.info(
                    "The routes of a node are here, node={} routes={} ms={}",
                    kept.peer.node().name(),
                    kept.replica.count(),
                    clockMs.getAsLong() - kept.sinceMs);
            progress(kept);
            lookAfter(kept);
        }
    }

    /** Reports progress so that the owner continues at once; if the report is lost, the owner learns it from its next digest's answer. */
    private void progress(Kept kept) {
        Progress progress = new Progress(kept.peer.incarnation(), kept.replica.applied());
        kept.telling = true;
        kept.tellAtMs = clockMs.getAsLong() + RETRY_MS;
        line.ask(kept.peer.id(), progress, Noted.class, noted -> kept.telling = false, () -> kept.telling = false);
    }

    /** Returns whether the routes of all present nodes are complete. */
    boolean complete() {
        return dropping.values().stream().allMatch(Optional::isEmpty)
                && replicas.values().stream().allMatch(kept -> kept.replica.complete());
    }

    /** Returns a summary of the replica of each node. */
    Map<NodeId, RouteTotal> totals() {
        Map<NodeId, RouteTotal> totals = new HashMap<>();
        replicas.forEach((node, kept) -> totals.put(node, new RouteTotal(kept.replica.count(), kept.replica.hash())));
        return Map.copyOf(totals);
    }

    /** Pulls and retries what is due. Must be called about every 100 ms. */
    void tick() {
        dropAgain();
        replicas.values().forEach(kept -> {
            pull(kept);
            if (kept.replica.behind() && !kept.telling && clockMs.getAsLong() >= kept.tellAtMs) {
                progress(kept); // the owner did not see this node yet
            }
        });
    }

    /** Returns the replica of that node's routes, or null. */
    @Nullable
    ReplicaOfPeer find(NodeId node) {
        Kept kept = replicas.get(node);
        return kept == null ? null : kept.replica;
    }
}
