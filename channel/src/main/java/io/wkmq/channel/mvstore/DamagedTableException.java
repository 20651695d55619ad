package io.wkmq.channel.mvstore;

import io.wkmq.channel.storage.StorageException;

/** A table is not on the disk as it was written. Another version's, or one that cannot be opened for other reasons, is no such one. */
public final class DamagedTableException extends StorageException {
    private static final long serialVersionUID = 1L;

    DamagedTableException(String message, Throwable cause) {
        super(message, cause);
    }
}
