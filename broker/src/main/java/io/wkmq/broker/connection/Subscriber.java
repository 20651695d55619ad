package io.wkmq.broker.connection;

import io.wkmq.broker.auth.AccessDecision;
import io.wkmq.broker.auth.AccessDecision.Decided;
import io.wkmq.broker.packet.Packet;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.SubscribeRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a client subscribes to and hands it to the session, which answers once the change is durable. A few requests may
 * wait for that together; beyond them the connection decodes nothing more. Belongs to the connection's loop.
 */
final class Subscriber {
    private static final int UNANSWERED_MAX = 32;

    private final ConnectionServices services;
    private final Connection connection;
    private final Client client;
    private int unanswered;

    Subscriber(ConnectionServices services, Connection connection, Client client) {
        this.services = services;
        this.connection = connection;
        this.client = client;
    }

    void subscribe(Packet.Subscribe packet) {
        List<Packet.Subscribe.Entry> entries = packet.entries();
        @Nullable SubscriptionFilter[] filters = new SubscriptionFilter[entries.size()];
        ReasonCode[] reasons = new ReasonCode[entries.size()];
        List<CompletionStage<?>> pending = new ArrayList<>();
        for (int i = 0; i < reasons.length; i++) {
            reasons[i] = ReasonCode.SUCCESS;
            Packet.Subscribe.Entry entry = entries.get(i);
            SubscriptionFilter filter = parse(entry.filter());
            if (filter == null) {
                reasons[i] = ReasonCode.TOPIC_FILTER_INVALID;
                continue;
            }
            filters[i] = filter;
            int at = i;
            AccessDecision decision =
                    client.access().subscribe(filter, entry.options().qos());
            if (decision instanceof AccessDecision.Pending later) {
                pending.add(later.later().thenAccept(decided -> reasons[at] = reason(decided)));
            } else {
                reasons[i] = reason((Decided) decision);
            }
        }
        if (pending.isEmpty()) {
            decided(packet, filters, reasons);
        } else {
            connection.await(all(pending), done -> decided(packet, filters, reasons));
        }
    }

    private static CompletionStage<?> all(List<CompletionStage<?>> stages) {
        return CompletableFuture.allOf(
                stages.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new));
    }

    private static ReasonCode reason(Decided decided) {
        return decided == Decided.ALLOWED ? ReasonCode.SUCCESS : ReasonCode.NOT_AUTHORIZED;
    }

    private @Nullable SubscriptionFilter parse(String text) {
        try {
            SubscriptionFilter filter = SubscriptionFilter.parse(text);
            client.topics().mount(filter); // with the mountpoint it must not be too long
            return Publisher.tooDeep(text, services.mqtt().maxTopicLevels()) ? null : filter;
        } catch (InvalidTopicException e) {
            return null;
        }
    }

    private void decided(Packet.Subscribe packet, @Nullable SubscriptionFilter[] filters, ReasonCode[] reasons) {
        List<SubscribeRequest> allowed = new ArrayList<>();
        for (int i = 0; i < reasons.length; i++) {
            SubscriptionFilter filter = filters[i];
            if (filter != null && !reasons[i].error()) {
                allowed.add(new SubscribeRequest(
                        client.topics().mount(filter), packet.entries().get(i).options()));
            }
        }
        if (allowed.isEmpty()) {
            connection.write(new Packet.Suback(packet.packetId(), List.of(reasons), null));
            return;
        }
        asked();
        client.session().subscribe(allowed, granted -> {
            merge(reasons, granted);
            connection.write(new Packet.Suback(packet.packetId(), List.of(reasons), null));
            tell(filters, reasons);
            answered();
        });
    }

    private void tell(@Nullable SubscriptionFilter[] filters, ReasonCode[] reasons) {
        for (int i = 0; i < reasons.length; i++) {
            SubscriptionFilter filter = filters[i];
            if (filter != null && !reasons[i].error()) {
                services.events().subscribed(client.access().client(), filter, Qos.of(reasons[i].code()));
            }
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

    /** Puts the session's answers, one per allowed entry, into their places. */
    private static void merge(ReasonCode[] reasons, List<ReasonCode> granted) {
        int next = 0;
        for (int i = 0; i < reasons.length; i++) {
            if (!reasons[i].error()) {
                reasons[i] = granted.get(next++);
            }
        }
    }

    void unsubscribe(Packet.Unsubscribe packet) {
        ReasonCode[] reasons = new ReasonCode[packet.filters().size()];
        Arrays.fill(reasons, ReasonCode.SUCCESS);
        List<SubscriptionFilter> wellFormed = new ArrayList<>();
        @Nullable SubscriptionFilter[] filters = new SubscriptionFilter[reasons.length];
        for (int i = 0; i < reasons.length; i++) {
            SubscriptionFilter filter = parse(packet.filters().get(i));
            if (filter == null) {
                reasons[i] = ReasonCode.TOPIC_FILTER_INVALID;
            } else {
                filters[i] = filter;
                wellFormed.add(client.topics().mount(filter));
            }
        }
        asked();
        client.session().unsubscribe(wellFormed, removed -> {
            merge(reasons, removed);
            connection.write(new Packet.Unsuback(packet.packetId(), List.of(reasons), null));
            for (int i = 0; i < reasons.length; i++) {
                SubscriptionFilter filter = filters[i];
                if (filter != null && reasons[i] == ReasonCode.SUCCESS) {
                    services.events().unsubscribed(client.access().client(), filter);
                }
            }
            answered();
        });
    }
}
