package io.wkmq.broker.connection;

import io.wkmq.broker.auth.AccessDecision;
import io.wkmq.broker.auth.AccessDecision.Decided;
import io.wkmq.broker.packet.Packet;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's requests for messages of channels: a PUBLISH to {@code $ch/<channel>/$get} is answered on its Response Topic.
 * Requests are answered one at a time, in order; once too many are waiting, the connection stops decoding. Confined to the
 * connection's event loop.
 */
final class ChannelRequests {
    private static final String SUFFIX = "/$get";
    private static final int WAITING_MAX = 16;
    private static final int QUESTION_BYTES_MAX = 1024;

    private final ConnectionServices services;
    private final Connection connection;
    private final Client client;
    private final ArrayDeque<Request> waiting = new ArrayDeque<>(); // the head is being answered

    /**
     * A pending request.
     *
     * @param channel the channel as it was when access was checked, since another one may take its name later; null if there is
     *     none
     */
    record Request(Packet.Publish packet, @Nullable ChannelDefinition channel) {}

    ChannelRequests(ConnectionServices services, Connection connection, Client client) {
        this.services = services;
        this.connection = connection;
        this.client = client;
    }

    /** Returns whether messages to this topic are such requests. */
    static boolean concerns(TopicName topic) {
        return topic.reserved()
                && topic.text().startsWith(ChannelTopics.PREFIX)
                && topic.text().endsWith(SUFFIX)
                && topic.levels() == 3;
    }

    private static String channel(TopicName topic) {
        String text = topic.text();
        return text.substring(ChannelTopics.PREFIX.length(), text.length() - SUFFIX.length());
    }

    /** Returns why the request cannot be answered at all; null if it can. */
    @Nullable
    String obstacle(Packet.Publish packet) {
        String response = packet.properties().responseTopic();
        if (response == null) {
            return "A request without a Response Topic cannot be answered";
        }
        if (packet.payload().length > QUESTION_BYTES_MAX) {
            return "The request has " + packet.payload().length + " bytes; expected at most " + QUESTION_BYTES_MAX;
        }
        if (response.startsWith("$")) {
            return "The Response Topic starts with '$'; expected one of the clients' own";
        }
        try {
            var unused = client.topics().mount(TopicName.of(response));
        } catch (InvalidTopicException e) {
            return e.getMessage();
        }
        return services.topicLimits().exceededBy(response) ? TopicLimits.EXCEEDED : null;
    }

    /** Creates the request for a packet that has no {@link #obstacle}. */
    Request request(Packet.Publish packet) {
        return new Request(packet, services.channels().find(channel(packet.topic())));
    }

    /** Decides whether the client may have the answer: it must be allowed to replay the channel and to publish to the Response Topic. */
    AccessDecision judge(Request request) {
        if (!client.topics().prefix().isEmpty()) { // the channel may hold messages of other tenants
            return Decided.DENIED;
        }
        Packet.Publish packet = request.packet;
        Qos qos = packet.qos();
        AccessDecision decision = client.access().publish(response(packet), qos, false);
        decision =
                both(decision, mayReplay(TopicFilter.of(ChannelTopics.PREFIX + channel(packet.topic()) + "/#"), qos));
        ChannelDefinition channel = request.channel;
        return channel == null ? decision : both(decision, mayReplay(channel.filter(), qos));
    }

    private AccessDecision mayReplay(TopicFilter filter, Qos qos) {
        return client.access().subscribe(new SubscriptionFilter(null, filter), qos);
    }

    private static AccessDecision both(AccessDecision one, AccessDecision other) {
        if (one == Decided.DENIED || other == Decided.DENIED) {
            return Decided.DENIED;
        }
        if (one instanceof AccessDecision.Pending first) {
            return other instanceof AccessDecision.Pending second
                    ? new AccessDecision.Pending(first.later()
                            .thenCombine(second.later(), (a, b) -> a == Decided.DENIED ? Decided.DENIED : b))
                    : one;
        }
        return other;
    }

    private static TopicName response(Packet.Publish packet) {
        String response = packet.properties().responseTopic();
        return TopicName.of(response == null ? "" : response);
    }

    /** Answers a request that was allowed. */
    void answer(Request request) {
        waiting.addLast(request);
        if (waiting.size() == WAITING_MAX) {
            connection.hold();
        }
        if (waiting.size() == 1) {
            ask(request);
        }
    }

    private void ask(Request request) {
        Packet.Publish packet = request.packet;
        connection.when(
                services.questions()
                        .messages(
                                channel(packet.topic()),
                                request.channel,
                                packet.payload(),
                                connection.channel().eventLoop()),
                json -> answered(packet, json));
    }

    private void answered(Packet.Publish packet, byte[] json) {
        publish(packet, json);
        boolean held = waiting.size() == WAITING_MAX;
        waiting.removeFirst();
        Request next = waiting.peekFirst();
        if (next != null) {
            ask(next);
        }
        if (held) {
            connection.goOn();
        }
    }

    private void publish(Packet.Publish packet, byte[] json) {
        MessageProperties properties = new MessageProperties(
                true, "application/json", null, packet.properties().correlationData(), List.of());
        Message answer = new Message(
                client.topics().mount(response(packet)),
                json,
                packet.qos(),
                false,
                properties,
                services.questions().node(),
                services.clock().millis(),
                Message.NEVER);
        services.sessions().publish(answer, HandOver.NONE);
    }
}
