package io.wkmq.session.mvstore;

import java.time.Duration;

/** Options for tests: small files, so that segments fill up and checkpoints are frequent. */
final class TestOptions {
    private TestOptions() {}

    static StorageOptions small() {
        return new StorageOptions(
                Durability.SYNC,
                Duration.ofMillis(5),
                8 << 20,
                StorageOptions.SEGMENT_BYTES_MIN,
                8 << 20,
                Duration.ofSeconds(60),
                0,
                false);
    }
}
