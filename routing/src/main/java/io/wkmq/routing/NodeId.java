package io.wkmq.routing;

import java.util.UUID;

/**
 * The identity of a node: a random UUID kept in its data directory. The {@link NodeName} is only an alias and may change.
 *
 * @param value the UUID
 */
public record NodeId(UUID value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
