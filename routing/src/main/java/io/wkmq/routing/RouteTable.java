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
 * The routes known to this node: maps filters to shards, other nodes and share groups. Thread-safe: changes take a short lock,
 * look-ups none. Every change of the set of routes increments {@link #version()}, which invalidates cached matches. Once a change
 * has returned, every later look-up of any thread sees it.
 *
 * <p>Changes by this node's own clients are reported to a {@link LocalInterest}; those of other nodes' clients are applied by
 * {@link #change}.
 *
 * @param <L> the type of what a shard keeps for a filter
 */
public final class RouteTable<L extends LocalSubscribers> {
    /** The maximum number of shards of a node. */
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
    /** The other nodes that have had routes or have been suspended; kept until {@link #removeNode}. */
    @GuardedBy("this")
    private final Map<NodeId, RemoteNode> others = new HashMap<>();

    /** Creates a table for a cluster of one with that many shards; caches the matches of 16384 topics. */
    public RouteTable(int shards) {
        this(shards, ALONE, LocalInterest.NONE);
    }

    /**
     * Creates a table for a node; caches the matches of 16384 topics.
     *
     * @param shards the number of shards
     * @param self the node
     * @param interest told about the interest of the node's clients
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
     * Creates a table for a cluster of one.
     *
     * @param shards the number of shards
     * @param cachedTopicsMax how many topics' matches are cached
     * @param random returns 32 random bits per call, on any thread
     */
    public RouteTable(int shards, int cachedTopicsMax, IntSupplier random) {
        this(shards, ALONE, LocalInterest.NONE, cachedTopicsMax, random);
    }

    /**
     * Creates a table for a node.
     *
     * @param shards the number of shards
     * @param self the node
     * @param interest told about the interest of the node's clients
     * @param cachedTopicsMax how many topics' matches are cached
     * @param random returns 32 random bits per call, on any thread
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
     * Returns what the shard keeps for the filter; creates it with {@code create} if there is nothing yet. Called on the shard's
     * thread.
     */
    public synchronized L attach(TopicFilter filter, int shard, Supplier<? extends L> create) {
        L created = create.get();
        // most filters are new, so looking for them first would double the time
        Route<L> fresh = new Route<>(filter, shards);
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
        version.incrementAndGet(); // after the route, so that no match without it can count as current
        if (isFirst) {
            interest.changed(null, filter, 1, 0);
        }
        return created;
    }

    /** Removes what the shard keeps for the filter because its last subscription is gone. Called on the shard's thread. */
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
     * Adds a member of this node to a group; the first member creates the group, with the strategy given then. A member with the
     * client id of an existing one replaces it. Any thread.
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

    /** Removes a member of this node; the group ends with the last member on any node. Any thread. */
    public synchronized void leave(ShareGroup group, ShareMember member) {
        int size = group.size();
        int online = group.onlineHere();
        boolean empty = group.empty();
        group.leave(member);
        end(group);
        revise(group, empty);
        tell(group, size, online);
    }

    /** Updates whether a group's member on this node is online; must be called when that changes. Any thread. */
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

    /** Invalidates cached matches if the group has become empty or non-empty: it may have members on suspended nodes only. */
    private void revise(ShareGroup group, boolean wasEmpty) {
        if (group.empty() != wasEmpty) {
            version.incrementAndGet();
        }
    }

    /** Removes a group without members from its route, if it is still there. */
    private void end(ShareGroup group) {
        Route<L> route = group.unused() ? routes.get(group.filter()) : null;
        if (route != null && route.remove(group)) {
            withdraw(route);
        }
    }

    /**
     * Applies changes reported by another node. Any thread, but only one at a time per node. Takes the lock for a few routes at a
     * time.
     *
     * @param strategy the strategy of share groups of which no node had a member before
     * @return the value that each change replaced, in order
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
            version.incrementAndGet(); // last, so that no match without them can count as current
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

    /** Invalidates cached matches only if a group begins or ends: they do not contain its counts. */
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
     * Suspends a node: its routes are kept, and may change, but are neither matched nor shown until {@link #resume} or
     * {@link #removeNode}. Takes constant time, whatever the number of routes. Any thread.
     */
    public synchronized void suspend(NodeId node) {
        suspended(others.computeIfAbsent(node, RemoteNode::new), true);
    }

    /** Makes all routes of a suspended node active again, at once; does nothing if it is not suspended. Any thread. */
    public synchronized void resume(NodeId node) {
        RemoteNode other = others.get(node);
        if (other != null) {
            suspended(other, false);
        }
    }

    private void suspended(RemoteNode node, boolean now) {
        if (node.suspended() != now) {
            node.suspended(now);
            version.incrementAndGet(); // last, so that no earlier match can count as current
        }
    }

    /**
     * Removes all routes of a node that is gone, which is no longer suspended then. Any thread. Takes the lock for a few routes at
     * a time; routes of the node that are added meanwhile may stay, so whoever adds them must be stopped first.
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
     * Visits the interests of a node's clients, of this node or another one, in no particular order. An interest that changes
     * meanwhile may be visited as before, as after, or not at all. Nothing is visited of a suspended node. Any thread, without a
     * lock. When this returns, the {@link LocalInterest} has been told about all changes that were visited.
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

    /** Waits until the change in progress, if any, has been reported. */
    private synchronized void awaitChange() {}

    /** Returns everything the topic is routed to now. Any thread, without a lock. */
    public Match<L> match(TopicName topic) {
        long at = version.get(); // before the walk: a change during it makes the match outdated
        Match<L> match = cache.find(topic, at);
        if (match == null) {
            MatchCollector<L> collector = new MatchCollector<>();
            routes.match(topic, collector);
            match = collector.match(at);
            cache.put(topic, match);
        }
        return match;
    }

    /** Returns the route of exactly this filter, or null if it has no subscribers. Any thread, without a lock. */
    public @Nullable Route<L> route(TopicFilter filter) {
        Route<L> route = routes.get(filter);
        return route != null && route.wanted() ? route : null;
    }

    /** Visits all routes, in no particular order; routes added or removed meanwhile may be missed. Any thread, without a lock. */
    public void forEach(Consumer<? super Route<L>> visitor) {
        routes.forEach(route -> {
            if (route.wanted()) {
                visitor.accept(route);
            }
        });
    }

    /** Returns the hashes of filters for hash tables of subscribers. */
    public FilterHash filterHash() {
        return filterHash;
    }

    /** Returns the version, which increases with every change of the set of routes. */
    public long version() {
        return version.get();
    }

    /** Returns the number of filters that have a route. Takes linear time while suspended nodes have routes. */
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

    /** Completes a change that added to a route. Increments the version last, so that no match without it can count as current. */
    private void publish(Route<L> route, boolean isNew) {
        if (isNew) {
            routes.put(route);
        }
        version.incrementAndGet();
    }

    /** Completes a change that removed from a route. */
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
