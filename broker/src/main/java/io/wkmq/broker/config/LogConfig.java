package io.wkmq.broker.config;

import java.nio.file.Path;

/**
 * Logging: {@code log.*}.
 *
 * @param dir the directory of the log files; absolute
 * @param level the minimum level
 * @param console whether to log to the console as well
 * @param format the format of a line
 * @param rotationBytes the size at which a file is rotated
 * @param rotationCount how many rotated files are kept
 */
public record LogConfig(Path dir, Level level, boolean console, Format format, long rotationBytes, int rotationCount) {
    /** The minimum level of logged events. The names are those of the configuration. */
    public enum Level {
        /** Problems that need to be fixed. */
        ERROR,
        /** Also problems that may need to be fixed soon. */
        WARN,
        /** Also events of interest to operators. */
        INFO,
        /** Also events of interest to developers. */
        DEBUG,
        /** Everything. */
        TRACE
    }

    /** The format of a log line. The names are those of the configuration. */
    public enum Format {
        /** Human-readable text. */
        TEXT,
        /** One JSON object per line. */
        JSON
    }
}
