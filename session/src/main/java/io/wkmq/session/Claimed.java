package io.wkmq.session;

import org.jspecify.annotations.Nullable;

/**
 * A claim that was granted.
 *
 * @param epoch of the claim
 * @param offer the client's session, which another node keeps for this one; or null if there is none, or it was not wanted
 */
public record Claimed(long epoch, @Nullable SessionOffer offer) {}
