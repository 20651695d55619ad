package io.wkmq.broker.auth;

import io.wkmq.broker.auth.Ban.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The latest decision of an administrator about a ban: that it is in force, or that it has been lifted.
 *
 * @param kind what is banned
 * @param value the client id, user name or IP address
 * @param stamp the time of the decision in milliseconds since the epoch, greater than that of any earlier known decision about
 *     the same value
 * @param ban the ban, or null if it is lifted
 */
record BanWord(
        Kind kind, String value, long stamp, @Nullable Ban ban) {
    /**
     * Returns whether this decision supersedes another. Of two decisions with the same stamp all nodes choose the same one,
     * preferring a ban over a lifted one.
     */
    boolean newerThan(BanWord other) {
        if (stamp != other.stamp) {
            return stamp > other.stamp;
        }
        if (ban == null || other.ban == null) {
            return ban != null && other.ban == null;
        }
        return ban.toString().compareTo(other.ban.toString()) > 0;
    }
}
