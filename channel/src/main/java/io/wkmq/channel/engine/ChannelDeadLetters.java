package io.wkmq.channel.engine;

import io.wkmq.channel.group.AppendResult.Outcome;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The dead letters of a group: records of the same channel under topics {@code $dlq/<group>/<topic>}, which no ordinary reader's filter
 * matches. Thread-safe.
 */
final class ChannelDeadLetters implements SharedReading.DeadLetters {
    private static final String TOPIC = "$dlq/";

    private final ReadingGroup group;
    private final Function<Entry, CompletionStage<Appended>> channel;

    /**
     * Creates the dead letters of a group.
     *
     * @param channel appends to the channel
     */
    ChannelDeadLetters(ReadingGroup group, Function<Entry, CompletionStage<Appended>> channel) {
        this.group = group;
        this.channel = channel;
    }

    @Override
    public CompletionStage<?> keep(ChannelRecord record, int deliveries) {
        Message message = MessageEntries.message(record.entry());
        Message dead = new Message(
                topic(message),
                message.payload(),
                message.qos() == Qos.AT_MOST_ONCE ? Qos.AT_LEAST_ONCE : message.qos(),
                false,
                message.properties()
                        .and(List.of(
                                new UserProperty("wk-dead-seq", Long.toString(record.seq())),
                                new UserProperty("wk-deliveries", Integer.toString(deliveries)))),
                message.publisher(),
                message.acceptedAtMs(),
                Message.NEVER);
        // its name deduplicates it if it is appended again because the first answer was lost
        Entry entry = MessageEntries.entry(dead, "dlq:" + group.cursor(), Long.toString(record.seq()));
        return channel.apply(entry).thenApply(ChannelDeadLetters::kept);
    }

    private TopicName topic(Message message) {
        try {
            return TopicName.of(TOPIC + group.name() + '/' + message.topic().text());
        } catch (InvalidTopicException e) { // too long with the prefix
            return TopicName.of(TOPIC + group.name());
        }
    }

    private static Appended kept(Appended appended) {
        if (appended.outcome() == Outcome.NO_CHANNEL) {
            throw new IllegalStateException("The channel was removed");
        }
        return appended;
    }
}
