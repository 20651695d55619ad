package io.wkmq.cluster.discovery.dns;

import java.security.Security;

/**
 * The caching of host names by Java. By default a result is cached for 30 seconds and a failed look-up for 10, which is long when
 * nodes, and their names, come and go.
 */
public final class NameCache {
    private NameCache() {}

    /** Reduces that to 5 seconds and 1 second. Must be called before the process resolves its first name. */
    public static void keepShort() {
        Security.setProperty("networkaddress.cache.ttl", "5");
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
    }
}
