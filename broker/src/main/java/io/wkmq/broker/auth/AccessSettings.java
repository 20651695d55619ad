package io.wkmq.broker.auth;

import java.time.Duration;

/**
 * What the configuration says about access.
 *
 * @param allowAnonymous {@code mqtt.allow_anonymous}: clients that nobody authenticates are accepted on every listener
 * @param allowAnonymousLoopback {@code mqtt.allow_anonymous_loopback}: they are on listeners of this machine only
 * @param allowIfNoMatch {@code mqtt.acl_nomatch}: what no authorizer decides is allowed
 * @param cacheAcl {@code mqtt.cache_acl}: decisions about publishing are kept per client
 * @param cacheSizeMax how many topics of one client are kept
 * @param cacheTtl how long one is kept, in whole seconds
 */
public record AccessSettings(
        boolean allowAnonymous,
        boolean allowAnonymousLoopback,
        boolean allowIfNoMatch,
        boolean cacheAcl,
        int cacheSizeMax,
        Duration cacheTtl) {
    /** The defaults: nobody without credentials but on loopback, what no rule decides is denied. */
    public static final AccessSettings DEFAULTS =
            new AccessSettings(false, true, false, true, 32, Duration.ofMinutes(1));

    /**
     * Validates the cache's bounds.
     *
     * @throws IllegalArgumentException if the size is not 1 to 10000 or the time not 1 second to 1 day
     */
    public AccessSettings {
        if (cacheSizeMax < 1 || cacheSizeMax > 10_000) {
            throw new IllegalArgumentException("An ACL cache of " + cacheSizeMax + " topics; expected 1 to 10000");
        }
        if (cacheTtl.compareTo(Duration.ofSeconds(1)) < 0 || cacheTtl.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("An ACL cache time of " + cacheTtl + "; expected 1 s to 1 d");
        }
    }
}
