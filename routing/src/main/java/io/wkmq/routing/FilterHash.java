package io.wkmq.routing;

import java.nio.charset.StandardCharsets;

/**
 * Hashes of filters for a node's own hash tables: clients, who choose the filters, cannot know which of them collide. Immutable.
 */
public final class FilterHash {
    private final long seed;

    /** Hashes that depend on a number, which clients must not know. */
    public FilterHash(long seed) {
        this.seed = seed;
    }

    /** The hash of a filter; its upper bits are best. Filters that are equal have the same. */
    public int of(SubscriptionFilter filter) {
        byte[] utf8 = filter.filter().utf8();
        int hash = Levels.hash(seed, utf8, 0, utf8.length);
        ShareName share = filter.share();
        if (share == null) {
            return hash;
        }
        byte[] name = share.text().getBytes(StandardCharsets.UTF_8);
        return 31 * hash + Levels.hash(seed, name, 0, name.length);
    }
}
