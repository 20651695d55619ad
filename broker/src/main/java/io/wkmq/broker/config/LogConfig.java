package io.wkmq.broker.config;

import java.nio.file.Path;

/**
 * Where the node logs: {@code log.*}.
 *
 * @param dir the directory of the log files; absolute
 * @param level what is logged
 * @param console whether the console gets the log too
 * @param format how a line looks
 * @param rotationBytes size at which a file is closed and the next one begun
 * @param rotationCount how many closed files are kept
 */
public record LogConfig(Path dir, Level level, boolean console, Format format, long rotationBytes, int rotationCount) {
    /** The least serious event that is logged; the names are those of the configuration. */
    public enum Level {
        /** Only what needs a repair. */
        ERROR,
        /** Also what may need one soon. */
        WARN,
        /** Also what an operator wants to know. */
        INFO,
        /** Also what a developer wants to know. */
        DEBUG,
        /** Everything. */
        TRACE
    }

    /** How a line of the log looks; the names are those of the configuration. */
    public enum Format {
        /** For people. */
        TEXT,
        /** One JSON object a line. */
        JSON
    }
}
