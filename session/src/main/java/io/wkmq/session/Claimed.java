package io.wkmq.session;

import org.jspecify.annotations.Nullable;

/**
 * A granted claim.
 *
 * @param epoch the epoch of the claim
 * @param offer the client's session if another node keeps it for this one; null if there is none or it was not asked for
 */
public record Claimed(long epoch, @Nullable SessionOffer offer) {}
