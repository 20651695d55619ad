package io.wkmq.cluster.discovery.dns;

import java.security.Security;

/**
 * How long Java remembers what a host name means: 30 seconds by its own choice, and 10 that there is no such name, which is
 * long when nodes come and go and their names with them.
 */
public final class NameCache {
    private NameCache() {}

    /** Makes that 5 seconds and 1. It has no effect after the process has looked up its first name. */
    public static void keepShort() {
        Security.setProperty("networkaddress.cache.ttl", "5");
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
    }
}
