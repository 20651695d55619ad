package io.wkmq.routing;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the node whose members get the next message of a share group: this one or one of the others with members. Nodes are
 * weighted by the number of their online members; if there are none anywhere, by all members. Immutable except for the turns; any
 * thread may choose, without a lock or an allocation.
 *
 * <p>Strategies by hash use weighted rendezvous hashing over the node ids, so that all nodes that know the same counts choose the
 * same node; that one then picks among its members by the same key. When a count changes only the necessary keys move. Sticky
 * groups stay with a node as they stay with a member, separately on each publisher's node.
 */
final class ShareNodes {
    private static final Object HERE = "here";
    /** No other node has members. */
    static final ShareNodes ALONE = new ShareNodes(0, new RemoteMembers[0], new AtomicInteger(), HERE);

    private final long selfHash;
    private final RemoteMembers[] all;
    private final AtomicInteger turn;
    /** What a sticky group stays with: members of another node, or {@link #HERE}. */
    private volatile @Nullable Object held;

    private ShareNodes(long selfHash, RemoteMembers[] all, AtomicInteger turn, @Nullable Object held) {
        this.selfHash = selfHash;
        this.all = all;
        this.turn = turn;
        this.held = held;
    }

    /** Returns the members that are not suspended. */
    List<RemoteMembers> list() {
        return Arrays.stream(all).filter(each -> !each.suspended()).toList();
    }

    /** Returns whether there are members that are not suspended. */
    boolean present() {
        for (RemoteMembers each : all) {
            if (!each.suspended()) {
                return true;
            }
        }
        return false;
    }

    /** Returns the members on that node, suspended or not, or null. */
    @Nullable
    RemoteMembers of(NodeId node) {
        for (RemoteMembers each : all) {
            if (each.node().equals(node)) {
                return each;
            }
        }
        return null;
    }

    /** Returns a copy with the members of one node changed; it has none if {@code after} is null. */
    ShareNodes changed(NodeId self, NodeId node, @Nullable RemoteMembers after) {
        RemoteMembers before = of(node);
        RemoteMembers[] others =
                Arrays.stream(all).filter(each -> each != before).toArray(RemoteMembers[]::new);
        if (after == null && others.length == 0) {
            return ALONE;
        }
        RemoteMembers[] changed = others;
        if (after != null) {
            changed = Arrays.copyOf(others, others.length + 1);
            changed[others.length] = after;
        }
        Object stays = before != null && held == before ? after : held;
        return new ShareNodes(RemoteMembers.hash(self), changed, this == ALONE ? new AtomicInteger() : turn, stays);
    }

    /**
     * Chooses a node.
     *
     * @param key the key of a hash; or random bits, for strategies that need them
     * @param here how many members this node has to choose from
     * @param online how many of them are connected
     * @param eligible which members of other nodes may be chosen
     * @return the members of another node, or null for those of this node
     */
    @Nullable
    RemoteMembers choose(ShareStrategy strategy, int key, int here, int online, Predicate<RemoteMembers> eligible) {
        long onlineElsewhere = total(true, eligible);
        boolean connected = online > 0 || onlineElsewhere > 0;
        int weight = connected ? online : here;
        if (strategy == ShareStrategy.LOCAL && weight > 0) {
            return null;
        }
        // Priorities for LOCAL: online here, online elsewhere, here, elsewhere.
        long elsewhere = connected ? onlineElsewhere : total(false, eligible);
        if (elsewhere == 0) {
            if (strategy == ShareStrategy.STICKY && weight > 0 && held != HERE) {
                held = HERE; // it stays here even if the former node returns
            }
            return null;
        }
        return switch (strategy) {
            case ROUND_ROBIN, LOCAL ->
                at(Math.floorMod((long) turn.getAndIncrement(), weight + elsewhere), weight, connected, eligible);
            case RANDOM -> at(below(key, weight + elsewhere), weight, connected, eligible);
            case HASH_CLIENTID, HASH_TOPIC -> byHash(key, weight, connected, eligible);
            case STICKY -> held(key, weight, elsewhere, connected, eligible);
        };
    }

    private long total(boolean connected, Predicate<RemoteMembers> eligible) {
        long total = 0;
        for (RemoteMembers each : all) {
            total += weight(each, connected, eligible);
        }
        return total;
    }

    private static int weight(RemoteMembers members, boolean connected, Predicate<RemoteMembers> eligible) {
        if (!members.takes() || !eligible.test(members)) {
            return 0;
        }
        return connected ? members.onlineMembers() : members.members();
    }

    private static long below(int bits, long bound) {
        return ((bits & 0xFFFF_FFFFL) * bound) >>> Integer.SIZE; // a group has fewer than 2^31 members
    }

    /** Maps an index to a node, where this node's members come first, then those of the others. */
    private @Nullable RemoteMembers at(long place, int here, boolean connected, Predicate<RemoteMembers> eligible) {
        long left = place - here;
        for (int i = 0; i < all.length && left >= 0; i++) {
            left -= weight(all[i], connected, eligible);
            if (left < 0) {
                return all[i];
            }
        }
        return null; // this node, or one that has refused a message meanwhile
    }

    private @Nullable RemoteMembers byHash(int key, int here, boolean connected, Predicate<RemoteMembers> eligible) {
        RemoteMembers best = null;
        double bestScore = score(selfHash, key, here);
        for (RemoteMembers each : all) {
            double score = score(each.hash(), key, weight(each, connected, eligible));
            if (score > bestScore) {
                best = each;
                bestScore = score;
            }
        }
        return best;
    }

    /** Returns a score; the probability of having the highest one is proportional to the weight. */
    private static double score(long hash, int key, int weight) {
        double uniform = ((ShareGroup.mixed(hash + key) >>> 11) + 0.5) * 0x1.0p-53; // above 0, below 1
        return weight == 0 ? 0 : -weight / StrictMath.log(uniform); // strict: the same on all nodes
    }

    private @Nullable RemoteMembers held(
            int bits, int here, long elsewhere, boolean connected, Predicate<RemoteMembers> eligible) {
        Object now = held;
        if (now == HERE && here > 0) {
            return null;
        }
        if (now instanceof RemoteMembers members && weight(members, connected, eligible) > 0) {
            return members;
        }
        RemoteMembers next = at(below(bits, here + elsewhere), here, connected, eligible);
        held = next == null ? HERE : next;
        return next;
    }
}
