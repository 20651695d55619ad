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
 * The routes of one run of another node's process, as far as they came here. Begins with a pull of everything and then applies
 * the changes in their order, whatever the order in which they come; pulls everything again if the owner does not keep changes
 * it needs, or if its hash is not the owner's. While it pulls it keeps what it has. If the node is gone for a while it stays as it
 * is, and goes on from there. Pure. Belongs to one thread.
 */
final class ReplicaOfPeer {
    private static final int EARLY_MAX = 32;
    private static final int SWEPT_AT_A_TIME = 1024;

    private final long incarnation;
    private final long selfIncarnation;
    private final RemoteRoutes routes;
    private final LongSupplier epochs;
    /** Messages that came before their turn, by their first change. */
    private final TreeMap<Long, Ops> early = new TreeMap<>();

    private long epoch;
    private boolean ready;
    private boolean behind;
    private long applied;
    private long hash;
    private long count;
    private long exactFrom; // before that change the hash is not to be compared
    private @Nullable Digest expected;
    private long snapshot; // that is being pulled
    private int index; // the chunk of it that is wanted next
    private @Nullable LongSet pulled; // what is in it, if there may be things that are not
    private long mismatches;

    /**
     * An empty replica, which has to pull.
     *
     * @param incarnation the owner's
     * @param selfIncarnation of this node's process
     * @param routes where the owner's routes are kept; none are there yet
     * @param epochs rises at each call, and over all replicas of this process
     */
    ReplicaOfPeer(long incarnation, long selfIncarnation, RemoteRoutes routes, LongSupplier epochs) {
        this.incarnation = incarnation;
        this.selfIncarnation = selfIncarnation;
        this.routes = routes;
        this.epochs = epochs;
        begin();
    }

    /** How far it is. */
    Applied applied() {
        return new Applied(selfIncarnation, epoch, ready, applied);
    }

    /** Whether it has had everything once since the node came, or came back; changes may be on their way. */
    boolean complete() {
        return ready && !behind;
    }

    /** Whether the node has come back and has not said yet what there is now, or that is not here yet. */
    boolean behind() {
        return behind;
    }

    /** Whether it can go on from what it has when the node is gone now and comes back. */
    boolean mayGoOn() {
        return ready;
    }

    /** The node is back, and goes on from what is here. */
    void goOn() {
        epoch = epochs.getAsLong();
        behind = true;
        expected = null;
        early.clear();
    }

    /** How many routes it has. */
    long count() {
        return count;
    }

    /** The hash of what it has. */
    long hash() {
        return hash;
    }

    /** How often it was not what the owner has. */
    long mismatches() {
        return mismatches;
    }

    /** Begins to pull. */
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

    /** Something that came cannot be used: begins to pull anew. */
    void startOver() {
        begin();
    }

    /** What to ask for next, or null if it is ready. */
    @Nullable
    Pull pull() {
        return ready ? null : new Pull(incarnation, snapshot, index);
    }

    /** Takes changes, now or when it is their turn; those that nobody waits for are let go, their owner sends them again. */
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
        int known = (int) Math.min(changes.size(), applied + 1 - ops.first()); // came before
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

    /** Compares with what its owner has, now or once it is that far. */
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
     * Whether that is the chunk it asked for. If so the next one can be asked for, and then {@link #apply(Chunk)} be called.
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

    /** Applies a chunk that was accepted. */
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

    /** Removes what the snapshot does not have. */
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
