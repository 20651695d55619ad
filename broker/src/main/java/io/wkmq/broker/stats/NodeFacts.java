package io.wkmq.broker.stats;

import io.wkmq.routing.NodeName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * Which node this is, and how it says so in EMQ's words. Immutable.
 *
 * @param name what administrators call it
 * @param version its version
 * @param clock the time of day
 * @param startedAt since when it runs
 */
public record NodeFacts(NodeName name, String version, Clock clock, Instant startedAt) {
    private static final DateTimeFormatter DATE_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    /** What it is. */
    public String description() {
        return "wkmq MQTT broker";
    }

    /** For how long it runs, as in {@code 2 days, 3 hours, 4 minutes, 5 seconds}. */
    public String uptime() {
        Duration up = Duration.between(startedAt, clock.instant());
        return (up.toDays() > 0 ? up.toDays() + " days, " : "")
                + (up.toHours() > 0 ? up.toHoursPart() + " hours, " : "")
                + (up.toMinutes() > 0 ? up.toMinutesPart() + " minutes, " : "")
                + up.toSecondsPart() + " seconds";
    }

    /** The time of day where it is. */
    public String dateTime() {
        return DATE_TIME.format(LocalDateTime.ofInstant(clock.instant(), ZoneId.systemDefault()));
    }
}
