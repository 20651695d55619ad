package io.wkmq.broker.ctl;

import io.wkmq.broker.http.JsonWriter;
import io.wkmq.plugins.api.Command.Usage;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.LocalSubscribers;
import io.wkmq.routing.Route;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.TopicFilter;
import java.util.List;

/** {@code routes list|show}, and {@code topics list|show}, which differs only in that the text of its list omits the nodes. */
final class RoutesCommand implements CtlCommand {
    private final String name;
    private final String singular;
    private final RouteTable<? extends LocalSubscribers> routes;
    private final NodeNames names;

    RoutesCommand(String name, String singular, RouteTable<? extends LocalSubscribers> routes, NodeNames names) {
        this.name = name;
        this.singular = singular;
        this.routes = routes;
        this.names = names;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage(name + " list", "List all " + name), new Usage(name + " show <Topic>", "Show a " + singular));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        String form = arguments.isEmpty() ? "" : arguments.get(0) + '/' + arguments.size();
        switch (form) {
            case "list/1" -> list(answer);
            case "show/2" -> show(arguments.get(1), answer);
            default -> throw CtlException.unknownForm();
        }
    }

    private void list(Answer answer) {
        answer.beginList();
        routes.forEach(route -> answer.row(
                name.equals("topics") ? Printable.line(route.filter().text()) : text(route),
                object -> describe(route, object)));
        answer.endList();
    }

    private void show(String topic, Answer answer) throws CtlException {
        Route<? extends LocalSubscribers> route;
        try {
            route = routes.route(TopicFilter.of(topic));
        } catch (InvalidTopicException e) {
            throw new CtlException("Error: " + e.getMessage());
        }
        if (route == null) {
            throw new CtlException("Not Found.");
        }
        Route<? extends LocalSubscribers> found = route;
        answer.object(text(found), object -> describe(found, object));
    }

    private String text(Route<? extends LocalSubscribers> route) {
        return Printable.line(route.filter().text() + " -> " + String.join(",", names.of(route)));
    }

    private void describe(Route<? extends LocalSubscribers> route, JsonWriter object) {
        object.field("topic", route.filter().text()).name("nodes").beginArray();
        names.of(route).forEach(object::value);
        object.endArray();
    }
}
