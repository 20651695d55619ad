package io.wkmq.routing;

import org.jspecify.annotations.Nullable;

/**
 * Is told what the clients of this node want, as it changes. Owned by routing, implemented by the cluster layer. Called on any
 * thread but under the {@link RouteTable}'s lock: in the order of the changes, one at a time, and when the table has them
 * already. So it must be quick, and must not call the table.
 */
@FunctionalInterface
public interface LocalInterest {
    /** For a cluster of one: nobody wants to know. */
    LocalInterest NONE = (share, filter, members, online) -> {};

    /** This node's interest in a filter is a different one from now on. The parameters are those of an {@link Interest}. */
    void changed(@Nullable ShareName share, TopicFilter filter, int members, int online);
}
