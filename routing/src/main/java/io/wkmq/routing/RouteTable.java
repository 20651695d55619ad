package io.wkmq.routing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who wants what on this node: filter -> shards, other nodes, share groups. Thread-safe: changes take a short lock, look-ups
 * take none. Every change of the set of routes raises {@link #version()}, which ends the life of cached matches. When a
 * change has returned, no later look-up of any thread misses it.
 *
 * <p>What changes for this node's own clients it tells a {@link LocalInterest}; what others told of theirs comes in by
 * {@link #change}.
 *
 * @param <L> what a shard keeps for one filter
 */
public final class RouteTable<L extends LocalSubscribers> {
    /** The most shards a node can have. */
    public static final int SHARDS_MAX = Short.MAX_VALUE;

    private static final int CACHED_TOPICS = 16_384;
    private static final int ROUTES_PER_LOCK = 256;
    private static final NodeId ALONE = new NodeId(new UUID(-1, -1));

    private final NodeId self;
    private final LocalInterest interest;
    private final int shards;
    private final IntSupplier random;
    private final FilterHash filterHash;
    private final TopicTrie<Route<L>> routes;
    private final MatchCache<L> cache;
    private final AtomicLong version = new AtomicLong();
    /** The other nodes that routes lead to or that are suspended; others only until they are removed. */
    @GuardedBy("this")
    private final Map<NodeId, RemoteNode> others = new HashMap<>();

    /** A table for a cluster of one, a node with that many shards; remembers the matches of 16384 topics. */
    public RouteTable(int shards) {
        this(shards, ALONE, LocalInterest.NONE);
    }

    /**
     * A table for a node; remembers the matches of 16384 topics.
     *
     * @param shards how many shards it has
     * @param self the node
     * @param interest is told what its clients want
     */
    public RouteTable(int shards, NodeId self, LocalInterest interest) {
        this(
                shards,
                self,
                interest,
                CACHED_TOPICS,
                () -> ThreadLocalRandom.current().nextInt());
    }

    /**
     * A table for a cluster of one.
     *
     * @param shards how many shards it has
     * @param cachedTopicsMax of how many topics the match is remembered
     * @param random 32 random bits at each call, from any thread
     */
    public RouteTable(int shards, int cachedTopicsMax, IntSupplier random) {
        this(shards, ALONE, LocalInterest.NONE, cachedTopicsMax, random);
    }

    /**
     * A table for a node.
     *
     * @param shards how many shards it has
     * @param self the node
     * @param interest is told what its clients want
     * @param cachedTopicsMax of how many topics the match is remembered
     * @param random 32 random bits at each call, from any thread
     */
    public RouteTable(int shards, NodeId self, LocalInterest interest, int cachedTopicsMax, IntSupplier random) {
        if (shards < 1 || shards > SHARDS_MAX) {
            throw new IllegalArgumentException("A node with " + shards + " shards; expected 1 to " + SHARDS_MAX);
        }
        this.shards = shards;
        this.self = self;
        this.interest = interest;
        this.random = random;
        long seed = ((long) random.getAsInt() << 32) ^ random.getAsInt();
        this.filterHash = new FilterHash(seed);
        this.routes = new TopicTrie<>(Route::utf8, seed);
        this.cache = new MatchCache<>(cachedTopicsMax);
    }

    /**
     * What the shard keeps for the filter: what {@code create} makes, unless there is something already. Called on the shard's
     * thread.
     */
    public synchronized L attach(TopicFilter filter, int shard, Supplier<? extends L> create) {
        L created = create.get();
        Route<L> fresh =
                new Route<>(filter, shards); // most filters are new: to look for them first would take as long again
        fresh.local(shard, created);
        Route<L> route = routes.putIfAbsent(fresh);
        L subscribers = route == null ? null : route.local(shard);
        if (subscribers != null) {
            return subscribers;
        }
        boolean isFirst = route == null || !route.hasLocals();
        if (route != null) {
            route.local(shard, created);
        }
        version.incrementAndGet(); // after the route, so that no match without it can be taken for current
        if (isFirst) {
            interest.changed(null, filter, 1, 0);
        }
        return created;
    }

    /** Forgets what the shard keeps for the filter: its last subscription is gone. Called on the shard's thread. */
    public synchronized void detach(TopicFilter filter, int shard) {
        Route<L> route = routes.get(filter);
        if (route != null && route.local(shard) != null) {
            route.local(shard, null);
            withdraw(route);
            if (!route.hasLocals()) {
                interest.changed(null, filter, 0, 0);
            }
        }
    }

    /**
     * Adds a member of this node to a group; the group is made by the first one, with the strategy given then. A member with the
     * client id of another takes its place. Any thread.
     */
    public synchronized ShareGroup join(
            TopicFilter filter, ShareName name, ShareStrategy strategy, ShareMember member) {
        Route<L> route = routes.get(filter);
        ShareGroup group = route == null ? null : route.group(name);
        if (group == null) {
            Route<L> changed = route == null ? new Route<>(filter, shards) : route;
            group = new ShareGroup(name, changed.filter(), strategy, random);
            group.join(member);
            changed.add(group);
            publish(changed, route == null);
            interest.changed(name, group.filter(), group.size(), group.onlineHere());
        } else {
            int size = group.size();
            int online = group.onlineHere();
            boolean empty = group.empty();
            group.join(member);
            revise(group, empty);
            tell(group, size, online);
        }
        return group;
    }

    /** Removes a member of this node; the group ends with the last member of all nodes. Any thread. */
    public synchronized void leave(ShareGroup group, ShareMember member) {
        int size = group.size();
        int online = group.onlineHere();
        boolean empty = group.empty();
        group.leave(member);
        end(group);
        revise(group, empty);
        tell(group, size, online);
    }

    /** Looks whether a group's member on this node is online: to be called when that changes. Any thread. */
    public synchronized void refresh(ShareGroup group, ShareMember member) {
        int online = group.onlineHere();
        group.refresh(member);
        tell(group, group.size(), online);
    }

    private void tell(ShareGroup group, int sizeBefore, int onlineBefore) {
        if (group.size() != sizeBefore || group.onlineHere() != onlineBefore) {
            interest.changed(group.name(), group.filter(), group.size(), group.onlineHere());
        }
    }

    /** Ends cached matches if a group is in use now and was not, or the other way round: it may have members on suspended nodes. */
    private void revise(ShareGroup group, boolean wasEmpty) {
        if (group.empty() != wasEmpty) {
            version.incrementAndGet();
        }
    }

    /** Takes a group without members out of its route, if it is still there. */
    private void end(ShareGroup group) {
        Route<L> route = group.unused() ? routes.get(group.filter()) : null;
        if (route != null && route.remove(group)) {
            withdraw(route);
        }
    }

    /**
     * Takes over what another node said of its clients. Any thread, but for one node only one at a time. Takes the lock for a
     * few routes at a time.
     *
     * @param strategy of share groups of which no node had a member before
     * @return what each of them replaced, in their order
     */
    public List<Interest> change(NodeId node, ShareStrategy strategy, List<Interest> changes) {
        List<Interest> before = new ArrayList<>(changes.size());
        for (int from = 0; from < changes.size(); from += ROUTES_PER_LOCK) {
            int to = Math.min(changes.size(), from + ROUTES_PER_LOCK);
            changeSome(node, strategy, changes.subList(from, to), before);
        }
        return before;
    }

    private synchronized void changeSome(
            NodeId node, ShareStrategy strategy, List<Interest> changes, List<Interest> before) {
        RemoteNode from = others.computeIfAbsent(node, RemoteNode::new);
        boolean changed = false;
        for (Interest change : changes) {
            Route<L> route = routes.get(change.filter());
            ShareName name = change.share();
            if (name == null) {
                Interest old = changePlain(from, route, change);
                changed |= !old.equals(change);
                before.add(old);
                from.changed(old.exists(), change.exists());
            } else {
                Interest old = changeShared(from, route, name, strategy, change);
                before.add(old);
                from.changed(old.exists(), change.exists());
            }
        }
        if (changed) {
            version.incrementAndGet(); // last, so that no match without them can be taken for current
        }
    }

    private Interest changePlain(RemoteNode node, @Nullable Route<L> route, Interest change) {
        boolean leads = route != null && route.leadsTo(node);
        if (change.exists() == leads) {
            return change;
        }
        if (route == null) {
            Route<L> fresh = new Route<>(change.filter(), shards);
            fresh.add(node);
            routes.put(fresh);
        } else if (leads) {
            route.remove(node);
            removeIfUnused(route);
        } else {
            route.add(node);
        }
        return Interest.plain(change.filter(), leads);
    }

    /** Ends cached matches only if a group begins or ends: its numbers are not in them. */
    private Interest changeShared(
            RemoteNode node, @Nullable Route<L> route, ShareName name, ShareStrategy strategy, Interest change) {
        ShareGroup group = route == null ? null : route.group(name);
        if (group != null) {
            boolean empty = group.empty();
            Interest old = group.remote(self, node, change.members(), change.online());
            end(group);
            revise(group, empty);
            return old;
        }
        if (change.exists()) {
            Route<L> changed = route == null ? new Route<>(change.filter(), shards) : route;
            group = new ShareGroup(name, changed.filter(), strategy, random);
            group.remote(self, node, change.members(), change.online());
            changed.add(group);
            publish(changed, route == null);
        }
        return change.ended();
    }

    /**
     * Nothing leads to a node from now on: what its clients want is kept, and may change, but is neither matched nor shown until
     * {@link #resume} or {@link #removeNode}. As quick for a million routes as for one. Any thread.
     */
    public synchronized void suspend(NodeId node) {
        suspended(others.computeIfAbsent(node, RemoteNode::new), true);
    }

    /** What leads to a node is in use again, all in one go, if it was not. Any thread. */
    public synchronized void resume(NodeId node) {
        RemoteNode other = others.get(node);
        if (other != null) {
            suspended(other, false);
        }
    }

    private void suspended(RemoteNode node, boolean now) {
        if (node.suspended() != now) {
            node.suspended(now);
            version.incrementAndGet(); // last, so that no match as of before can be taken for current
        }
    }

    /**
     * Removes everything that leads to a node that is gone; one that is suspended is so no more then. Any thread. Takes the lock for a
     * few routes at a time; what is added of the node meanwhile may stay, so its adder has to be stopped first.
     */
    public void removeNode(NodeId node) {
        RemoteNode other = other(node);
        if (other == null) {
            return;
        }
        List<Interest> ended = new ArrayList<>(ROUTES_PER_LOCK);
        visit(other, wanted -> {
            ended.add(wanted.ended());
            if (ended.size() == ROUTES_PER_LOCK) {
                change(node, ShareStrategy.RANDOM, ended);
                ended.clear();
            }
        });
        change(node, ShareStrategy.RANDOM, ended);
        synchronized (this) {
            others.remove(node);
        }
    }

    private synchronized @Nullable RemoteNode other(NodeId node) {
        return others.get(node);
    }

    /**
     * Visits what the clients of a node want, this one or another, in no particular order; what changes meanwhile may be met as
     * before, as after, or not at all. Of a suspended node nothing. Any thread, without a lock. When it returns, the
     * {@link LocalInterest} has been told of all changes that were met.
     */
    public void forEachInterest(NodeId node, Consumer<? super Interest> visitor) {
        if (node.equals(self)) {
            visitOwn(visitor);
        } else {
            RemoteNode other = other(node);
            if (other != null && !other.suspended()) {
                visit(other, visitor);
            }
        }
        awaitChange();
    }

    private void visitOwn(Consumer<? super Interest> visitor) {
        routes.forEach(route -> {
            if (route.hasLocals()) {
                visitor.accept(Interest.plain(route.filter(), true));
            }
            for (ShareGroup group : route.groupArray()) {
                accept(visitor, group.here());
            }
        });
    }

    private void visit(RemoteNode node, Consumer<? super Interest> visitor) {
        routes.forEach(route -> {
            if (route.leadsTo(node)) {
                visitor.accept(Interest.plain(route.filter(), true));
            }
            for (ShareGroup group : route.groupArray()) {
                accept(visitor, group.at(node.id()));
            }
        });
    }

    private static void accept(Consumer<? super Interest> visitor, Interest members) {
        if (members.exists()) {
            visitor.accept(members);
        }
    }

    /** Waits until the change that is under way, if there is one, has been told. */
    private synchronized void awaitChange() {}

    /** Everything the topic is routed to now. Any thread, without a lock. */
    public Match<L> match(TopicName topic) {
        long at = version.get(); // before the walk: a change during it makes the match an outdated one
        Match<L> match = cache.find(topic, at);
        if (match == null) {
            MatchCollector<L> collector = new MatchCollector<>();
            routes.match(topic, collector);
            match = collector.match(at);
            cache.put(topic, match);
        }
        return match;
    }

    /** The route of exactly this filter, or null if nobody wants it. Any thread, without a lock. */
    public @Nullable Route<L> route(TopicFilter filter) {
        Route<L> route = routes.get(filter);
        return route != null && route.wanted() ? route : null;
    }

    /** Visits all routes, in no particular order; those that come or go meanwhile may be missed. Any thread, without a lock. */
    public void forEach(Consumer<? super Route<L>> visitor) {
        routes.forEach(route -> {
            if (route.wanted()) {
                visitor.accept(route);
            }
        });
    }

    /** Hashes of filters for tables of those who subscribe. */
    public FilterHash filterHash() {
        return filterHash;
    }

    /** Rises with every change of the set of routes. */
    public long version() {
        return version.get();
    }

    /** How many filters have a route. Counts them one by one while any leads to a suspended node. */
    public int size() {
        if (!anyLeadsToSuspended()) {
            return routes.size();
        }
        int[] count = new int[1];
        forEach(route -> count[0]++);
        return count[0];
    }

    private synchronized boolean anyLeadsToSuspended() {
        return others.values().stream().anyMatch(node -> node.suspended() && node.routes() > 0);
    }

    /** Ends a change that added to a route. The version rises last, so that no match without it can be taken for current. */
    private void publish(Route<L> route, boolean isNew) {
        if (isNew) {
            routes.put(route);
        }
        version.incrementAndGet();
    }

    /** Ends a change that took from a route. */
    private void withdraw(Route<L> route) {
        removeIfUnused(route);
        version.incrementAndGet();
    }

    private void removeIfUnused(Route<L> route) {
        if (route.unused()) {
            routes.remove(route.filter());
        }
    }
}
