package io.wkmq.broker.sys;

import io.wkmq.broker.alarm.Alarm;
import io.wkmq.broker.http.JsonWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;

/**
 * Publishes alarms in EMQX's format: each as one JSON object to {@code alarms/activate} and {@code alarms/deactivate} below
 * {@code $SYS/brokers/<node>/}, with times in microseconds since the epoch. Thread-safe.
 */
public final class AlarmTopics implements Consumer<Alarm> {
    private final SysPublisher publisher;

    /** Creates a publisher of alarms. */
    public AlarmTopics(SysPublisher publisher) {
        this.publisher = publisher;
    }

    @Override
    public void accept(Alarm alarm) {
        Instant until = alarm.deactivatedAt();
        JsonWriter json = new JsonWriter()
                .beginObject()
                .field("name", alarm.cause().name())
                .name("details")
                .values(alarm.cause().details())
                .field("message", alarm.cause().message())
                .field("activate_at", micros(alarm.activatedAt()))
                .field("deactivate_at", until == null ? "infinity" : micros(until))
                .field("activated", until == null)
                .endObject();
        publisher.say(until == null ? "alarms/activate" : "alarms/deactivate", json.toString());
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
