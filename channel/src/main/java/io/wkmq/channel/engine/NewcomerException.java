package io.wkmq.channel.engine;

import java.io.IOException;

/** A node has no replicas yet: those who keep them take it in, in the place of one that was removed. Until then it knows no channels. */
public final class NewcomerException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Says what is waited for. */
    public NewcomerException(String message) {
        super(message);
    }
}
