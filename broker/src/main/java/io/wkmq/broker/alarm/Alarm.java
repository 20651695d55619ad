package io.wkmq.broker.alarm;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A problem that was noticed, and possibly its end. Immutable.
 *
 * @param cause the problem as it was when first noticed
 * @param activatedAt when it began
 * @param deactivatedAt when it ended; null while it lasts
 */
public record Alarm(
        Cause cause, Instant activatedAt, @Nullable Instant deactivatedAt) {
    /** Returns whether the problem still exists. */
    public boolean active() {
        return deactivatedAt == null;
    }
}
