package io.wkmq.broker.auth;

import io.wkmq.broker.auth.Ban.Kind;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator said about somebody last.
 *
 * @param kind what of the client it is about
 * @param value the client id, user name or IP address
 * @param stamp when, in milliseconds since the epoch; later than what was said before
 * @param ban the ban, or null if it is lifted
 */
record BanWord(
        Kind kind, String value, long stamp, @Nullable Ban ban) {
    /** Of two words of the same instant all nodes choose the same one: rather a ban than none. */
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
