package io.wkmq.channel.storage;

import java.io.IOException;

/** Thrown if a storage cannot be opened. The message says why, and what to do. */
public class StorageException extends IOException {
    private static final long serialVersionUID = 1L;

    public StorageException(String message) {
        super(message);
    }

    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
