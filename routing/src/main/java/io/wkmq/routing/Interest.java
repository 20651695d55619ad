package io.wkmq.routing;

import org.jspecify.annotations.Nullable;

/**
 * The interest of one node's clients in one filter, either plain or as members of a share group: the unit that nodes tell each
 * other. Immutable.
 *
 * @param share the group, or null for subscriptions that are not shared
 * @param filter the topic filter
 * @param members the number of the group's members on the node; 1 for any number of subscriptions that are not shared; 0 if there
 *     are none (any more)
 * @param online how many of the members are connected; 0 for subscriptions that are not shared
 */
public record Interest(@Nullable ShareName share, TopicFilter filter, int members, int online) {
    /**
     * Validates the numbers.
     *
     * @throws IllegalArgumentException if they are inconsistent
     */
    public Interest {
        if (members < 0 || online < 0 || online > members || (share == null && (members > 1 || online > 0))) {
            throw new IllegalArgumentException("An interest in " + filter + " has " + members + " members, " + online
                    + " of them online; expected "
                    + (share == null ? "0 or 1, none online" : "no more online than there are"));
        }
    }

    /** Creates the interest of subscriptions that are not shared. */
    public static Interest plain(TopicFilter filter, boolean wanted) {
        return new Interest(null, filter, wanted ? 1 : 0, 0);
    }

    /** Returns whether there are subscriptions. */
    public boolean exists() {
        return members > 0;
    }

    /** Returns the value of this interest once there are no subscriptions any more. */
    public Interest ended() {
        return new Interest(share, filter, 0, 0);
    }
}
