package io.wkmq.channel;

import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.UserProperty;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The position of a message in a channel; constant for as long as the channel retains the message.
 *
 * @param channel the channel's name
 * @param seq the sequence number
 * @param term the leadership term of the channel's log in which the message was appended
 * @param timeMs when it was appended, in ms since the epoch
 * @param duplicate whether the channel already had the message, identified by the name its publisher gave it
 */
public record Receipt(String channel, long seq, long term, long timeMs, boolean duplicate) {
    private static final String CHANNEL = "wk-ch";
    private static final String SEQ = "wk-seq";
    private static final String TERM = "wk-term";
    private static final String TIME = "wk-ts";
    private static final String DUPLICATE = "wk-dup";
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final int NAME_MAX = 64; // of a channel

    /** The last time that was formatted, by any thread. */
    private static volatile Time lastTime = new Time(0, new UserProperty(TIME, Instant.EPOCH.toString()));

    private record Time(long ms, UserProperty property) {}

    /** Returns the user properties sent to the publisher. */
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

    /** Returns the message as delivered to subscribers, with its position appended to the publisher's properties. */
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

    /** Returns a message's properties as delivered to subscribers, with its position appended to the publisher's. */
    public MessageProperties on(MessageProperties properties) {
        return properties.and(
                List.of(new UserProperty(CHANNEL, channel), new UserProperty(SEQ, Long.toString(seq)), time()));
    }

    /** Returns whether {@link #on(Message) the position} in the given message is after this one in the same channel. */
    public boolean before(Message other) {
        String where = last(other.properties(), CHANNEL);
        String number = last(other.properties(), SEQ);
        // the publisher may have written anything there
        return where.equals(channel) && NUMBER.matcher(number).matches() && Long.parseLong(number) > seq;
    }

    /**
     * Returns only those of the given properties that hold a message's position in a channel, for callers that discard the rest;
     * {@link MessageProperties#NONE} if it has no position.
     */
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

    /** Cached, because formatting the time is the most expensive part and messages that share a write have the same time. */
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
