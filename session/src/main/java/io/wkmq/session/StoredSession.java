package io.wkmq.session;

import org.jspecify.annotations.Nullable;

/**
 * What a store keeps of a session itself.
 *
 * @param clientId the client id
 * @param userName the user it belongs to, or null
 * @param createdAtMs when it was made, ms since the epoch
 * @param expirySeconds how long it outlives its connection
 * @param disconnectedAtMs when its connection ended, ms since the epoch; 0 while connected
 * @param will the will that is still to be published if the node dies, or null
 * @param epoch of the claim that it was last opened under, 0 if it is not known
 * @param sentUpTo if all of it was sent to another node since its client was here: the sequence number of the last delivery; else -1
 * @param mayBeElsewhere whether that node may have it still; if not it has gone on here
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
    /** The will is the user's. */
    public StoredSession {
        will = will == null ? null : will.by(userName);
    }
}
