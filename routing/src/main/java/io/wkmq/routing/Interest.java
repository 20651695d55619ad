package io.wkmq.routing;

import org.jspecify.annotations.Nullable;

/**
 * What the clients of one node want of one filter, plainly or as members of a share group: the unit in which nodes tell each
 * other. Immutable.
 *
 * @param share the group, or null for subscriptions that are not shared
 * @param filter the topics wanted
 * @param members how many members of the group are on the node; 1 for subscriptions that are not shared, however many there
 *     are; 0 if there are none (any more)
 * @param online how many of the members are connected; 0 for subscriptions that are not shared
 */
public record Interest(@Nullable ShareName share, TopicFilter filter, int members, int online) {
    /**
     * Validates the numbers.
     *
     * @throws IllegalArgumentException if they cannot be
     */
    public Interest {
        if (members < 0 || online < 0 || online > members || (share == null && (members > 1 || online > 0))) {
            throw new IllegalArgumentException("An interest in " + filter + " has " + members + " members, " + online
                    + " of them online; expected "
                    + (share == null ? "0 or 1, none online" : "no more online than there are"));
        }
    }

    /** That of subscriptions that are not shared. */
    public static Interest plain(TopicFilter filter, boolean wanted) {
        return new Interest(null, filter, wanted ? 1 : 0, 0);
    }

    /** Whether there is any. */
    public boolean exists() {
        return members > 0;
    }

    /** The same one once there is none any more. */
    public Interest ended() {
        return new Interest(share, filter, 0, 0);
    }
}
