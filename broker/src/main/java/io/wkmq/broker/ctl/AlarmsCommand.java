package io.wkmq.broker.ctl;

import io.wkmq.broker.alarm.Alarm;
import io.wkmq.broker.alarm.Alarms;
import io.wkmq.plugins.api.Command.Usage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** {@code alarms list|history}. */
final class AlarmsCommand implements CtlCommand {
    private final Alarms alarms;

    AlarmsCommand(Alarms alarms) {
        this.alarms = alarms;
    }

    @Override
    public String name() {
        return "alarms";
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage("alarms list", "What is wrong now, the oldest first"),
                new Usage("alarms history", "What was wrong since the start, the last first"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        switch (String.join(" ", arguments)) {
            case "list" -> list(alarms.active(), answer);
            case "history" -> list(alarms.history(), answer);
            default -> throw CtlException.unknownForm();
        }
    }

    private static void list(List<Alarm> shown, Answer answer) {
        answer.beginList();
        shown.forEach(alarm -> row(alarm, answer));
        answer.endList();
    }

    private static void row(Alarm alarm, Answer answer) {
        Instant until = alarm.deactivatedAt();
        answer.row(
                Printable.line("Alarm(" + alarm.cause().name() + ", activated_at=" + time(alarm.activatedAt())
                        + (until == null ? "" : ", deactivated_at=" + time(until)) + ", message="
                        + alarm.cause().message() + ')'),
                object -> object.field("name", alarm.cause().name())
                        .field("message", alarm.cause().message())
                        .name("details")
                        .values(alarm.cause().details())
                        .field("activated_at", alarm.activatedAt().getEpochSecond())
                        .field("deactivated_at", until == null ? null : until.getEpochSecond()));
    }

    private static Instant time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS);
    }
}
