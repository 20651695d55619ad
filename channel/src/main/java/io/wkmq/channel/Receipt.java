package io.wkmq.channel;

import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.UserProperty;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a message is in a channel, for as long as the channel keeps it.
 *
 * @param channel the channel's name
 * @param seq the sequence number
 * @param term how often the channel's log has had another leader
 * @param timeMs when it was appended, ms since the epoch
 * @param duplicate whether it was there already, by the name that its publisher gave it
 */
public record Receipt(String channel, long seq, long term, long timeMs, boolean duplicate) {
    private static final String CHANNEL = "wk-ch";
    private static final String SEQ = "wk-seq";
    private static final String TERM = "wk-term";
    private static final String TIME = "wk-ts";
    private static final String DUPLICATE = "wk-dup";
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final int NAME_MAX = 64; // of a channel

    /** A time as it was written last, by whatever thread. */
    private static volatile Time lastTime = new Time(0, new UserProperty(TIME, Instant.EPOCH.toString()));

    private record Time(long ms, UserProperty property) {}

    /** What its publisher is told. */
    public List<UserProperty> properties() {
        List<UserProperty> properties = new ArrayList<>(5);
        properties.add(new UserProperty(CHANNEL, channel));
        properties.add(new UserProperty(SEQ, Long.toString(seq)));
        properties.add(new UserProperty(TERM, Long.toString(term)));
        properties.add(time());
        if (duplicate) {
            properties.add(new UserProperty(DUPLICATE, "1"));
        }
        return properties;
    }

    /** The message as its subscribers get it: with its place behind the properties of its publisher. */
    public Message on(Message message) {
        return new Message(
                message.topic(),
                message.payload(),
                message.qos(),
                message.retain(),
                on(message.properties()),
                message.publisher(),
                message.acceptedAtMs(),
                message.expiresAtMs(),
                message.number());
    }

    /** The properties of a message as its subscribers get them: with its place behind those of its publisher. */
    public MessageProperties on(MessageProperties properties) {
        return properties.and(
                List.of(new UserProperty(CHANNEL, channel), new UserProperty(SEQ, Long.toString(seq)), time()));
    }

    /** Whether the message has a place {@link #on(Message) it} that is behind this one in the same channel. */
    public boolean before(Message other) {
        String where = last(other.properties(), CHANNEL);
        String number = last(other.properties(), SEQ);
        // a publisher may have written anything there
        return where.equals(channel) && NUMBER.matcher(number).matches() && Long.parseLong(number) > seq;
    }

    /** Of these properties the place of a message in a channel, for who keeps nothing else of it; none if it has no place. */
    public static MessageProperties place(MessageProperties properties) {
        String where = last(properties, CHANNEL);
        String number = last(properties, SEQ);
        return where.isEmpty()
                        || where.length() > NAME_MAX
                        || !NUMBER.matcher(number).matches()
                ? MessageProperties.NONE
                : MessageProperties.NONE.and(List.of(new UserProperty(CHANNEL, where), new UserProperty(SEQ, number)));
    }

    private static String last(MessageProperties properties, String name) {
        String last = "";
        for (UserProperty property : properties.userProperties()) {
            last = property.name().equals(name) ? property.value() : last;
        }
        return last;
    }

    /** Messages that share a write have one time, which takes longer to write than all else. */
    private UserProperty time() {
        Time known = lastTime;
        if (known.ms() != timeMs) {
            known = new Time(
                    timeMs, new UserProperty(TIME, Instant.ofEpochMilli(timeMs).toString()));
            lastTime = known;
        }
        return known.property();
    }
}
