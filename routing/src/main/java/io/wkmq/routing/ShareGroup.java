package io.wkmq.routing;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The members of one shared subscription and the strategy that picks among them. Members join and leave through the
 * {@link RouteTable} (one writer at a time); any thread may pick, without a lock or an allocation. A pick by hash checks every
 * member; others usually check one, and all of them at worst.
 *
 * <p>If other nodes have members too, a pick first chooses the node, see {@link ShareNodes}, and the chosen node then picks one of
 * its own members. So a hash leads to the same member whichever node picks.
 */
public final class ShareGroup {
    /** Ranks of members: the pick is among those with the highest rank; 0 means excluded. */
    private static final int EXCLUDED = 0;

    private static final int OFFLINE = 1;
    private static final int ONLINE = 3;
    /** Added to the rank of a member of this node, where that matters. */
    private static final int NEAR = 1;

    private static final boolean[] NOBODY = {};

    private final ShareName name;
    private final TopicFilter filter;
    private final ShareStrategy strategy;
    private final IntSupplier random;
    private final AtomicInteger turn = new AtomicInteger(-1);
    private volatile Members members =
            new Members(new ShareMember[0], new long[0], ShareNodes.ALONE, new AtomicReference<>());
    /** Which of the members are counted as online. For the writer only. */
    private boolean[] counted = NOBODY;

    private volatile int onlineHere;

    /**
     * The members at one time.
     *
     * @param all the members on this node, in order of joining
     * @param hashes the hashes of their client ids, which are the same on all nodes
     * @param nodes the other nodes that have members
     * @param held the member that a sticky group stays with
     */
    private record Members(
            ShareMember[] all, long[] hashes, ShareNodes nodes, AtomicReference<@Nullable ShareMember> held) {}

    ShareGroup(ShareName name, TopicFilter filter, ShareStrategy strategy, IntSupplier random) {
        this.name = name;
        this.filter = filter;
        this.strategy = strategy;
        this.random = random;
    }

    /** Returns the group's name. */
    public ShareName name() {
        return name;
    }

    /** Returns the filter that the group shares. */
    public TopicFilter filter() {
        return filter;
    }

    /** Returns the strategy. */
    public ShareStrategy strategy() {
        return strategy;
    }

    /** Returns the number of members on this node, connected or not. */
    public int size() {
        return members.all.length;
    }

    /** Returns the members on this node, connected or not, in order of joining. */
    public List<ShareMember> members() {
        return Collections.unmodifiableList(Arrays.asList(members.all));
    }

    /** Returns the members on other nodes that are not suspended, one object per node. */
    public List<RemoteMembers> remotes() {
        return members.nodes.list();
    }

    /**
     * Picks the member that gets this message: one of this node, or {@link RemoteMembers} if another node must pick one of its own;
     * null if there is no member but {@code except}.
     *
     * @param except a member that must not get it (it just left with the message unacknowledged), or null
     */
    public @Nullable ShareMember pick(Message message, @Nullable ShareMember except) {
        return pick(message, except, except == null ? members -> true : members -> members != except);
    }

    /** Like {@link #pick}, but of other nodes only those that are reachable. */
    @Nullable
    ShareMember pickReached(Message message, @Nullable ShareMember except, Predicate<NodeId> reached) {
        return pick(message, except, members -> members != except && reached.test(members.node()));
    }

    private @Nullable ShareMember pick(
            Message message, @Nullable ShareMember except, Predicate<RemoteMembers> eligible) {
        Members now = members;
        if (now.nodes != ShareNodes.ALONE) {
            RemoteMembers elsewhere = elsewhere(now, message, except, eligible);
            if (elsewhere != null) {
                return elsewhere;
            }
        }
        return pickHere(now, message, except);
    }

    /** Picks the member of this node that gets this message, whatever members other nodes have; null if there is none. */
    @Nullable
    ShareMember pickHere(Message message, @Nullable ShareMember except) {
        return pickHere(members, message, except);
    }

    private @Nullable ShareMember pickHere(Members now, Message message, @Nullable ShareMember except) {
        return switch (strategy) {
            case ROUND_ROBIN, LOCAL -> inTurn(now.all, except);
            case RANDOM -> atRandom(now.all, except);
            case STICKY -> held(now, except);
            case HASH_CLIENTID -> byHash(now, message.publisher().hashCode(), except);
            case HASH_TOPIC -> byHash(now, message.topic().hashCode(), except);
        };
    }

