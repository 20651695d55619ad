package io.wkmq.broker.ctl;

import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.http.JsonWriter;
import io.wkmq.broker.listener.Listener;
import io.wkmq.broker.listener.ListenerException;
import io.wkmq.broker.listener.Listeners;
import io.wkmq.plugins.api.Command.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@code listeners [start|stop|restart]}. Clients stay connected when their listener stops. */
final class ListenersCommand implements CtlCommand {
    private static final int NAME_WIDTH = 16;

    private final Listeners listeners;

    ListenersCommand(Listeners listeners) {
        this.listeners = listeners;
    }

    @Override
    public String name() {
        return "listeners";
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage("listeners", "List listeners"),
                new Usage("listeners restart <Proto> <Name or Port>", "Restart a listener"),
                new Usage("listeners stop    <Proto> <Name or Port>", "Stop a listener"),
                new Usage("listeners start   <Proto> <Name or Port>", "Start a listener that was stopped"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        if (arguments.isEmpty()) {
            list(answer);
            return;
        }
        if (arguments.size() != 3) {
            throw CtlException.unknownForm();
        }
        Listener listener = find(arguments.get(1), arguments.get(2));
        switch (arguments.get(0)) {
            case "restart" -> change("Restart", listener, answer);
            case "stop" -> change("Stop", listener, answer);
            case "start" -> change("Start", listener, answer);
            default -> throw CtlException.unknownForm();
        }
    }

    private void list(Answer answer) {
        answer.beginList();
        for (Listener listener : listeners.list()) {
            answer.row(text(listener), object -> describe(listener, object));
        }
        answer.endList();
    }

    private static String text(Listener listener) {
        StringBuilder text = new StringBuilder("listener on ")
                .append(protocol(listener))
                .append(':')
                .append(listener.address());
        line(text, "acceptors", listener.config().acceptors());
        line(text, "max_clients", listener.config().maxClients());
        line(text, "current_clients", listener.clients());
        line(
                text,
                "shutdown_count",
                shutdowns(listener).entrySet().stream()
                        .map(entry -> "{" + entry.getKey() + "," + entry.getValue() + "}")
                        .collect(Collectors.joining(",", "[", "]")));
        line(text, "name", listener.key().name());
        line(text, "running", listener.running());
        Instant notAfter = listener.certificateNotAfter();
        if (notAfter != null) {
            line(text, "cert_not_after", notAfter);
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append("\n  ").append(Answer.padded(name, NAME_WIDTH)).append(": ").append(value);
    }

    private static void describe(Listener listener, JsonWriter object) {
        object.field("protocol", protocol(listener))
                .field("name", listener.key().name())
                .field("address", listener.address())
                .field("running", listener.running())
                .field("acceptors", listener.config().acceptors())
                .field("max_clients", listener.config().maxClients())
                .field("current_clients", listener.clients())
                .field("accepted", listener.accepted())
                .field("cert_not_after", listener.certificateNotAfter())
                .name("shutdown_count")
                .beginObject();
        shutdowns(listener).forEach(object::field);
        object.endObject();
    }

    private static Map<String, Long> shutdowns(Listener listener) {
        Map<String, Long> counts = new TreeMap<>();
        listener.shutdowns().forEach((reason, count) -> counts.put(reason.label(), count));
        return counts;
    }

    private static String protocol(Listener listener) {
        return "mqtt:" + listener.key().protocol().name().toLowerCase(Locale.ROOT);
    }

    private void change(String verb, Listener listener, Answer answer) throws CtlException {
        Protocol protocol = listener.key().protocol();
        String name = listener.key().name();
        String address = listener.address();
        try {
            switch (verb) {
                case "Restart" -> address = listeners.restart(protocol, name).address();
                case "Stop" -> listeners.stop(protocol, name);
                default -> address = listeners.start(listener.config()).address();
            }
        } catch (ListenerException e) {
            throw new CtlException("Failed to " + verb.toLowerCase(Locale.ROOT) + ' ' + protocol(listener)
                    + " listener on " + address + ", error:" + e.getMessage());
        }
        answer.say(verb + ' ' + protocol(listener) + " listener on " + address + " successfully.");
    }

    /** Finds a listener by protocol, with or without EMQ's prefix {@code mqtt:}, and by name, port or address. */
    private Listener find(String protocol, String where) throws CtlException {
        List<Listener> all = listeners.list();
        for (Listener listener : all) {
            boolean sameProtocol =
                    protocol(listener).equals(protocol) || protocol(listener).equals("mqtt:" + protocol);
            if (sameProtocol && isAt(listener, where)) {
                return listener;
            }
        }
        throw new CtlException("There is no listener " + protocol + ' ' + where + "; expected one of "
                + all.stream()
                        .map(listener ->
                                protocol(listener) + ' ' + listener.key().name())
                        .collect(Collectors.joining(", ")));
    }

    private static boolean isAt(Listener listener, String where) {
        String address = listener.address();
        return where.equals(listener.key().name())
                || where.equals(address)
                || where.equals(address.substring(address.lastIndexOf(':') + 1));
    }
}
