package io.wkmq.channel.storage;

import java.io.IOException;

/** A storage that cannot be opened. The text says why, and what to do. */
public class StorageException extends IOException {
    private static final long serialVersionUID = 1L;

    public StorageException(String message) {
        super(message);
    }

    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
