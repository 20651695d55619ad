package io.wkmq.cluster.hazelcast.cp;

import io.wkmq.channel.storage.StorageException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a member must not forget of the CP subsystem is not on the disk as it was written. */
final class DamagedCpLogException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final @Nullable UUID formerly;

    /**
     * Of that log.
     *
     * @param formerly who the member was, as what can be read says; null if it does not
     */
    DamagedCpLogException(String message, Throwable cause, @Nullable UUID formerly) {
        super(message, cause);
        this.formerly = formerly;
    }

    /** Who the member was; null if nobody knows. */
    @Nullable
    UUID formerly() {
        return formerly;
    }
}
