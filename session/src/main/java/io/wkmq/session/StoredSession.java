package io.wkmq.session;

import org.jspecify.annotations.Nullable;

/**
 * The record that a store keeps for a session itself.
 *
 * @param clientId the client id
 * @param userName the user the session belongs to, or null
 * @param createdAtMs the creation time, ms since the epoch
 * @param expirySeconds how long the session outlives its connection
 * @param disconnectedAtMs when its connection ended, ms since the epoch; 0 while connected
 * @param will the will still to be published if the node dies, or null
 * @param epoch the epoch of the claim under which it was last opened, 0 if unknown
 * @param sentUpTo the sequence number of the last delivery sent if the whole session has been sent to another node since its
 *     client was last here; otherwise -1
 * @param mayBeElsewhere whether that node may still have it; false once the session has continued here
 */
public record StoredSession(
        String clientId,
        @Nullable String userName,
        long createdAtMs,
        long expirySeconds,
        long disconnectedAtMs,
        @Nullable Will will,
        long epoch,
        long sentUpTo,
        boolean mayBeElsewhere) {
    /** Attributes the will to the user. */
    public StoredSession {
        will = will == null ? null : will.by(userName);
    }
}
