package io.wkmq.channel.engine;

import java.io.IOException;

/**
 * A node has no part in the logs yet: it waits for the place of one that was removed, is being taken in there, or was just found to follow those
 * who keep them. Until it has all it does not know which channels there are.
 */
public final class NewcomerException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Says what is waited for. */
    public NewcomerException(String message) {
        super(message);
    }
}
