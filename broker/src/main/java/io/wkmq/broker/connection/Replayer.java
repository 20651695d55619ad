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

/** Checks which channels a client wants to be replayed and has the session replay them. Belongs to the connection's loop. */
final class Replayer {
    /** Cursors are in memory with their names. */
    private static final int READER_LENGTH_MAX = 64;

    private static final TopicFilter ANY = TopicFilter.of("$ch/#");

    private final ConnectionServices services;
    private final Client client;

    Replayer(ConnectionServices services, Client client) {
        this.services = services;
        this.client = client;
    }

    /** Whether a filter of a SUBSCRIBE is about a replay. */
    static boolean concerns(String text) {
        return ReplayFilter.is(text);
    }

    /** Checks a filter: answers it if it is refused, perhaps later; then that is added to what is pending. */
    void check(Packet.Subscribe packet, int place, FilterAnswers answers, List<CompletionStage<?>> pending) {
        Packet.Subscribe.Entry entry = packet.entries().get(place);
        ReplayFilter filter = parse(packet, entry.filter());
        if (filter == null) {
            answers.reason(place, ReasonCode.TOPIC_FILTER_INVALID);
            return;
        }
        if (!client.topics().prefix().isEmpty()) { // the channel may have messages of other tenants
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

    /** What is replayed has to be allowed as a replay, and as what an ordinary subscription would bring. */
    private static List<TopicFilter> judged(ChannelDefinition channel, ReplayFilter filter) {
        return List.of(
                replayed(channel.name(), filter.topics()),
                filter.topics().text().equals("#") ? channel.filter() : filter.topics());
    }

    /**
     * Who may not replay a channel is not told whether it is there either: so it is judged as if it were. Which topics it would have nobody
     * can say: so who has the right to replay it, and not to all of its topics, is told, as by {@code $ch/<channel>/$info}.
     */
    private static List<TopicFilter> judgedOfNone(ReplayFilter filter) {
        String name = filter.channel();
        TopicFilter replayed = name == null ? ANY : replayed(name, filter.topics());
        return filter.topics().text().equals("#") ? List.of(replayed) : List.of(replayed, filter.topics());
    }

    private static TopicFilter replayed(String channel, TopicFilter topics) {
        return TopicFilter.of(ChannelTopics.PREFIX + channel + '/' + topics);
    }

    /** Begins what was checked and not refused; the answer says whether it has begun. */
    void begin(Packet.Subscribe packet, int place, FilterAnswers answers) {
        Packet.Subscribe.Entry entry = packet.entries().get(place);
        ReplayFilter filter = parse(packet, entry.filter());
        ChannelDefinition channel = answers.channel(place);
        if (filter == null || channel == null || !isThere(channel)) {
            answers.reason(place, ReasonCode.TOPIC_FILTER_INVALID);
            return;
        }
        String group = filter.group();
        if (group != null && entry.options().noLocal()) { // his own messages would be lost to all [MQTT-3.8.3-4]
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
     * The cursor of a replay; null if it has none. Without a name it is the client's own: nobody else can say that name, for it has a colon.
     * It is for these topics alone, as the client may want others of the same channel at the same time; slashes tell the two apart.
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

    /** Who reads, for administrators. */
    private String reader() {
        String clientId = client.session().clientId();
        return clientId.length() <= READER_LENGTH_MAX ? clientId : clientId.substring(0, READER_LENGTH_MAX);
    }

    /** Whether a channel was not removed meanwhile; another one may have its name then, for which nothing was judged. */
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
