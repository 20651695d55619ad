package io.wkmq.channel.engine;

import java.io.IOException;

/** A log does not have entries any more that a replica has not applied. */
public final class MissingEntriesException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Of that group. */
    public MissingEntriesException(int group, long applied, long expected) {
        super("The replica of group " + group + " has applied entry " + applied
                + ", but its log begins behind a snapshot that needs entry " + expected);
    }
}