    /** Returns the members on another node if that node is chosen; null if this node is. */
    private @Nullable RemoteMembers elsewhere(
            Members now, Message message, @Nullable ShareMember except, Predicate<RemoteMembers> eligible) {
        int here = now.all.length;
        int online = Math.min(here, onlineHere);
        if (except != null && indexOf(now.all, except) >= 0) {
            here--;
            online -= except.online() && online > 0 ? 1 : 0;
        }
        int key = switch (strategy) {
            case HASH_CLIENTID -> message.publisher().hashCode();
            case HASH_TOPIC -> message.topic().hashCode();
            case RANDOM, STICKY -> random.getAsInt();
            case ROUND_ROBIN, LOCAL -> 0;
        };
        return now.nodes.choose(strategy, key, here, online, eligible);
    }

    /** Picks the next of the best after the last pick, so that skipped members do not double their neighbour's share. */
    private @Nullable ShareMember inTurn(ShareMember[] all, @Nullable ShareMember except) {
        int top = strategy == ShareStrategy.LOCAL ? ONLINE + NEAR : ONLINE;
        while (true) {
            int last = turn.get();
            int best = -1;
            int bestRank = EXCLUDED;
            for (int i = 1; i <= all.length && bestRank < top; i++) {
                int at = Math.floorMod(last + i, all.length);
                int rank = rank(all[at], except);
                if (rank > bestRank) {
                    best = at;
                    bestRank = rank;
                }
            }
            if (best < 0) {
                return null;
            }
            if (turn.compareAndSet(last, best)) {
                return all[best];
            }
        }
    }

    /** Picks any of the best, all with equal probability. */
    private @Nullable ShareMember atRandom(ShareMember[] all, @Nullable ShareMember except) {
        if (all.length == 0) {
            return null;
        }
        ShareMember any = all[below(all.length)];
        if (rank(any, except) == ONLINE) {
            return any;
        }
        int count = 0;
        int best = EXCLUDED + 1;
        for (ShareMember member : all) {
            int rank = rank(member, except);
            if (rank > best) {
                best = rank;
                count = 1;
            } else if (rank == best) {
                count++;
            }
        }
        if (count == 0) {
            return null;
        }
        int skip = below(count);
        for (ShareMember member : all) {
            if (rank(member, except) == best && skip-- == 0) {
                return member;
            }
        }
        return inTurn(all, except); // some went offline between the two rounds
    }

    /** Picks the same member as last time, unless it is gone, or is offline while another one is online. */
    private @Nullable ShareMember held(Members now, @Nullable ShareMember except) {
        ShareMember held = now.held.get();
        int rank = held == null ? EXCLUDED : rank(held, except);
        if (held != null && rank == ONLINE) {
            return held;
        }
        ShareMember next = atRandom(now.all, except);
        if (next == null || rank(next, except) <= rank) {
            return held != null && rank > EXCLUDED ? held : next;
        }
        if (now.held.compareAndSet(held, next)) {
            return next;
        }
        ShareMember other = now.held.get(); // another thread was faster
        return other != null && other != except ? other : next;
    }

    /** Picks the best by rendezvous hashing: when a member comes or goes, only the keys it gets or had move. */
    private @Nullable ShareMember byHash(Members now, int key, @Nullable ShareMember except) {
        ShareMember[] all = now.all;
        ShareMember best = null;
        int bestRank = EXCLUDED;
        long bestScore = 0;
        for (int i = 0; i < all.length; i++) {
            int rank = rank(all[i], except);
            long score = mixed(now.hashes[i] + key);
            if (rank > bestRank || (rank == bestRank && rank > EXCLUDED && score > bestScore)) {
                best = all[i];
                bestRank = rank;
                bestScore = score;
            }
        }
        return best;
    }

    private int rank(ShareMember member, @Nullable ShareMember except) {
        if (member == except) {
            return EXCLUDED;
        }
        int rank = member.online() ? ONLINE : OFFLINE;
        return strategy == ShareStrategy.LOCAL && member.local() ? rank + NEAR : rank;
    }

    private int below(int bound) {
        return (int) (((random.getAsInt() & 0xFFFF_FFFFL) * bound) >>> Integer.SIZE);
    }

    /** Returns how many members of this node are connected, as far as the table was told. */
    int onlineHere() {
        return onlineHere;
    }

