package io.wkmq.routing;

/**
 * The members that a share group has on another node, which picks one of them itself. Counts are what that node said last;
 * with new ones comes a new object. Thread-safe.
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

    /** What stands for a node in rendezvous hashing: the same on all nodes. */
    static long hash(NodeId node) {
        long high = node.value().getMostSignificantBits();
        return ShareGroup.mixed(high * 0x9E3779B97F4A7C15L ^ node.value().getLeastSignificantBits());
    }

    /** Their group, as this node knows it. */
    public ShareGroup group() {
        return group;
    }

    /** Where they are. */
    public NodeId node() {
        return node.id();
    }

    /** How many there are, connected or not. */
    public int members() {
        return members;
    }

    /** How many of them are connected. */
    public int onlineMembers() {
        return online;
    }

    long hash() {
        return hash;
    }

    /** The node said of a message that none of them is left: nothing more goes there until it gives new counts. */
    void refuse() {
        refused = true;
    }

    /** Whether their node is out of use, and they with it. */
    boolean suspended() {
        return node.suspended();
    }

    /** Whether they may be given a message: they have neither refused one nor are they suspended. */
    boolean takes() {
        return !refused && !node.suspended();
    }

    /** The node, of which a group has one of these at most. */
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
