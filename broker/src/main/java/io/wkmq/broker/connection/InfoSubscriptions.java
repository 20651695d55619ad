package io.wkmq.broker.connection;

import io.wkmq.broker.packet.Packet;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.SubscriptionOptions;
import io.wkmq.session.SubscriptionOptions.RetainHandling;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's subscriptions to {@code $ch/<channel>/$info}, which describes the channel's content. The current description is
 * sent at once, like a retained message, and again after changes, at most every {@value #PAUSE_SECONDS} seconds. The
 * subscriptions end with the connection; there are at most {@value #MAX}. Confined to the connection's event loop.
 */
final class InfoSubscriptions {
    private static final String SUFFIX = "/$info";
    private static final int MAX = 16;
    private static final int PAUSE_SECONDS = 2;
    private static final byte[] NOTHING = {};

    private final ConnectionServices services;
    private final Connection connection;
    private final Client client;
    private final Map<String, Watch> watches = new HashMap<>();

    InfoSubscriptions(ConnectionServices services, Connection connection, Client client) {
        this.services = services;
        this.connection = connection;
        this.client = client;
    }

    /** Returns whether a filter is such a subscription. */
    static boolean concerns(String filter) {
        return filter.startsWith(ChannelTopics.PREFIX)
                && filter.endsWith(SUFFIX)
                && filter.indexOf('/', ChannelTopics.PREFIX.length()) == filter.length() - SUFFIX.length();
    }

    private static String channel(String filter) {
        return filter.substring(ChannelTopics.PREFIX.length(), filter.length() - SUFFIX.length());
    }

    /** Checks a filter and refuses it if need be; a pending access decision is added to {@code pending}. */
    void check(Packet.Subscribe packet, int place, FilterAnswers answers, List<CompletionStage<?>> pending) {
        SubscriptionFilter filter = parse(packet.entries().get(place).filter());
        if (filter == null) {
            answers.reason(place, ReasonCode.TOPIC_FILTER_INVALID);
        } else if (!client.topics().prefix().isEmpty()) { // the channel may hold messages of other tenants
            answers.reason(place, ReasonCode.NOT_AUTHORIZED);
        } else {
            answers.judge(place, client.access().subscribe(filter, Qos.AT_MOST_ONCE), pending);
        }
    }

    private @Nullable SubscriptionFilter parse(String text) {
        if (services.topicLimits().exceededBy(text)) {
            return null;
        }
        try {
            return SubscriptionFilter.parse(text);
        } catch (InvalidTopicException e) {
            return null;
        }
    }

    /** Begins a subscription that was checked and not refused, replacing one with the same filter; refuses it if it cannot begin. */
    void begin(Packet.Subscribe packet, int place, FilterAnswers answers) {
        Packet.Subscribe.Entry entry = packet.entries().get(place);
        if (services.channels().find(channel(entry.filter())) == null) { // only authorized clients get here
            answers.reason(place, ReasonCode.TOPIC_FILTER_INVALID);
            return;
        }
        Watch before = watches.get(entry.filter());
        if (before == null && watches.size() >= MAX) {
            answers.reason(place, ReasonCode.QUOTA_EXCEEDED);
            return;
        }
        Watch watch = new Watch(entry.filter(), entry.options());
        if (before != null) {
            before.ended = true;
            if (entry.options().retainHandling() == RetainHandling.SEND_IF_NEW) {
                watch.known = before.known; // [MQTT-3.3.1-10]
                watch.first = before.first;
                watch.silent = before.silent;
            }
        }
        watches.put(entry.filter(), watch);
        watch.look();
    }

    /** Ends a subscription; returns false if there is none. */
    boolean end(String filter) {
        Watch ended = watches.remove(filter);
        if (ended != null) {
            ended.ended = true;
        }
        return ended != null;
    }

    private final class Watch {
        private final TopicName topic;
        private final String channel;
        private final SubscriptionOptions options;
        private boolean first = true;
        private boolean silent; // until the first change [MQTT-3.3.1-11]
        private boolean ended;
        private byte @Nullable [] known; // the description last sent

        Watch(String filter, SubscriptionOptions options) {
            this.topic = TopicName.of(filter);
            this.channel = channel(filter);
            this.options = options;
            this.silent = options.retainHandling() == RetainHandling.DO_NOT_SEND;
        }

        void look() {
            if (ended || connection.closed()) {
                return;
            }
            ChannelDefinition found = services.channels().find(channel);
            if (found == null) {
                looked(Optional.of(NOTHING));
            } else {
                connection.when(services.questions().info(found), this::looked);
            }
        }

        private void looked(Optional<byte[]> info) {
            if (ended) {
                return;
            }
            info.ifPresent(this::tell);
            var unused = connection.channel().eventLoop().schedule(this::look, PAUSE_SECONDS, TimeUnit.SECONDS);
        }

        private void tell(byte[] now) {
            if (!Arrays.equals(now, known)
                    && ((first && silent) || client.session().send(message(now), options))) {
                known = now;
                first = false;
            }
        }

        private Message message(byte[] info) {
            return new Message(
                    topic,
                    info,
                    Qos.AT_MOST_ONCE,
                    first,
                    new MessageProperties(true, "application/json", null, null, List.of()),
                    services.questions().node(),
                    services.clock().millis(),
                    Message.NEVER);
        }
    }
}
