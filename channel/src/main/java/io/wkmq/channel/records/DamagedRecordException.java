package io.wkmq.channel.records;

import java.io.IOException;
import java.nio.file.Path;

/** A record that was written is not on disk as it was written. */
public final class DamagedRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedRecordException(Path file, long position, long next) {
        super("The record at byte " + position + " of " + file + " is damaged; expected records up to number "
                + (next - 1));
    }
}