    /** Returns the members of this node, as reported to other nodes. */
    Interest here() {
        int count = size();
        return new Interest(name, filter, count, Math.min(count, onlineHere)); // a change may come in between
    }

    /** Returns the members of another node, suspended or not. */
    Interest at(NodeId node) {
        RemoteMembers there = members.nodes.of(node);
        return there == null
                ? new Interest(name, filter, 0, 0)
                : new Interest(name, filter, there.members(), there.onlineMembers());
    }

    /** Returns whether the group has no members on any node, not counting suspended nodes. */
    public boolean empty() {
        Members now = members;
        return now.all.length == 0 && !now.nodes.present();
    }

    /** Returns whether the group has no members at all, counting suspended nodes. */
    boolean unused() {
        Members now = members;
        return now.all.length == 0 && now.nodes == ShareNodes.ALONE;
    }

    /** Adds a member; replaces the one with the same client id, if any. */
    void join(ShareMember member) {
        Members old = members;
        ShareMember[] all = old.all;
        int at = 0;
        while (at < all.length && !all[at].clientId().equals(member.clientId())) {
            at++;
        }
        ShareMember gone = at < all.length ? all[at] : null;
        ShareMember[] changed = Arrays.copyOf(all, gone == null ? at + 1 : all.length);
        counted = Arrays.copyOf(counted, changed.length);
        changed[at] = member;
        long[] hashes = Arrays.copyOf(old.hashes, changed.length);
        hashes[at] = hash(member.clientId());
        change(old, changed, hashes, gone, gone == null ? null : member);
        count(at, member.online());
    }

    /** Removes exactly this member, but not one that replaced it. */
    void leave(ShareMember member) {
        Members old = members;
        ShareMember[] all = old.all;
        int at = indexOf(all, member);
        if (at < 0) {
            return;
        }
        count(at, false);
        int behind = all.length - at - 1;
        ShareMember[] changed = Arrays.copyOf(all, all.length - 1);
        System.arraycopy(all, at + 1, changed, at, behind);
        System.arraycopy(counted, at + 1, counted, at, behind);
        counted = Arrays.copyOf(counted, changed.length);
        long[] hashes = Arrays.copyOf(old.hashes, changed.length);
        System.arraycopy(old.hashes, at + 1, hashes, at, behind);
        change(old, changed, hashes, member, null);
    }

    /** Updates whether a member is online; does nothing if it has left. */
    void refresh(ShareMember member) {
        int at = indexOf(members.all, member);
        if (at >= 0) {
            count(at, member.online());
        }
    }

    private void count(int at, boolean online) {
        if (counted[at] != online) {
            counted[at] = online;
            int before = onlineHere;
            onlineHere = online ? before + 1 : before - 1;
        }
    }

    private static int indexOf(ShareMember[] all, ShareMember member) {
        for (int i = 0; i < all.length; i++) {
            if (all[i] == member) {
                return i;
            }
        }
        return -1;
    }

    private void change(
            Members old, ShareMember[] all, long[] hashes, @Nullable ShareMember gone, @Nullable ShareMember heir) {
        ShareMember held = old.held.get();
        members = new Members(all, hashes, old.nodes, new AtomicReference<>(held == gone ? heir : held));
    }

    /**
     * Sets the members of another node; none if {@code count} is 0.
     *
     * @param self this node
     * @return the previous value
     */
    Interest remote(NodeId self, RemoteNode node, int count, int online) {
        Members old = members;
        Interest known = at(node.id());
        RemoteMembers after = count == 0 ? null : new RemoteMembers(this, node, count, online);
        if (known.exists() || after != null) {
            members = new Members(old.all, old.hashes, old.nodes.changed(self, node.id(), after), old.held);
        }
        return known;
    }

    private static long hash(String clientId) {
        long hash = 0;
        for (int i = 0; i < clientId.length(); i++) {
            hash = (hash ^ clientId.charAt(i)) * 0x9E3779B97F4A7C15L;
        }
        return mixed(hash);
    }

    static long mixed(long value) {
        long mixed = (value ^ (value >>> 33)) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ (mixed >>> 33);
    }

    @Override
    public String toString() {
        return "ShareGroup[name=" + name + ", filter=" + filter + ", strategy=" + strategy + ", members=" + size()
                + ", remotes=" + remotes() + ']';
    }
}
