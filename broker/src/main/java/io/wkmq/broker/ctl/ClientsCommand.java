package io.wkmq.broker.ctl;

import io.wkmq.broker.connection.ConnectedClient;
import io.wkmq.broker.connection.Connections;
import io.wkmq.broker.http.JsonWriter;
import io.wkmq.plugins.api.Command.Usage;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.Sessions;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code clients list|show|kick}. */
final class ClientsCommand implements CtlCommand {
    private static final int MS_PER_SECOND = 1000;

    private final Connections connections;
    private final Sessions sessions;

    ClientsCommand(Connections connections, Sessions sessions) {
        this.connections = connections;
        this.sessions = sessions;
    }

    @Override
    public String name() {
        return "clients";
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage("clients list", "List all clients"),
                new Usage("clients show <ClientId>", "Show a client"),
                new Usage("clients kick <ClientId>", "Kick out a client"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        String form = arguments.isEmpty() ? "" : arguments.get(0) + '/' + arguments.size();
        switch (form) {
            case "list/1" -> list(answer);
            case "show/2" -> show(arguments.get(1), answer);
            case "kick/2" -> kick(arguments.get(1), answer);
            default -> throw CtlException.unknownForm();
        }
    }

    private void list(Answer answer) {
        answer.beginList();
        connections.forEachClient(client -> answer.row(text(client), object -> describe(client, object)));
        answer.endList();
    }

    private void show(String clientId, Answer answer) throws CtlException {
        ConnectedClient client = connections.findClient(clientId);
        if (client == null) {
            throw new CtlException("Not Found.");
        }
        answer.object(text(client), object -> describe(client, object));
    }

    private void kick(String clientId, Answer answer) throws CtlException {
        CompletableFuture<Boolean> kicked = new CompletableFuture<>();
        sessions.kick(clientId, ReasonCode.ADMINISTRATIVE_ACTION, kicked::complete);
        if (!InTime.soon(kicked)) {
            throw new CtlException("Not Found.");
        }
        answer.say("ok");
    }

    private static String text(ConnectedClient client) {
        String userName = client.userName();
        return Printable.line("Client(" + client.clientId()
                + ", clean_sess=" + client.cleanStart()
                + ", username=" + (userName == null ? "undefined" : userName)
                + ", peername=" + client.peer()
                + ", connected_at=" + client.connectedAtMs() / MS_PER_SECOND + ')');
    }

    private static void describe(ConnectedClient client, JsonWriter object) {
        object.field("client_id", client.clientId())
                .field("clean_sess", client.cleanStart())
                .field("username", client.userName())
                .field("peername", client.peer())
                .field("connected_at", client.connectedAtMs() / MS_PER_SECOND)
                .field("listener", client.listener())
                .field("protocol_version", client.protocolVersion())
                .field("keep_alive", client.keepAliveSeconds());
    }
}
