package io.wkmq.broker.connection;

import java.util.random.RandomGenerator;

/**
 * Makes client ids for clients that have none [MQTT-3.1.3-6]: 128 random bits, so that nobody can guess another's id and no
 * two nodes make the same. Thread-safe if its source is.
 */
final class AssignedClientIds {
    private final RandomGenerator random;

    /** Draws from a source that cannot be predicted. */
    AssignedClientIds(RandomGenerator random) {
        this.random = random;
    }

    String next() {
        return String.format("auto-%016x%016x", random.nextLong(), random.nextLong());
    }
}
