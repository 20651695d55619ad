package io.wkmq.routing;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Who wants the topics of one filter: shards of this node, other nodes, and share groups. Created and removed by its
 * {@link RouteTable}, which is the only writer; any thread may read. What a shard keeps here ({@code L}) is reached by any
 * thread but its content belongs to that shard's thread.
 *
 * @param <L> what a shard keeps for one filter
 */
public final class Route<L extends LocalSubscribers> {
    static final NodeId[] NO_NODES = {};
    static final ShareGroup[] NO_GROUPS = {};

    private final TopicFilter filter;
    private final AtomicReferenceArray<@Nullable L> locals;
    private volatile NodeId[] nodes = NO_NODES;
    private volatile ShareGroup[] groups = NO_GROUPS;

    Route(TopicFilter filter, int shards) {
        this.filter = filter;
        this.locals = new AtomicReferenceArray<>(shards);
    }

    /** The filter. */
    public TopicFilter filter() {
        return filter;
    }

    /** What that shard keeps for the filter, or null if none of its sessions subscribes to it. */
    public @Nullable L local(int shard) {
        return locals.get(shard);
    }

    /** The number of shards. */
    public int shards() {
        return locals.length();
    }

    NodeId[] nodes() {
        return nodes;
    }

    ShareGroup[] groups() {
        return groups;
    }

    void local(int shard, @Nullable L subscribers) {
        locals.set(shard, subscribers);
    }

    void nodes(NodeId[] changed) {
        nodes = changed;
    }

    void groups(ShareGroup[] changed) {
        groups = changed;
    }

    boolean hasLocals() {
        for (int i = 0; i < locals.length(); i++) {
            if (locals.get(i) != null) {
                return true;
            }
        }
        return false;
    }

    boolean unused() {
        return nodes.length == 0 && groups.length == 0 && !hasLocals();
    }
}
