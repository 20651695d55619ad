package io.wkmq.broker.alarm;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That something was noticed to be wrong, and perhaps that it is over. Immutable.
 *
 * @param cause what it is, as it was when it was noticed
 * @param activatedAt since when
 * @param deactivatedAt until when; null as long as it is wrong
 */
public record Alarm(
        Cause cause, Instant activatedAt, @Nullable Instant deactivatedAt) {
    /** Whether it still is so. */
    public boolean active() {
        return deactivatedAt == null;
    }
}
