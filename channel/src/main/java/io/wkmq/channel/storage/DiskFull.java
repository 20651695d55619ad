package io.wkmq.channel.storage;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Distinguishes a full disk, which is temporary, from a broken one, which is not. The JDK has no exception type for it and messages may be
 * localized, so the free space is considered too. Stateless.
 */
public final class DiskFull {
    /** The disk counts as full if it has less free space. */
    private static final long FULL_BYTES = 64 << 10;

    private static final List<String> TEXTS =
            List.of("No space left on device", "Disk quota exceeded", "There is not enough space on the disk");

    private DiskFull() {}

    public static boolean isCauseOf(Throwable failure, Disk disk, Path directory) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException && (says(cause.getMessage()) || says(reason(cause)))) {
                return true;
            }
        }
        try {
            return disk.usableBytes(directory) < FULL_BYTES;
        } catch (IOException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    private static @Nullable String reason(Throwable failure) {
        return failure instanceof FileSystemException e ? e.getReason() : null;
    }

    private static boolean says(@Nullable String text) {
        return text != null && TEXTS.stream().anyMatch(text::contains);
    }
}
