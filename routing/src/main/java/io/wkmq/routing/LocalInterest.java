package io.wkmq.routing;

import org.jspecify.annotations.Nullable;

/**
 * Told about the interest of this node's clients whenever it changes. Owned by routing, implemented by the cluster layer. Called on
 * any thread, but under the {@link RouteTable}'s lock: sequentially, in the order of the changes, and after the table has been
 * updated. So it must be quick and must not call the table.
 */
@FunctionalInterface
public interface LocalInterest {
    /** Ignores all changes; for a cluster of one. */
    LocalInterest NONE = (share, filter, members, online) -> {};

    /** Called when this node's interest in a filter has changed. The parameters are those of an {@link Interest}. */
    void changed(@Nullable ShareName share, TopicFilter filter, int members, int online);
}
