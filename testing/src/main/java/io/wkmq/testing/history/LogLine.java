package io.wkmq.testing.history;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A message of a channel, as {@code wkctl log dump} prints it.
 *
 * @param name the message's name, given by its publisher, or null
 * @param sha256 the hash of the payload, in hex
 */
record LogLine(long seq, @Nullable String name, long term, Instant time, String topic, String sha256) {
    private static final Pattern LINE =
            Pattern.compile("\\{\"seq\":(\\d+),\"id\":(?:null|\"([^\"]*)\"),\"term\":(\\d+),\"ts\":\"([^\"]+)\","
                    + "\"topic\":\"([^\"]*)\",\"sha256\":\"([0-9a-f]{64})\"}");

    /**
     * Parses a line.
     *
     * @throws IllegalArgumentException if it is not a message
     */
    static LogLine parse(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + line + "' is no message; expected an object with seq, id, term, ts, topic and sha256");
        }
        return new LogLine(
                Long.parseLong(matcher.group(1)),
                matcher.group(2),
                Long.parseLong(matcher.group(3)),
                Instant.parse(matcher.group(4)),
                matcher.group(5),
                matcher.group(6));
    }
}
