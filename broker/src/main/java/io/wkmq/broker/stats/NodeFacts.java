package io.wkmq.broker.stats;

import io.wkmq.routing.NodeName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * The identity of a node and its description in EMQ's format. Immutable.
 *
 * @param name the node's name as administrators know it
 * @param version its version
 * @param clock the wall clock
 * @param startedAt when it was started
 */
public record NodeFacts(NodeName name, String version, Clock clock, Instant startedAt) {
    private static final DateTimeFormatter DATE_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    /** Returns the product description. */
    public String description() {
        return "wkmq MQTT broker";
    }

    /** Returns how long the node has been running, as in {@code 2 days, 3 hours, 4 minutes, 5 seconds}. */
    public String uptime() {
        Duration up = Duration.between(startedAt, clock.instant());
        return (up.toDays() > 0 ? up.toDays() + " days, " : "")
                + (up.toHours() > 0 ? up.toHoursPart() + " hours, " : "")
                + (up.toMinutes() > 0 ? up.toMinutesPart() + " minutes, " : "")
                + up.toSecondsPart() + " seconds";
    }

    /** Returns the local date and time. */
    public String dateTime() {
        return DATE_TIME.format(LocalDateTime.ofInstant(clock.instant(), ZoneId.systemDefault()));
    }
}
