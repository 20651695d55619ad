package io.wkmq.routing;

/**
 * The members of a share group on another node, which picks one of them itself. The counts are those last reported by that node; a
 * new report creates a new object. Thread-safe.
 */
public final class RemoteMembers implements ShareMember {
    private final ShareGroup group;
    private final RemoteNode node;
    private final int members;
    private final int online;
    private final long hash;
    private volatile boolean refused;

    RemoteMembers(ShareGroup group, RemoteNode node, int members, int online) {
        this.group = group;
        this.node = node;
        this.members = members;
        this.online = online;
        this.hash = hash(node.id());
    }

    /** Returns the value of a node in rendezvous hashing; the same on all nodes. */
    static long hash(NodeId node) {
        long high = node.value().getMostSignificantBits();
        return ShareGroup.mixed(high * 0x9E3779B97F4A7C15L ^ node.value().getLeastSignificantBits());
    }

    /** Returns their group, as this node knows it. */
    public ShareGroup group() {
        return group;
    }

    /** Returns their node. */
    public NodeId node() {
        return node.id();
    }

    /** Returns the number of members, connected or not. */
    public int members() {
        return members;
    }

    /** Returns the number of connected members. */
    public int onlineMembers() {
        return online;
    }

    long hash() {
        return hash;
    }

    /** Records that the node has reported that no member is left: it gets nothing more for them until it reports new counts. */
    void refuse() {
        refused = true;
    }

    /** Returns whether their node, and so they, are suspended. */
    boolean suspended() {
        return node.suspended();
    }

    /** Returns whether they may be given a message, i.e. have neither refused one nor are suspended. */
    boolean takes() {
        return !refused && !node.suspended();
    }

    /** Returns the node's id; a group has at most one such object per node. */
    @Override
    public String clientId() {
        return node.id().toString();
    }

    @Override
    public boolean online() {
        return online > 0 && takes();
    }

    @Override
    public boolean local() {
        return false;
    }

    @Override
    public String toString() {
        return "RemoteMembers[node=" + node + ", members=" + members + ", online=" + online + ", refused=" + refused
                + ']';
    }
}
