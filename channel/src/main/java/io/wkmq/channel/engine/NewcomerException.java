package io.wkmq.channel.engine;

import java.io.IOException;

/**
 * Thrown if a node does not take part in the logs yet: it waits for the place of a removed node, is taking that place, or has just become a
 * learner. Until it has caught up it does not know which channels there are.
 */
public final class NewcomerException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception that says what the node is waiting for. */
    public NewcomerException(String message) {
        super(message);
    }
}
