package io.wkmq.broker.connection;

import io.wkmq.broker.config.Units;
import io.wkmq.channel.engine.ReadStart;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Parses where a replay begins, as clients and administrators write it: {@code earliest}, {@code seq:1234}, {@code ago:15m}. Stateless. */
public final class ReplayStart {
    private ReplayStart() {}

    /**
     * Parses a start.
     *
     * @throws IllegalArgumentException if the text is not a valid start
     */
    public static ReadStart parse(String text, Instant now) {
        int colon = text.indexOf(':');
        String word = colon < 0 ? text : text.substring(0, colon + 1);
        String value = text.substring(colon + 1);
        return switch (word) {
            case "earliest" -> new ReadStart.Earliest();
            case "latest" -> new ReadStart.Last(1);
            case "next" -> new ReadStart.Next();
            case "seq:" -> new ReadStart.Seq(number(value, 0));
            case "last:" -> new ReadStart.Last(number(value, 1));
            case "time:" -> new ReadStart.Time(timeMs(value));
            case "ago:" -> new ReadStart.Time(agoMs(now, value));
            default ->
                throw new IllegalArgumentException("'" + text
                        + "' is no start; expected earliest, latest, next, seq:N, last:N, time:<ISO 8601> or ago:15m");
        };
    }

    static long number(String text, long min) {
        long number = Units.number(text);
        if (number < min) {
            throw new IllegalArgumentException("'" + text + "' is below " + min + ", which is the least");
        }
        return number;
    }

    private static long agoMs(Instant now, String text) {
        try {
            return Math.subtractExact(now.toEpochMilli(), Units.duration(text).toMillis());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("The time of 'ago:" + text + "' is too far away", e);
        }
    }

    private static long timeMs(String text) {
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("'" + text + "' is no time; expected one as 2026-11-20T08:00:00Z", e);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("The time '" + text + "' is too far away", e);
        }
    }
}
