package io.wkmq.routing;

/**
 * Another node, as the routes of one {@link RouteTable} name it: one object for all of its routes and share groups, so that they
 * are out of use and in use again in one go. The table is the only writer; any thread may read.
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

    /** An array of it alone, shared: most routes to other nodes name one node alone. Read only. */
    RemoteNode[] alone() {
        return alone;
    }

    /** Whether nothing may be sent to it: its routes are kept but out of use. */
    boolean suspended() {
        return suspended;
    }

    void suspended(boolean now) {
        suspended = now;
    }

    /** How many routes lead to it, and share groups have members on it. Under the table's lock. */
    int routes() {
        return routes;
    }

    /** One of them was so and is so now. Under the table's lock. */
    void changed(boolean before, boolean now) {
        routes += (now ? 1 : 0) - (before ? 1 : 0);
    }

    @Override
    public String toString() {
        return suspended ? id + " (suspended)" : id.toString();
    }
}
