package io.wkmq.cluster.routes;

import io.wkmq.cluster.routes.protocol.RouteMessage.Applied;
import io.wkmq.cluster.routes.protocol.RouteMessage.Chunk;
import io.wkmq.cluster.routes.protocol.RouteMessage.Digest;
import io.wkmq.cluster.routes.protocol.RouteMessage.Ops;
import io.wkmq.cluster.routes.protocol.RouteMessage.Pull;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.Interest;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The replica of the routes of one incarnation of another node. First pulls a snapshot, then applies the changes in order, in
 * whatever order they arrive. Pulls again if the owner no longer keeps changes it needs, or if its hash differs from the owner's;
 * meanwhile it keeps the routes it has. When the node is away it stays as it is, and continues from there. Deterministic. Belongs
 * to one thread.
 */
final class ReplicaOfPeer {
    private static final int EARLY_MAX = 32;
    private static final int SWEPT_AT_A_TIME = 1024;

    private final long incarnation;
    private final long selfIncarnation;
    private final RemoteRoutes routes;
    private final LongSupplier epochs;
    /** Messages received ahead of their turn, by their first change. */
    private final TreeMap<Long, Ops> early = new TreeMap<>();

    private long epoch;
    private boolean ready;
    private boolean behind;
    private long applied;
    private long hash;
    private long count;
    private long exactFrom; // before that change hashes must not be compared
    private @Nullable Digest expected;
    private long snapshot; // id of the snapshot being pulled
    private int index; // the next chunk wanted
    private @Nullable LongSet pulled; // the keys in the snapshot, if there may be routes that it lacks
    private long mismatches;

    /**
     * Creates an empty replica, which has to pull.
     *
     * @param incarnation the incarnation of the owner
     * @param selfIncarnation the incarnation of this node's process
     * @param routes the owner's routes; empty so far
     * @param epochs increases with each call, across all replicas of this process
     */
    ReplicaOfPeer(long incarnation, long selfIncarnation, RemoteRoutes routes, LongSupplier epochs) {
        this.incarnation = incarnation;
        this.selfIncarnation = selfIncarnation;
        this.routes = routes;
        this.epochs = epochs;
        begin();
    }

    /** Returns how far this replica is. */
    Applied applied() {
        return new Applied(selfIncarnation, epoch, ready, applied);
    }

    /** Returns whether it was up to date at least once since the node came, or came back; further changes may be in flight. */
    boolean complete() {
        return ready && !behind;
    }

    /** Returns whether the node has come back and this replica does not yet have everything that existed there at that time. */
    boolean behind() {
        return behind;
    }

    /** Returns whether it could continue from its present state if the node left now and came back. */
    boolean mayGoOn() {
        return ready;
    }

    /** Continues from the present state because the node is back. */
    void goOn() {
        epoch = epochs.getAsLong();
        behind = true;
        expected = null;
        early.clear();
    }

    /** Returns the number of routes. */
    long count() {
        return count;
    }

    /** Returns the hash of the routes. */
    long hash() {
        return hash;
    }

    /** Returns how often it differed from the owner's routes. */
    long mismatches() {
        return mismatches;
    }

    /** Starts to pull. */
    private void begin() {
        epoch = epochs.getAsLong();
        ready = false;
        behind = false;
        expected = null;
        restart(0);
    }

    private void restart(long from) {
        snapshot = from;
        index = 0;
        pulled = count == 0 ? null : new LongSet();
    }

    /** Starts to pull anew because something received cannot be used. */
    void startOver() {
        begin();
    }

    /** Returns what to ask for next, or null if it is ready. */
    @Nullable
    Pull pull() {
        return ready ? null : new Pull(incarnation, snapshot, index);
    }

    /** Applies changes, now or when it is their turn. Changes beyond the buffer's limit are dropped; their owner sends them again. */
    void ops(Ops ops) throws MalformedMessageException {
        if (!ready || ops.first() > applied + 1) {
            if (early.size() < EARLY_MAX) {
                early.put(ops.first(), ops);
            }
            return;
        }
        apply(ops);
        applyEarly();
    }

    private void applyEarly() throws MalformedMessageException {
        while (ready && !early.isEmpty() && early.firstKey() <= applied + 1) {
            apply(early.pollFirstEntry().getValue());
        }
    }

    private void apply(Ops ops) throws MalformedMessageException {
        List<Interest> changes = ops.changes().list();
        int known = (int) Math.min(changes.size(), applied + 1 - ops.first()); // received before
        List<Interest> fresh = changes.subList(known, changes.size());
        List<Interest> before = routes.change(fresh);
        boolean differs = false;
        for (int i = 0; i < fresh.size(); i++) {
            count(before.get(i), fresh.get(i));
            applied++;
            differs |= differs();
        }
        if (differs) {
            mismatches++;
            begin();
        }
    }

    private void count(Interest before, Interest now) {
        hash ^= RouteHash.of(incarnation, before) ^ RouteHash.of(incarnation, now);
        count += (now.exists() ? 1 : 0) - (before.exists() ? 1 : 0);
    }

    /** Compares with the owner's digest, now or once this replica has got that far. */
    void digest(Digest digest) {
        if (!ready || digest.seq() < applied) {
            return;
        }
        if (digest.retainedFrom() > applied + 1) {
            begin();
        } else if (expected == null || expected.seq() <= applied) {
            expected = digest;
            if (differs()) {
                mismatches++;
                begin();
            }
        }
    }

    private boolean differs() {
        Digest digest = expected;
        if (digest == null || digest.seq() != applied) {
            return false;
        }
        expected = null;
        behind = false;
        return applied >= exactFrom && (digest.hash() != hash || digest.count() != count);
    }

    /**
     * Returns whether this is the chunk that was asked for. If so, the next one may be requested before {@link #apply(Chunk)} is
     * called.
     */
    boolean accept(Chunk chunk) {
        if (ready) {
            return false;
        }
        if (chunk.snapshot() != snapshot && chunk.index() == 0) {
            restart(chunk.snapshot());
        }
        if (chunk.snapshot() != snapshot || chunk.index() != index) {
            return false;
        }
        index++;
        return true;
    }

    /** Applies an accepted chunk. */
    void apply(Chunk chunk) throws MalformedMessageException {
        List<Interest> interests = chunk.interests().list();
        if (pulled != null) {
            for (Interest interest : interests) {
                pulled.add(RouteHash.key(epoch, interest));
            }
        }
        put(interests);
        if (chunk.last()) {
            sweep();
            ready = true;
            applied = chunk.base();
            exactFrom = chunk.until();
            applyEarly();
        }
    }

    private void put(List<Interest> interests) {
        List<Interest> before = routes.change(interests);
        for (int i = 0; i < interests.size(); i++) {
            count(before.get(i), interests.get(i));
        }
    }

    /** Removes routes that the snapshot does not contain. */
    private void sweep() {
        LongSet kept = pulled;
        pulled = null;
        if (kept == null) {
            return;
        }
        List<Interest> ended = new ArrayList<>();
        routes.forEach(interest -> {
            if (!kept.contains(RouteHash.key(epoch, interest))) {
                ended.add(interest.ended());
                if (ended.size() == SWEPT_AT_A_TIME) {
                    put(ended);
                    ended.clear();
                }
            }
        });
        put(ended);
    }
}
