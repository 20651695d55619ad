package io.wkmq.broker.ctl;

import io.wkmq.broker.auth.Ban;
import io.wkmq.broker.auth.Ban.Kind;
import io.wkmq.broker.auth.BannedClients;
import io.wkmq.plugins.api.Command.Usage;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code banned list|add|del}. A ban refuses the next CONNECT; a connected client stays until {@code clients kick}. */
final class BannedCommand implements CtlCommand {
    private static final long SECONDS_MAX = 100L * 365 * 24 * 3600;

    private final BannedClients banned;
    private final InstantSource clock;

    BannedCommand(BannedClients banned, InstantSource clock) {
        this.banned = banned;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "banned";
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage("banned list", "List who must not connect"),
                new Usage("banned add <Kind> <Value> [<Seconds>]", "Ban a clientid, username or peerhost"),
                new Usage("banned del <Kind> <Value>", "Lift a ban"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        String form = arguments.isEmpty() ? "" : arguments.get(0) + '/' + arguments.size();
        try {
            switch (form) {
                case "list/1" -> list(answer);
                case "add/3" -> add(kind(arguments.get(1)), arguments.get(2), null, answer);
                case "add/4" -> add(kind(arguments.get(1)), arguments.get(2), until(arguments.get(3)), answer);
                case "del/3" -> del(kind(arguments.get(1)), arguments.get(2), answer);
                default -> throw CtlException.unknownForm();
            }
        } catch (IllegalArgumentException e) {
            throw new CtlException("Error: " + e.getMessage());
        }
    }

    private void list(Answer answer) {
        answer.beginList();
        for (Ban ban : banned.list()) {
            Instant until = ban.until();
            answer.row(
                    Printable.line("Banned(" + word(ban.kind()) + ", " + ban.value() + ", reason=" + ban.reason()
                            + ", until=" + (until == null ? "infinity" : until.getEpochSecond()) + ')'),
                    object -> object.field("kind", word(ban.kind()))
                            .field("value", ban.value())
                            .field("reason", ban.reason())
                            .field("until", until == null ? null : until.getEpochSecond()));
        }
        answer.endList();
    }

    private void add(Kind kind, String value, @Nullable Instant until, Answer answer) throws CtlException {
        try {
            banned.add(new Ban(kind, value, "wkctl", until));
        } catch (IllegalStateException e) {
            throw new CtlException("Error: " + e.getMessage());
        }
        answer.say("ok");
    }

    private void del(Kind kind, String value, Answer answer) throws CtlException {
        if (!banned.remove(kind, value)) {
            throw new CtlException("Not Found.");
        }
        answer.say("ok");
    }

    private Instant until(String seconds) throws CtlException {
        if (!seconds.matches("\\d{1,10}") || Long.parseLong(seconds) > SECONDS_MAX) {
            throw new CtlException("Error: '" + seconds + "' is no time; expected seconds, at most " + SECONDS_MAX);
        }
        return clock.instant().plusSeconds(Long.parseLong(seconds));
    }

    private static Kind kind(String word) throws CtlException {
        return switch (word) {
            case "clientid" -> Kind.CLIENT_ID;
            case "username" -> Kind.USER_NAME;
            case "peerhost" -> Kind.IP_ADDRESS;
            default ->
                throw new CtlException(
                        "Error: '" + word + "' cannot be banned; expected clientid, username or peerhost");
        };
    }

    private static String word(Kind kind) {
        return switch (kind) {
            case CLIENT_ID -> "clientid";
            case USER_NAME -> "username";
            case IP_ADDRESS -> "peerhost";
        };
    }
}
