package io.wkmq.broker.ctl;

import io.wkmq.broker.http.JsonWriter;
import io.wkmq.channel.ChannelException;
import io.wkmq.channel.engine.ChannelContents;
import io.wkmq.channel.engine.MessageEntries;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.channel.engine.ReadStart;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.routing.Message;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/** Lists the records of a channel: a few for a look, or all of them for an audit. */
final class ChannelListing {
    private final ChannelContents channels;

    ChannelListing(NodeChannels channels) {
        this.channels = channels.contents();
    }

    /** Lists some records, each with its size. */
    void peek(String name, ReadStart start, long most, Answer answer) throws ChannelException {
        answer.beginList();
        channels.read(name, start, Math.min(most, answer.room()), record -> {
            Message message = MessageEntries.message(record.entry());
            answer.row(
                    Printable.line("Record(" + record.seq() + ", ts=" + Instant.ofEpochMilli(record.timeMs())
                            + ", topic="
                            + message.topic() + ", qos=" + message.qos().code() + ", size=" + message.payload().length
                            + ", publisher=" + message.publisher() + ')'),
                    object -> describe(record, message, object)
                            .field("qos", message.qos().code())
                            .field("size", message.payload().length)
                            .field("publisher", message.publisher()));
        });
        answer.endList();
    }

    /** Lists all records, each as a line of JSON with a digest of its payload. */
    void dump(String name, Answer answer) throws ChannelException {
        MessageDigest sha256 = sha256();
        answer.beginList();
        channels.read(name, new ReadStart.Earliest(), answer.room(), record -> {
            Message message = MessageEntries.message(record.entry());
            String digest = HexFormat.of().formatHex(sha256.digest(message.payload()));
            JsonWriter line = new JsonWriter().beginObject();
            describe(record, message, line).field("sha256", digest);
            answer.row(
                    line.endObject().toString(),
                    object -> describe(record, message, object).field("sha256", digest));
        });
        answer.endList();
    }

    private static JsonWriter describe(ChannelRecord record, Message message, JsonWriter object) {
        return object.field("seq", record.seq())
                .field("id", MessageEntries.name(message))
                .field("term", record.term())
                .field("ts", Instant.ofEpochMilli(record.timeMs()).toString())
                .field("topic", message.topic());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
