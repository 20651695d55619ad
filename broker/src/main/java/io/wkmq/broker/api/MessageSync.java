package io.wkmq.broker.api;

import io.wkmq.broker.http.JsonWriter;
import io.wkmq.channel.engine.MessageEntries;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.routing.Message;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A request to WuKongIM's {@code /channel/messagesync}, and the response in its format. The page begins at the first requested
 * message and goes up, or ends at the last one and goes down.
 *
 * @param channel the channel's name
 * @param type WuKongIM's channel type, echoed in the response
 * @param start the sequence number to start from, inclusive
 * @param end the sequence number to stop at, exclusive; 0 for none
 * @param limit most messages
 * @param up whether later messages follow, rather than earlier ones
 */
record MessageSync(String channel, long type, long start, long end, int limit, boolean up) {
    private static final Set<String> FIELDS = Set.of(
            "login_uid",
            "channel_id",
            "channel_type",
            "start_message_seq",
            "end_message_seq",
            "limit",
            "pull_mode",
            "event_summary_mode");
    private static final int LIMIT_DEFAULT = 100;
    private static final long MS_PER_SECOND = 1000;

    /** Refuses negative numbers. */
    MessageSync {
        if (start < 0 || end < 0) {
            throw new IllegalArgumentException(
                    "Messages from " + start + " to " + end + " are wanted; expected no number below 0");
        }
    }

    /**
     * Parses a request.
     *
     * @throws IllegalArgumentException if a number is malformed or the pull mode is unknown
     */
    static MessageSync read(byte[] body) throws ApiException {
        JsonObject object = JsonObject.read(body, FIELDS);
        long limit = PageRequest.number("limit", object.field("limit"), LIMIT_DEFAULT);
        long mode = PageRequest.number("pull mode", object.field("pull_mode"), 0);
        if (mode != 0 && mode != 1) {
            throw new IllegalArgumentException("The pull mode is " + mode + "; expected 0 for down or 1 for up");
        }
        return new MessageSync(
                object.required("channel_id"),
                PageRequest.number("channel type", object.field("channel_type"), 0),
                PageRequest.number("first sequence number", object.field("start_message_seq"), 0),
                PageRequest.number("last sequence number", object.field("end_message_seq"), 0),
                (int) Math.max(1, Math.min(limit, PageRequest.LIMIT_MAX)),
                mode == 1);
    }

    CompletionStage<ChannelPage> answer(ChannelPages pages, ChannelDefinition from, long bytesMax) {
        if (back()) {
            return pages.readBack(from, end, start, limit, bytesMax);
        }
        if (end != 0 && end <= start) {
            return CompletableFuture.completedFuture(new ChannelPage(null, List.of(), 0, 0));
        }
        long last = end == 0 ? Long.MAX_VALUE : end - 1;
        return pages.read(from, new PageRequest(start, last, limit, PayloadForm.BASE64), bytesMax);
    }

    /** Returns whether the page is read downwards; a request with neither start nor end wants the latest messages. */
    private boolean back() {
        return !up || (start == 0 && end == 0);
    }

    String json(ChannelPage page, long nowMs) {
        JsonWriter json = new JsonWriter()
                .beginObject()
                .field("start_message_seq", start)
                .field("end_message_seq", end)
                .field("more", more(page) ? 1 : 0)
                .name("messages")
                .beginArray();
        for (ChannelRecord record : page.records()) {
            Message message = MessageEntries.message(record.entry());
            if (!message.expired(nowMs)) {
                write(record, message, json);
            }
        }
        return json.endArray().endObject().toString();
    }

    private boolean more(ChannelPage page) {
        if (!back()) {
            return page.next() != 0;
        }
        List<ChannelRecord> records = page.records();
        return !records.isEmpty() && page.gap() == null && records.get(0).seq() > end + 1;
    }

    private void write(ChannelRecord record, Message message, JsonWriter json) {
        String name = MessageEntries.name(message);
        json.beginObject()
                .field("message_id", record.seq())
                .field("message_idstr", Long.toString(record.seq()))
                .field("message_seq", record.seq())
                .field("client_msg_no", name == null ? "" : name)
                .field("from_uid", message.publisher())
                .field("channel_id", channel)
                .field("channel_type", type)
                .field("topic", message.topic())
                .field("timestamp", record.timeMs() / MS_PER_SECOND)
                .field("payload", MessageJson.base64(message.payload()))
                .endObject();
    }
}
