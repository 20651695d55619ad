package io.wkmq.channel.engine;

import java.io.IOException;

/** Thrown when a cursor cannot be taken or set. The message says why. */
public final class CursorRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    CursorRefusedException(String reason) {
        super(reason);
    }
}
