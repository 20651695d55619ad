package io.wkmq.routing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Who wants the topics of one filter: shards of this node, other nodes, and share groups. Created and removed by its
 * {@link RouteTable}, which is the only writer; any thread may read. What a shard keeps here ({@code L}) is reached by any
 * thread but its content belongs to that shard's thread.
 *
 * <p>A broker has a million of them and nearly all are wanted by one shard or one node alone: that takes 32 bytes, and only
 * other shards and share groups take more.
 *
 * @param <L> what a shard keeps for one filter
 */
public final class Route<L extends LocalSubscribers> {
    static final RemoteNode[] NO_NODES = {};
    private static final ShareGroup[] NO_GROUPS = {};
    private static final short NOWHERE = -1;

    private final byte[] filter; // in UTF-8: a look-up compares many of them
    private final short shards;
    /** The first shard that ever came. Never changes then, so whoever sees {@link #atHome} sees it too. */
    private short home = NOWHERE;

    private volatile @Nullable L atHome;
    private volatile RemoteNode[] nodes = NO_NODES;
    private volatile @Nullable More<L> more;

    /**
     * What few routes have.
     *
     * @param locals what the shards but the home one keep, or null
     * @param groups the share groups
     */
    private record More<L extends LocalSubscribers>(
            @Nullable AtomicReferenceArray<@Nullable L> locals, ShareGroup[] groups) {}

    Route(TopicFilter filter, int shards) {
        this.filter = filter.utf8();
        this.shards = (short) shards;
    }

    /** The filter, made anew at each call. */
    public TopicFilter filter() {
        return TopicFilter.known(filter);
    }

    /** The filter in UTF-8: read only. */
    byte[] utf8() {
        return filter;
    }

    /** What that shard keeps for the filter, or null if none of its sessions subscribes to it. */
    public @Nullable L local(int shard) {
        L first = atHome;
        if (first != null && home == shard) {
            return first;
        }
        More<L> rest = more;
        return rest == null || rest.locals == null ? null : rest.locals.get(shard);
    }

    /** The number of shards. */
    public int shards() {
        return shards;
    }

    /** Whether a session of this node subscribes to the filter, not counting share groups. */
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

    /** The other nodes that have subscribers, but for those that are suspended. */
    public List<NodeId> nodes() {
        List<NodeId> present = new ArrayList<>(nodes.length);
        for (RemoteNode node : nodes) {
            if (!node.suspended()) {
                present.add(node.id());
            }
        }
        return Collections.unmodifiableList(present);
    }

    /** The share groups of the filter, but for those that have members on suspended nodes alone. */
    public List<ShareGroup> groups() {
        return Arrays.stream(groupArray()).filter(group -> !group.empty()).toList();
    }

    /** Whether anybody wants it, those on suspended nodes not counted. */
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

    /** The nodes without a copy, suspended ones too: read only. */
    RemoteNode[] nodeArray() {
        return nodes;
    }

    /** The groups without a copy, those of suspended nodes too: read only. */
    ShareGroup[] groupArray() {
        More<L> rest = more;
        return rest == null ? NO_GROUPS : rest.groups;
    }

    /** Notes the shards that have subscribers; returns whether there is one. */
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

    /** Whether that node has subscribers, suspended or not. */
    boolean leadsTo(RemoteNode node) {
        for (RemoteNode each : nodes) {
            if (each == node) {
                return true;
            }
        }
        return false;
    }

    /** Adds a node that it does not lead to. */
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

    /** The group of that name, or null. */
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

    /** Returns whether it was there. */
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
