package io.wkmq.routing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one filter: shards of this node, other nodes, and share groups. Created and removed by its {@link RouteTable},
 * which is the only writer; any thread may read. What a shard keeps here ({@code L}) is accessible to any thread, but its content
 * belongs to that shard's thread.
 *
 * <p>A broker has a million of them, and nearly all have a single shard or a single node: that takes 32 bytes. Only further shards
 * and share groups take more.
 *
 * @param <L> the type of what a shard keeps for a filter
 */
public final class Route<L extends LocalSubscribers> {
    static final RemoteNode[] NO_NODES = {};
    private static final ShareGroup[] NO_GROUPS = {};
    private static final short NOWHERE = -1;

    private final byte[] filter; // in UTF-8: a look-up compares many of them
    private final short shards;
    /** The first shard that ever subscribed. Constant from then on, so that whoever sees {@link #atHome} sees it too. */
    private short home = NOWHERE;

    private volatile @Nullable L atHome;
    private volatile RemoteNode[] nodes = NO_NODES;
    private volatile @Nullable More<L> more;

    /**
     * What only few routes have.
     *
     * @param locals what the shards other than the home shard keep, or null
     * @param groups the share groups
     */
    private record More<L extends LocalSubscribers>(
            @Nullable AtomicReferenceArray<@Nullable L> locals, ShareGroup[] groups) {}

    Route(TopicFilter filter, int shards) {
        this.filter = filter.utf8();
        this.shards = (short) shards;
    }

    /** Returns the filter; creates it at each call. */
    public TopicFilter filter() {
        return TopicFilter.known(filter);
    }

    /** Returns the filter in UTF-8; must not be modified. */
    byte[] utf8() {
        return filter;
    }

    /** Returns what that shard keeps for the filter, or null if none of its sessions subscribes to it. */
    public @Nullable L local(int shard) {
        L first = atHome;
        if (first != null && home == shard) {
            return first;
        }
        More<L> rest = more;
        return rest == null || rest.locals == null ? null : rest.locals.get(shard);
    }

    /** Returns the number of shards. */
    public int shards() {
        return shards;
    }

    /** Returns whether a session of this node subscribes to the filter, not counting share groups. */
    public boolean hasLocals() {
        if (atHome != null) {
            return true;
        }
        More<L> rest = more;
        if (rest != null && rest.locals != null) {
            for (int shard = 0; shard < shards; shard++) {
                if (rest.locals.get(shard) != null) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns the other nodes that have subscribers, except suspended ones. */
    public List<NodeId> nodes() {
        List<NodeId> present = new ArrayList<>(nodes.length);
        for (RemoteNode node : nodes) {
            if (!node.suspended()) {
                present.add(node.id());
            }
        }
        return Collections.unmodifiableList(present);
    }

    /** Returns the share groups of the filter, except those with members on suspended nodes only. */
    public List<ShareGroup> groups() {
        return Arrays.stream(groupArray()).filter(group -> !group.empty()).toList();
    }

    /** Returns whether there are subscribers, not counting those on suspended nodes. */
    boolean wanted() {
        if (hasLocals()) {
            return true;
        }
        for (RemoteNode node : nodes) {
            if (!node.suspended()) {
                return true;
            }
        }
        for (ShareGroup group : groupArray()) {
            if (!group.empty()) {
                return true;
            }
        }
        return false;
    }

    /** Returns the nodes, including suspended ones, without copying; must not be modified. */
    RemoteNode[] nodeArray() {
        return nodes;
    }

    /** Returns the groups, including those of suspended nodes, without copying; must not be modified. */
    ShareGroup[] groupArray() {
        More<L> rest = more;
        return rest == null ? NO_GROUPS : rest.groups;
    }

    /** Adds the shards that have subscribers to the set; returns whether there are any. */
    boolean addShards(BitSet wanted) {
        boolean any = atHome != null;
        if (any) {
            wanted.set(home);
        }
        More<L> rest = more;
        if (rest != null && rest.locals != null) {
            for (int shard = 0; shard < shards; shard++) {
                if (rest.locals.get(shard) != null) {
                    wanted.set(shard);
                    any = true;
                }
            }
        }
        return any;
    }

    void local(int shard, @Nullable L subscribers) {
        if (home == NOWHERE) {
            home = (short) shard;
        }
        if (home == shard) {
            atHome = subscribers;
            return;
        }
        More<L> rest = more;
        AtomicReferenceArray<@Nullable L> locals = rest == null ? null : rest.locals;
        if (locals == null) {
            locals = new AtomicReferenceArray<>(shards);
            more = new More<>(locals, groupArray());
        }
        locals.set(shard, subscribers);
    }

    /** Returns whether that node has subscribers, suspended or not. */
    boolean leadsTo(RemoteNode node) {
        for (RemoteNode each : nodes) {
            if (each == node) {
                return true;
            }
        }
        return false;
    }

    /** Adds a node that is not present yet. */
    void add(RemoteNode node) {
        RemoteNode[] before = nodes;
        if (before.length == 0) {
            nodes = node.alone();
        } else {
            RemoteNode[] more = Arrays.copyOf(before, before.length + 1);
            more[before.length] = node;
            nodes = more;
        }
    }

    void remove(RemoteNode node) {
        RemoteNode[] fewer = Arrays.stream(nodes).filter(each -> each != node).toArray(RemoteNode[]::new);
        nodes = switch (fewer.length) {
            case 0 -> NO_NODES;
            case 1 -> fewer[0].alone();
            default -> fewer;
        };
    }

    /** Returns the group with that name, or null. */
    @Nullable
    ShareGroup group(ShareName name) {
        for (ShareGroup group : groupArray()) {
            if (group.name().equals(name)) {
                return group;
            }
        }
        return null;
    }

    void add(ShareGroup group) {
        ShareGroup[] before = groupArray();
        ShareGroup[] more = Arrays.copyOf(before, before.length + 1);
        more[before.length] = group;
        groups(more);
    }

    /** Removes a group; returns whether it was present. */
    boolean remove(ShareGroup group) {
        ShareGroup[] before = groupArray();
        ShareGroup[] fewer = Arrays.stream(before).filter(each -> each != group).toArray(ShareGroup[]::new);
        if (fewer.length == before.length) {
            return false;
        }
        groups(fewer);
        return true;
    }

    private void groups(ShareGroup[] changed) {
        More<L> rest = more;
        AtomicReferenceArray<@Nullable L> locals = rest == null ? null : rest.locals;
        more = changed.length == 0 && locals == null ? null : new More<>(locals, changed);
    }

    boolean unused() {
        return nodes.length == 0 && groupArray().length == 0 && !hasLocals();
    }

    @Override
    public String toString() {
        return "Route[filter=" + filter() + ", locals=" + hasLocals() + ", nodes=" + nodes() + ", groups=" + groups()
                + ']';
    }
}
