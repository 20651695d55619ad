package io.wkmq.routing;

/**
 * Another node in the routes of one {@link RouteTable}. A single object is shared by all its routes and share groups, so that they
 * can be suspended and resumed at once. The table is the only writer; any thread may read.
 */
final class RemoteNode {
    private final NodeId id;
    private final RemoteNode[] alone = {this};
    private volatile boolean suspended;
    private int routes;

    RemoteNode(NodeId id) {
        this.id = id;
    }

    NodeId id() {
        return id;
    }

    /** Returns a shared array of only this node, since most routes to other nodes name a single one. Must not be modified. */
    RemoteNode[] alone() {
        return alone;
    }

    /** Returns whether nothing may be sent to it: its routes are kept but suspended. */
    boolean suspended() {
        return suspended;
    }

    void suspended(boolean now) {
        suspended = now;
    }

    /** Returns the number of routes to it and of share groups with members on it. Under the table's lock. */
    int routes() {
        return routes;
    }

    /** Updates the count for one route or share group. Under the table's lock. */
    void changed(boolean before, boolean now) {
        routes += (now ? 1 : 0) - (before ? 1 : 0);
    }

    @Override
    public String toString() {
        return suspended ? id + " (suspended)" : id.toString();
    }
}
