package io.wkmq.broker.connection;

import io.wkmq.broker.packet.Packet;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.SubscribeRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Validates and authorizes a client's subscriptions and passes them to the session, which answers once the change is durable. A
 * bounded number of requests may await that at once; beyond it the connection stops decoding. A request with many filters is
 * processed in slices, one per turn of the event loop; retained messages of the first ones may then precede SUBACK, as MQTT
 * allows (3.8.4). Confined to the connection's event loop.
 */
final class Subscriber {
    private static final int UNANSWERED_MAX = 32;

    private final ConnectionServices services;
    private final Connection connection;
    private final Client client;
    private final Replayer replayer;
    private final InfoSubscriptions infos;
    private int unanswered;

    Subscriber(ConnectionServices services, Connection connection, Client client) {
        this.services = services;
        this.connection = connection;
        this.client = client;
        this.replayer = new Replayer(services, client);
        this.infos = new InfoSubscriptions(services, connection, client);
    }

    void subscribe(Packet.Subscribe packet) {
        String refusal = services.split().subscribeRefusal();
        if (refusal != null) {
            List<ReasonCode> reasons =
                    Collections.nCopies(packet.entries().size(), ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
            connection.write(new Packet.Suback(packet.packetId(), reasons, refusal));
            return;
        }
        asked();
        subscribe(
                packet,
                0,
                new FilterAnswers(
                        packet.entries().size(),
                        reasons -> connection.write(new Packet.Suback(packet.packetId(), reasons, null))));
    }

    private void subscribe(Packet.Subscribe packet, int from, FilterAnswers answers) {
        int to = answers.end(from);
        List<CompletionStage<?>> pending = new ArrayList<>();
        for (int i = from; i < to; i++) {
            Packet.Subscribe.Entry entry = packet.entries().get(i);
            if (InfoSubscriptions.concerns(entry.filter())) {
                infos.check(packet, i, answers, pending);
                continue;
            }
            if (Replayer.concerns(entry.filter())) {
                replayer.check(packet, i, answers, pending);
                continue;
            }
            SubscriptionFilter filter = parse(entry.filter());
            if (filter == null) {
                answers.reason(i, ReasonCode.TOPIC_FILTER_INVALID);
                continue;
            }
            answers.filter(i, filter);
            answers.judge(i, client.access().subscribe(filter, entry.options().qos()), pending);
        }
        if (pending.isEmpty()) {
            decided(packet, from, to, answers);
        } else {
            connection.await(all(pending), done -> decided(packet, from, to, answers));
        }
    }

    private static CompletionStage<?> all(List<CompletionStage<?>> stages) {
        return CompletableFuture.allOf(
                stages.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new));
    }

    private @Nullable SubscriptionFilter parse(String text) {
        if (services.topicLimits().exceededBy(text)) {
            return null;
        }
        try {
            SubscriptionFilter filter = SubscriptionFilter.parse(text);
            client.topics().mount(filter); // throws if it is too long with the mountpoint
            return filter;
        } catch (InvalidTopicException e) {
            return null;
        }
    }

    private void decided(Packet.Subscribe packet, int from, int to, FilterAnswers answers) {
        List<SubscribeRequest> allowed = new ArrayList<>();
        for (int i = from; i < to; i++) {
            SubscriptionFilter filter = answers.wanted(i);
            if (filter != null) {
                allowed.add(new SubscribeRequest(
                        client.topics().mount(filter), packet.entries().get(i).options()));
            } else if (!answers.reason(i).error()) {
                if (InfoSubscriptions.concerns(packet.entries().get(i).filter())) {
                    infos.begin(packet, i, answers);
                } else {
                    replayer.begin(packet, i, answers);
                }
            }
        }
        answers.asking(to);
        if (allowed.isEmpty()) {
            granted(from, to, answers, List.of());
        } else {
            client.session().subscribe(allowed, granted -> granted(from, to, answers, granted));
        }
        if (!answers.isLast(to)) {
            connection.later(() -> subscribe(packet, to, answers));
        }
    }

    private void granted(int from, int to, FilterAnswers answers, List<ReasonCode> granted) {
        boolean complete = answers.answered(from, to, granted);
        for (int i = from; i < to && !connection.closed(); i++) { // plugins get no events of a client after its end
            SubscriptionFilter filter = answers.wanted(i);
            if (filter != null) {
                services.events()
                        .subscribed(
                                client.access().client(),
                                filter,
                                Qos.of(answers.reason(i).code()));
            }
        }
        if (complete) {
            answered();
        }
    }

    void unsubscribe(Packet.Unsubscribe packet) {
        asked();
        unsubscribe(
                packet,
                0,
                new FilterAnswers(
                        packet.filters().size(),
                        reasons -> connection.write(new Packet.Unsuback(packet.packetId(), reasons, null))));
    }

    private void unsubscribe(Packet.Unsubscribe packet, int from, FilterAnswers answers) {
        int to = answers.end(from);
        List<SubscriptionFilter> wellFormed = new ArrayList<>();
        for (int i = from; i < to; i++) {
            String text = packet.filters().get(i);
            if (ReplayFilter.is(text)) {
                boolean ended = InfoSubscriptions.concerns(text)
                        ? infos.end(text)
                        : client.session().endReplay(text);
                answers.reason(i, ended ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED);
                continue;
            }
            SubscriptionFilter filter = parse(text);
            if (filter == null) {
                answers.reason(i, ReasonCode.TOPIC_FILTER_INVALID);
            } else {
                answers.filter(i, filter);
                wellFormed.add(client.topics().mount(filter));
            }
        }
        answers.asking(to);
        client.session().unsubscribe(wellFormed, removed -> removed(from, to, answers, removed));
        if (!answers.isLast(to)) {
            connection.later(() -> unsubscribe(packet, to, answers));
        }
    }

    private void removed(int from, int to, FilterAnswers answers, List<ReasonCode> removed) {
        boolean complete = answers.answered(from, to, removed);
        for (int i = from; i < to; i++) {
            SubscriptionFilter filter = answers.wanted(i);
            if (filter != null && answers.reason(i) == ReasonCode.SUCCESS) {
                services.events().unsubscribed(client.access().client(), filter);
            }
        }
        if (complete) {
            answered();
        }
    }

    private void asked() {
        if (++unanswered == UNANSWERED_MAX) {
            connection.hold();
        }
    }

    private void answered() {
        if (unanswered-- == UNANSWERED_MAX) {
            connection.goOn();
        }
    }
}
