package io.wkmq.routing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * @param <L> what a shard keeps for one filter
 */
public final class RouteTable<L extends LocalSubscribers> {
    /** The most shards a node can have. */
    public static final int SHARDS_MAX = Short.MAX_VALUE;

    private static final int CACHED_TOPICS = 16_384;
    private static final int ROUTES_PER_LOCK = 256;

    private final int shards;
    private final IntSupplier random;
    private final FilterHash filterHash;
    private final TopicTrie<Route<L>> routes;
    private final MatchCache<L> cache;
    private final AtomicLong version = new AtomicLong();
    /** One shared array per node: most routes to other nodes name one node alone. */
    private final Map<NodeId, NodeId[]> alone = new HashMap<>();

    /** A table for a node with that many shards, which remembers the matches of 16384 topics. */
    public RouteTable(int shards) {
        this(shards, CACHED_TOPICS, () -> ThreadLocalRandom.current().nextInt());
    }

    /**
     * A table for a node.
     *
     * @param shards how many shards it has
     * @param cachedTopicsMax of how many topics the match is remembered
     * @param random 32 random bits at each call, from any thread
     */
    public RouteTable(int shards, int cachedTopicsMax, IntSupplier random) {
        if (shards < 1 || shards > SHARDS_MAX) {
            throw new IllegalArgumentException("A node with " + shards + " shards; expected 1 to " + SHARDS_MAX);
        }
        this.shards = shards;
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
        if (route != null) {
            route.local(shard, created);
        }
        version.incrementAndGet(); // last, so that no match without it can be taken for current
        return created;
    }

    /** Forgets what the shard keeps for the filter: its last subscription is gone. Called on the shard's thread. */
    public synchronized void detach(TopicFilter filter, int shard) {
        Route<L> route = routes.get(filter);
        if (route != null && route.local(shard) != null) {
            route.local(shard, null);
            withdraw(route);
        }
    }

    /**
     * Adds a member to a group; the group is made by the first one, with the strategy given then. A member with the client id
     * of another takes its place. Any thread.
     */
    public synchronized ShareGroup join(
            TopicFilter filter, ShareName name, ShareStrategy strategy, ShareMember member) {
        Route<L> route = routes.get(filter);
        ShareGroup[] groups = route == null ? new ShareGroup[0] : route.groupArray();
        for (ShareGroup group : groups) {
            if (group.name().equals(name)) {
                group.join(member);
                return group;
            }
        }
        Route<L> changed = route == null ? new Route<>(filter, shards) : route;
        ShareGroup group = new ShareGroup(name, changed.filter(), strategy, random);
        group.join(member);
        ShareGroup[] more = Arrays.copyOf(groups, groups.length + 1);
        more[groups.length] = group;
        changed.groups(more);
        publish(changed, route == null);
        return group;
    }

    /** Removes a member; the group ends with its last one. Any thread. */
    public synchronized void leave(ShareGroup group, ShareMember member) {
        group.leave(member);
        Route<L> route = routes.get(group.filter());
        if (group.size() > 0 || route == null) {
            return;
        }
        ShareGroup[] groups = route.groupArray();
        ShareGroup[] fewer = Arrays.stream(groups).filter(g -> g != group).toArray(ShareGroup[]::new);
        if (fewer.length < groups.length) {
            route.groups(fewer);
            withdraw(route);
        }
    }

    /** Adds a route to another node. Any thread. */
    public synchronized void add(TopicFilter filter, NodeId node) {
        Route<L> route = routes.get(filter);
        NodeId[] nodes = route == null ? Route.NO_NODES : route.nodeArray();
        if (!Arrays.asList(nodes).contains(node)) {
            Route<L> changed = route == null ? new Route<>(filter, shards) : route;
            NodeId[] more = Arrays.copyOf(nodes, nodes.length + 1);
            more[nodes.length] = node;
            changed.nodes(shared(more));
            publish(changed, route == null);
        }
    }

    /** Removes a route to another node. Any thread. */
    public synchronized void remove(TopicFilter filter, NodeId node) {
        Route<L> route = routes.get(filter);
        if (route != null) {
            removeFrom(route, node);
        }
    }

    /**
     * Removes all routes to a node that is gone. Any thread. Takes the lock for a few routes at a time; a route to the node that
     * is added meanwhile may stay, so its adder has to be stopped first.
     */
    public void removeNode(NodeId node) {
        List<TopicFilter> filters = new ArrayList<>();
        forEach(route -> {
            if (Arrays.asList(route.nodeArray()).contains(node)) {
                filters.add(route.filter());
            }
        });
        for (int from = 0; from < filters.size(); from += ROUTES_PER_LOCK) {
            removeAll(filters.subList(from, Math.min(filters.size(), from + ROUTES_PER_LOCK)), node);
        }
        synchronized (this) {
            alone.remove(node);
        }
    }

    private synchronized void removeAll(List<TopicFilter> filters, NodeId node) {
        for (TopicFilter filter : filters) {
            remove(filter, node);
        }
    }

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
        return routes.get(filter);
    }

    /** Visits all routes, in no particular order; those that come or go meanwhile may be missed. Any thread, without a lock. */
    public void forEach(Consumer<? super Route<L>> visitor) {
        routes.forEach(visitor);
    }

    /** Hashes of filters for tables of those who subscribe. */
    public FilterHash filterHash() {
        return filterHash;
    }

    /** Rises with every change of the set of routes. */
    public long version() {
        return version.get();
    }

    /** How many filters have a route. */
    public int size() {
        return routes.size();
    }

    private void removeFrom(Route<L> route, NodeId node) {
        NodeId[] nodes = route.nodeArray();
        NodeId[] fewer = Arrays.stream(nodes).filter(n -> !n.equals(node)).toArray(NodeId[]::new);
        if (fewer.length < nodes.length) {
            route.nodes(fewer.length == 0 ? Route.NO_NODES : shared(fewer));
            withdraw(route);
        }
    }

    private NodeId[] shared(NodeId[] nodes) {
        return nodes.length == 1 ? alone.computeIfAbsent(nodes[0], node -> nodes) : nodes;
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
        if (route.unused()) {
            routes.remove(route.filter());
        }
        version.incrementAndGet();
    }
}
