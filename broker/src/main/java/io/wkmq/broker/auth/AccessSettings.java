package io.wkmq.broker.auth;

import java.time.Duration;

/**
 * The configuration of access control.
 *
 * @param allowAnonymous {@code mqtt.allow_anonymous}: whether unauthenticated clients are accepted on every listener
 * @param allowAnonymousLoopback {@code mqtt.allow_anonymous_loopback}: whether they are accepted on local listeners
 * @param allowIfNoMatch {@code mqtt.acl_nomatch}: whether access is allowed if no authorizer decides
 * @param cacheAcl {@code mqtt.cache_acl}: whether decisions about publishing are cached per client
 * @param cacheSizeMax how many topics are cached per client
 * @param cacheTtl how long a decision is cached, in whole seconds
 */
public record AccessSettings(
        boolean allowAnonymous,
        boolean allowAnonymousLoopback,
        boolean allowIfNoMatch,
        boolean cacheAcl,
        int cacheSizeMax,
        Duration cacheTtl) {
    /** The defaults: anonymous clients on loopback only; access is denied if no rule matches. */
    public static final AccessSettings DEFAULTS =
            new AccessSettings(false, true, false, true, 32, Duration.ofMinutes(1));

    /**
     * Validates the bounds of the cache.
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
