package io.wkmq.channel.mvstore;

import io.wkmq.channel.storage.StorageException;

/** Thrown if a table on disk is damaged, as opposed to written by another version or impossible to open for other reasons. */
public final class DamagedTableException extends StorageException {
    private static final long serialVersionUID = 1L;

    DamagedTableException(String message, Throwable cause) {
        super(message, cause);
    }
}
