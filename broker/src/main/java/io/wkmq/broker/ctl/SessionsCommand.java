package io.wkmq.broker.ctl;

import io.wkmq.broker.http.JsonWriter;
import io.wkmq.plugins.api.Command.Usage;
import io.wkmq.session.SessionInfo;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Predicate;

/** {@code sessions list [persistent|transient]|show}. A persistent session outlives its connection. */
final class SessionsCommand implements CtlCommand {
    private static final int MS_PER_SECOND = 1000;

    private final SessionListing sessions;

    SessionsCommand(SessionListing sessions) {
        this.sessions = sessions;
    }

    @Override
    public String name() {
        return "sessions";
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage("sessions list", "List all sessions"),
                new Usage("sessions list persistent", "List all persistent sessions"),
                new Usage("sessions list transient", "List all transient sessions"),
                new Usage("sessions show <ClientId>", "Show a session"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        if (arguments.size() == 2 && arguments.get(0).equals("show")) {
            show(arguments.get(1), answer);
            return;
        }
        switch (String.join(" ", arguments)) {
            case "list" -> list(info -> true, answer);
            case "list persistent" -> list(SessionsCommand::persistent, answer);
            case "list transient" -> list(info -> !persistent(info), answer);
            default -> throw CtlException.unknownForm();
        }
    }

    private void list(Predicate<SessionInfo> wanted, Answer answer) throws CtlException {
        answer.beginList();
        sessions.forEach(wanted, answer.room(), info -> answer.row(text(info), object -> describe(info, object)));
        answer.endList();
    }

    private void show(String clientId, Answer answer) throws CtlException {
        SessionInfo info = sessions.find(clientId).orElseThrow(() -> new CtlException("Not Found."));
        answer.object(text(info), object -> describe(info, object));
    }

    private static boolean persistent(SessionInfo info) {
        return info.expirySeconds() > 0;
    }

    private static long dropped(SessionInfo info) {
        return info.dropped().values().stream().mapToLong(Long::longValue).sum();
    }

    private static String text(SessionInfo info) {
        return Printable.line("Session(" + info.clientId()
                + ", clean_sess=" + !persistent(info)
                + ", subscriptions=" + info.subscriptions().size()
                + ", max_inflight=" + info.maxInflight()
                + ", inflight=" + info.inflight()
                + ", mqueue_len=" + info.queueLength()
                + ", mqueue_dropped=" + dropped(info)
                + ", awaiting_rel=" + info.awaitingRel()
                + ", deliver_msg=" + info.delivered()
                + ", enqueue_msg=" + info.enqueued()
                + ", created_at=" + info.createdAtMs() / MS_PER_SECOND + ')');
    }

    private static void describe(SessionInfo info, JsonWriter object) {
        object.field("client_id", info.clientId())
                .field("username", info.userName())
                .field("clean_sess", !persistent(info))
                .field("connected", info.connected())
                .field("durable", info.durable())
                .field("expiry_seconds", info.expirySeconds())
                .field("subscriptions", info.subscriptions().size())
                .field("max_inflight", info.maxInflight())
                .field("inflight", info.inflight())
                .field("mqueue_len", info.queueLength())
                .field("mqueue_bytes", info.queueBytes())
                .field("mqueue_dropped", dropped(info))
                .field("awaiting_rel", info.awaitingRel())
                .field("deliver_msg", info.delivered())
                .field("enqueue_msg", info.enqueued())
                .field("created_at", info.createdAtMs() / MS_PER_SECOND)
                .field("connected_at", info.connectedAtMs() / MS_PER_SECOND)
                .field("disconnected_at", info.disconnectedAtMs() / MS_PER_SECOND)
                .name("dropped")
                .beginObject();
        new TreeMap<>(info.dropped())
                .forEach((reason, count) -> object.field(reason.name().toLowerCase(Locale.ROOT), count));
        object.endObject();
    }
}
