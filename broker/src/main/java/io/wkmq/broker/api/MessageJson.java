package io.wkmq.broker.api;

import io.wkmq.broker.http.JsonWriter;
import io.wkmq.channel.engine.MessageEntries;
import io.wkmq.channel.engine.ReadBatch.Gap;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.UserProperty;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes messages of channels as JSON. Stateless. */
final class MessageJson {
    private MessageJson() {}

    /** Returns a page as JSON, without the messages that have expired by {@code nowMs}. */
    static String page(String channel, ChannelPage page, PayloadForm form, long nowMs) {
        JsonWriter json = new JsonWriter()
                .beginObject()
                .field("channel", channel)
                .name("data")
                .beginArray();
        for (ChannelRecord record : page.records()) {
            Message message = MessageEntries.message(record.entry());
            if (!message.expired(nowMs)) {
                write(record, message, form, json);
            }
        }
        json.endArray().name("meta").beginObject().field("last", page.last());
        json.field("next", page.next() == 0 ? null : (Long) page.next()).field("gap", gap(page.gap()));
        return json.endObject().endObject().toString();
    }

    private static @Nullable String gap(@Nullable Gap gap) {
        return gap == null ? null : gap.first() + "-" + gap.last();
    }

    private static void write(ChannelRecord record, Message message, PayloadForm form, JsonWriter json) {
        json.beginObject()
                .field("seq", record.seq())
                .field("id", MessageEntries.name(message))
                .field("term", record.term())
                .field("ts", Instant.ofEpochMilli(record.timeMs()).toString())
                .field("topic", message.topic())
                .field("qos", message.qos().code())
                .field("publisher", message.publisher());
        properties(message.properties(), json);
        if (form != PayloadForm.NONE) {
            String text = form == PayloadForm.PLAIN ? text(message.payload()) : null;
            json.field("payload", text == null ? base64(message.payload()) : text)
                    .field("payload_encoding", (text == null ? PayloadForm.BASE64 : PayloadForm.PLAIN).word());
        }
        json.endObject();
    }

    /** Writes the properties that are present. */
    private static void properties(MessageProperties properties, JsonWriter json) {
        String contentType = properties.contentType();
        if (contentType != null) {
            json.field("content_type", contentType);
        }
        String responseTopic = properties.responseTopic();
        if (responseTopic != null) {
            json.field("response_topic", responseTopic);
        }
        byte[] correlationData = properties.correlationData();
        if (correlationData != null) {
            json.field("correlation_data", base64(correlationData));
        }
        List<UserProperty> users = properties.userProperties();
        if (!users.isEmpty()) {
            json.name("user_properties").beginArray();
            users.forEach(property -> json.beginObject()
                    .field("key", property.name())
                    .field("value", property.value())
                    .endObject());
            json.endArray();
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static @Nullable String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null; // not well-formed UTF-8
        }
    }
}
