package io.wkmq.cluster.hazelcast.cp;

import io.wkmq.channel.storage.StorageException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Thrown if the durable state of the CP subsystem is damaged on disk. */
final class DamagedCpLogException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final @Nullable UUID formerly;

    /**
     * Creates the exception.
     *
     * @param formerly the member's identity according to the readable part of the log; null if it is unknown
     */
    DamagedCpLogException(String message, Throwable cause, @Nullable UUID formerly) {
        super(message, cause);
        this.formerly = formerly;
    }

    /** Returns the member's former identity; null if it is unknown. */
    @Nullable
    UUID formerly() {
        return formerly;
    }
}
