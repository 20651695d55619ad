package io.wkmq.broker.connection;

import io.wkmq.broker.packet.Packet;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.channel.engine.ReadingGroup;
import io.wkmq.channel.engine.RecordSource;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicFilter;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.ReplayRequest;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Checks a client's requests for replays and has the session run them. Confined to the connection's event loop. */
final class Replayer {
    /** Longer client ids are cut off when shown as a reader's name. */
    private static final int READER_LENGTH_MAX = 64;

    private static final TopicFilter ANY = TopicFilter.of("$ch/#");

    private final ConnectionServices services;
    private final Client client;

    Replayer(ConnectionServices services, Client client) {
        this.services = services;
        this.client = client;
    }

    /** Returns whether a filter of a SUBSCRIBE requests a replay. */
    static boolean concerns(String text) {
        return ReplayFilter.is(text);
    }

    /** Checks a filter and refuses it if need be; a pending access decision is added to {@code pending}. */
    void check(Packet.Subscribe packet, int place, FilterAnswers answers, List<CompletionStage<?>> pending) {
        Packet.Subscribe.Entry entry = packet.entries().get(place);
        ReplayFilter filter = parse(packet, entry.filter());
        if (filter == null) {
            answers.reason(place, ReasonCode.TOPIC_FILTER_INVALID);
            return;
        }
        if (!client.topics().prefix().isEmpty()) { // the channel may hold messages of other tenants
            answers.reason(place, ReasonCode.NOT_AUTHORIZED);
            return;
        }
        ChannelDefinition channel = channel(filter);
        if (channel != null) {
            answers.channel(place, channel);
        }
        for (TopicFilter each : channel == null ? judgedOfNone(filter) : judged(channel, filter)) {
            SubscriptionFilter asked = new SubscriptionFilter(null, each);
            answers.judge(
                    place, client.access().subscribe(asked, entry.options().qos()), pending);
        }
    }

    /** Returns the filters to authorize: a replay must be allowed as such, and also as the ordinary subscription it amounts to. */
    private static List<TopicFilter> judged(ChannelDefinition channel, ReplayFilter filter) {
        return List.of(
                replayed(channel.name(), filter.topics()),
                filter.topics().text().equals("#") ? channel.filter() : filter.topics());
    }

    /**
     * Returns the filters to authorize if the channel does not exist. They are the same as if it did, so that a client without
     * the right to replay it cannot learn whether it exists. Only the channel's own topics are unknown; a client that may
     * replay the channel but not all of its topics can therefore tell, as it can by {@code $ch/<channel>/$info}.
     */
    private static List<TopicFilter> judgedOfNone(ReplayFilter filter) {
        String name = filter.channel();
        TopicFilter replayed = name == null ? ANY : replayed(name, filter.topics());
        return filter.topics().text().equals("#") ? List.of(replayed) : List.of(replayed, filter.topics());
    }

    private static TopicFilter replayed(String channel, TopicFilter topics) {
        return TopicFilter.of(ChannelTopics.PREFIX + channel + '/' + topics);
    }

    /** Begins a replay that was checked and not refused; refuses it if it cannot begin. */
    void begin(Packet.Subscribe packet, int place, FilterAnswers answers) {
        Packet.Subscribe.Entry entry = packet.entries().get(place);
        ReplayFilter filter = parse(packet, entry.filter());
        ChannelDefinition channel = answers.channel(place);
        if (filter == null || channel == null || !isThere(channel)) {
            answers.reason(place, ReasonCode.TOPIC_FILTER_INVALID);
            return;
        }
        String group = filter.group();
        if (group != null && entry.options().noLocal()) { // a member's own records would reach nobody [MQTT-3.8.3-4]
            answers.reason(place, ReasonCode.TOPIC_FILTER_INVALID);
            return;
        }
        String cursor = group == null ? cursor(filter) : (filter.ordered() ? "ordered:" : "group:") + of(group, filter);
        if (cursor != null && cursor.length() > ChannelTopics.CURSOR_LENGTH_MAX) {
            answers.reason(place, ReasonCode.QUOTA_EXCEEDED);
            return;
        }
        ReplayRequest request = new ReplayRequest(
                entry.filter(),
                channel.name(),
                filter.prefix(),
                filter.topics(),
                entry.options(),
                group == null ? cursor : null,
                () -> open(channel, filter, group, cursor));
        answers.reason(place, client.session().replay(request));
    }

    private CompletionStage<? extends RecordSource> open(
            ChannelDefinition channel, ReplayFilter filter, @Nullable String group, @Nullable String cursor) {
        NodeChannels channels = services.channels();
        if (cursor == null) {
            return channels.read(channel, filter.start());
        }
        return group == null
                ? channels.take(channel, cursor, reader(), filter.start())
                : channels.join(channel, new ReadingGroup(group, cursor, filter.ordered()), reader(), filter.start());
    }

    /**
     * Returns the name of the replay's cursor; null if it has none. Unless named, a cursor is private to the client: its name
     * contains a colon, which clients cannot use in names. It is specific to the requested topics, because the client may
     * replay others of the same channel at the same time; escaping the slashes of the client id keeps the two parts
     * unambiguous.
     */
    private @Nullable String cursor(ReplayFilter filter) {
        String said = filter.cursor();
        if (said != null) {
            return said.isEmpty() ? null : said;
        }
        if (client.session().expirySeconds() == 0) {
            return null;
        }
        return "client:" + of(client.session().clientId().replace("%", "%25").replace("/", "%2F"), filter);
    }

    private static String of(String whom, ReplayFilter filter) {
        return filter.topics().text().equals("#") ? whom : whom + '/' + filter.topics();
    }

    /** Returns the reader's name as shown to administrators. */
    private String reader() {
        String clientId = client.session().clientId();
        return clientId.length() <= READER_LENGTH_MAX ? clientId : clientId.substring(0, READER_LENGTH_MAX);
    }

    /** Returns whether the channel for which access was checked still exists; another one may have taken its name meanwhile. */
    private boolean isThere(ChannelDefinition judged) {
        ChannelDefinition now = services.channels().find(judged.name());
        return now != null && now.number() == judged.number();
    }

    private @Nullable ChannelDefinition channel(ReplayFilter filter) {
        String name = filter.channel();
        return name == null
                ? services.channels().find(filter.topics())
                : services.channels().find(name);
    }

    private @Nullable ReplayFilter parse(Packet.Subscribe packet, String text) {
        if (services.topicLimits().exceededBy(text)) {
            return null;
        }
        try {
            return ReplayFilter.parse(
                    text, packet.userProperties(), services.clock().instant());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
