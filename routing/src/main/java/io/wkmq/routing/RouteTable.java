package io.wkmq.routing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Who wants what on this node: filter -> shards, other nodes, share groups. Thread-safe: changes take a short lock, look-ups
 * take none. Every change of the set of routes raises {@link #version()}, which ends the life of cached matches.
 *
 * @param <L> what a shard keeps for one filter
 */
public final class RouteTable<L extends LocalSubscribers> {
    private final int shards;
    private final ConcurrentHashMap<TopicFilter, Route<L>> routes = new ConcurrentHashMap<>();
    private final AtomicLong version = new AtomicLong();

    /** A table for a node with that many shards. */
    public RouteTable(int shards) {
        this.shards = shards;
    }

    /**
     * What the shard keeps for the filter, made by {@code create} at the first subscription. Called on the shard's thread.
     */
    public synchronized L attach(TopicFilter filter, int shard, Supplier<L> create) {
        Route<L> route = routes.computeIfAbsent(filter, f -> new Route<>(f, shards));
        L subscribers = route.local(shard);
        if (subscribers == null) {
            subscribers = create.get();
            route.local(shard, subscribers);
            version.incrementAndGet();
        }
        return subscribers;
    }

    /** Forgets what the shard keeps for the filter: its last subscription is gone. Called on the shard's thread. */
    public synchronized void detach(TopicFilter filter, int shard) {
        Route<L> route = routes.get(filter);
        if (route != null && route.local(shard) != null) {
            route.local(shard, null);
            changed(route);
        }
    }

    /** Adds a member to a group; the group is made by the first one. Any thread. */
    public synchronized ShareGroup join(
            TopicFilter filter, ShareName name, ShareStrategy strategy, ShareMember member) {
        Route<L> route = routes.computeIfAbsent(filter, f -> new Route<>(f, shards));
        ShareGroup group = null;
        for (ShareGroup candidate : route.groups()) {
            if (candidate.name().equals(name)) {
                group = candidate;
            }
        }
        if (group == null) {
            group = new ShareGroup(name, filter, strategy);
            ShareGroup[] groups = java.util.Arrays.copyOf(route.groups(), route.groups().length + 1);
            groups[groups.length - 1] = group;
            route.groups(groups);
            version.incrementAndGet();
        }
        group.join(member);
        return group;
    }

    /** Removes a member; the group ends with its last one. Any thread. */
    public synchronized void leave(ShareGroup group, ShareMember member) {
        group.leave(member);
        Route<L> route = routes.get(group.filter());
        if (group.size() == 0 && route != null) {
            route.groups(java.util.Arrays.stream(route.groups())
                    .filter(g -> g != group)
                    .toArray(ShareGroup[]::new));
            changed(route);
        }
    }

    /** Adds a route to another node. Any thread. */
    public synchronized void add(TopicFilter filter, NodeId node) {
        Route<L> route = routes.computeIfAbsent(filter, f -> new Route<>(f, shards));
        NodeId[] nodes = route.nodes();
        if (!List.of(nodes).contains(node)) {
            NodeId[] changed = java.util.Arrays.copyOf(nodes, nodes.length + 1);
            changed[nodes.length] = node;
            route.nodes(changed);
            version.incrementAndGet();
        }
    }

    /** Removes a route to another node. Any thread. */
    public synchronized void remove(TopicFilter filter, NodeId node) {
        Route<L> route = routes.get(filter);
        if (route != null) {
            route.nodes(java.util.Arrays.stream(route.nodes())
                    .filter(n -> !n.equals(node))
                    .toArray(NodeId[]::new));
            changed(route);
        }
    }

    private void changed(Route<L> route) {
        if (route.unused()) {
            routes.remove(route.filter());
        }
        version.incrementAndGet();
    }

    /** Everything the topic is routed to now. Any thread, without a lock. */
    public Match<L> match(TopicName topic) {
        long at = version.get();
        List<Route<L>> locals = new ArrayList<>();
        Set<NodeId> nodes = new HashSet<>();
        List<ShareGroup> groups = new ArrayList<>();
        for (Route<L> route : routes.values()) {
            if (route.filter().matches(topic)) {
                if (route.hasLocals()) {
                    locals.add(route);
                }
                nodes.addAll(List.of(route.nodes()));
                groups.addAll(List.of(route.groups()));
            }
        }
        return new Match<>(at, locals, nodes, groups);
    }

    /** Rises with every change of the set of routes. */
    public long version() {
        return version.get();
    }

    /** How many filters have a route. */
    public int size() {
        return routes.size();
    }
}
