package io.wkmq.session.mvstore;

import java.time.Duration;

/**
 * How an {@link MvStorage} works.
 *
 * @param durability what a completed flush promises
 * @param syncInterval how often {@link Durability#INTERVAL} syncs
 * @param queueBytesMax how much may wait for the storage thread before additions are refused
 */
public record StorageOptions(Durability durability, Duration syncInterval, long queueBytesMax) {
    /** The defaults. */
    public static StorageOptions defaults() {
        return new StorageOptions(Durability.SYNC, Duration.ofMillis(100), 64L << 20);
    }
}
