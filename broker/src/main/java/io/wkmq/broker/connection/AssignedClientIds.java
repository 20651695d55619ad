package io.wkmq.broker.connection;

import java.util.random.RandomGenerator;

/**
 * Generates client ids for clients that connect without one [MQTT-3.1.3-6]: 128 random bits, so that ids cannot be guessed and
 * do not collide between nodes. Thread-safe if its random source is.
 */
final class AssignedClientIds {
    private final RandomGenerator random;

    /** Creates a generator that draws from {@code random}, which must be unpredictable. */
    AssignedClientIds(RandomGenerator random) {
        this.random = random;
    }

    String next() {
        return String.format("auto-%016x%016x", random.nextLong(), random.nextLong());
    }
}
