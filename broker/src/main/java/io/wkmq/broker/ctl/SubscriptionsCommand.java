package io.wkmq.broker.ctl;

import io.wkmq.broker.connection.ChannelTopics;
import io.wkmq.plugins.api.Command.Usage;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.Session;
import io.wkmq.session.SessionInfo;
import io.wkmq.session.Sessions;
import io.wkmq.session.SubscribeRequest;
import io.wkmq.session.SubscriptionOptions;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** {@code subscriptions list|show|add|del}. Filters include the client's mountpoint, if it has one. */
final class SubscriptionsCommand implements CtlCommand {
    private static final String NO_SESSION = "Error: Session not found!";
    private static final List<String> REPLAYS = List.of(ChannelTopics.PREFIX, "$s/");

    private final Sessions sessions;
    private final SessionListing listing;

    SubscriptionsCommand(Sessions sessions, SessionListing listing) {
        this.sessions = sessions;
        this.listing = listing;
    }

    @Override
    public String name() {
        return "subscriptions";
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage("subscriptions list", "List all subscriptions"),
                new Usage("subscriptions show <ClientId>", "Show subscriptions of a client"),
                new Usage("subscriptions add <ClientId> <Topic> <QoS>", "Subscribe for a client"),
                new Usage("subscriptions del <ClientId> <Topic>", "Unsubscribe for a client"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        String form = arguments.isEmpty() ? "" : arguments.get(0) + '/' + arguments.size();
        switch (form) {
            case "list/1" -> list(answer);
            case "show/2" -> show(arguments.get(1), answer);
            case "add/4" -> add(arguments.get(1), filter(arguments.get(2)), qos(arguments.get(3)), answer);
            case "del/3" -> del(arguments.get(1), filter(arguments.get(2)), answer);
            default -> throw CtlException.unknownForm();
        }
    }

    private void list(Answer answer) throws CtlException {
        answer.beginList();
        listing.forEach(
                info -> !info.subscriptions().isEmpty() || !info.replays().isEmpty(),
                answer.room(),
                info -> rows(info, answer));
        answer.endList();
    }

    private void show(String clientId, Answer answer) throws CtlException {
        SessionInfo info = listing.find(clientId).orElseThrow(() -> new CtlException("Not Found."));
        answer.beginList();
        rows(info, answer);
        answer.endList();
    }

    private static void rows(SessionInfo info, Answer answer) {
        Stream.concat(info.subscriptions().stream(), info.replays().stream())
                .forEach(subscription -> row(info, subscription, answer));
    }

    private static void row(SessionInfo info, SubscribeRequest subscription, Answer answer) {
        String filter = subscription.filter().text();
        SubscriptionOptions options = subscription.options();
        answer.row(
                Printable.line(
                        info.clientId() + " -> " + filter + ':' + options.qos().code()),
                object -> object.field("client_id", info.clientId())
                        .field("topic", filter)
                        .field("qos", options.qos().code())
                        .field("no_local", options.noLocal())
                        .field("retain_as_published", options.retainAsPublished())
                        .field(
                                "retain_handling",
                                options.retainHandling().name().toLowerCase(Locale.ROOT))
                        .field("identifier", options.identifier()));
    }

    private void add(String clientId, SubscriptionFilter filter, Qos qos, Answer answer) throws CtlException {
        if (REPLAYS.stream().anyMatch(filter.filter().text()::startsWith)) {
            throw new CtlException("Error: a replay of a channel is begun by its client alone");
        }
        SubscribeRequest request = new SubscribeRequest(filter, SubscriptionOptions.mqtt3(qos));
        ReasonCode reason = change(clientId, (session, done) -> session.subscribe(List.of(request), done));
        if (reason.error()) {
            throw new CtlException("Error: " + reason.name().toLowerCase(Locale.ROOT));
        }
        answer.say("ok");
    }

    private void del(String clientId, SubscriptionFilter filter, Answer answer) throws CtlException {
        ReasonCode reason = change(clientId, (session, done) -> session.unsubscribe(List.of(filter), done));
        if (reason == ReasonCode.NO_SUBSCRIPTION_EXISTED) {
            throw new CtlException("Error: Subscription not found!");
        }
        if (reason.error()) {
            throw new CtlException("Error: " + reason.name().toLowerCase(Locale.ROOT));
        }
        answer.say("ok");
    }

    private ReasonCode change(String clientId, BiConsumer<Session, Consumer<List<ReasonCode>>> change)
            throws CtlException {
        CompletableFuture<List<ReasonCode>> changed = new CompletableFuture<>();
        sessions.withSession(
                clientId,
                session -> session.ifPresentOrElse(
                        present -> change.accept(present, changed::complete), () -> changed.complete(List.of())));
        List<ReasonCode> reasons = InTime.soon(changed);
        if (reasons.isEmpty()) {
            throw new CtlException(NO_SESSION);
        }
        return reasons.get(0);
    }

    private static SubscriptionFilter filter(String text) throws CtlException {
        try {
            return SubscriptionFilter.parse(text);
        } catch (InvalidTopicException e) {
            throw new CtlException("Error: " + e.getMessage());
        }
    }

    private static Qos qos(String text) throws CtlException {
        return switch (text) {
            case "0" -> Qos.AT_MOST_ONCE;
            case "1" -> Qos.AT_LEAST_ONCE;
            case "2" -> Qos.EXACTLY_ONCE;
            default -> throw new CtlException("QoS should be 0, 1, 2");
        };
    }
}
