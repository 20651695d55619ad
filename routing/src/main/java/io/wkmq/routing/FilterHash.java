package io.wkmq.routing;

import java.nio.charset.StandardCharsets;

/** Hashes of filters for a node's own hash tables. They are seeded so that clients cannot choose colliding filters. Immutable. */
public final class FilterHash {
    private final long seed;

    /** Creates hashes from a seed, which clients must not know. */
    public FilterHash(long seed) {
        this.seed = seed;
    }

    /** Returns the hash of a filter, whose upper bits are the best. Equal filters have equal hashes. */
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
