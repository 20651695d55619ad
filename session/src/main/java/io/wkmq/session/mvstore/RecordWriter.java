package io.wkmq.session.mvstore;

import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.LogRecord;
import io.wkmq.channel.storage.MessageCodec;
import io.wkmq.routing.Message;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.SessionStore.StoredDelivery;
import io.wkmq.session.SessionStore.StoredDelivery.State;
import io.wkmq.session.StampedMessage;
import io.wkmq.session.StoredSession;
import io.wkmq.session.SubscriptionOptions;
import java.nio.ByteBuffer;

/** Collects changes as the body of one log record, which {@link RecordReader} reads back. Not thread-safe. */
final class RecordWriter {
    static final int CREATE = 1;
    static final int UPDATE = 2;
    static final int REMOVE = 3;
    static final int SUBSCRIBE = 4;
    static final int UNSUBSCRIBE = 5;
    static final int MESSAGE = 6;
    static final int ENQUEUE = 7;
    static final int MOVE = 8;
    static final int DEQUEUE = 9;
    static final int AWAIT_RELEASE = 10;
    static final int RELEASED = 11;
    static final int RETAIN = 12;
    static final int CLEAR = 13;

    private final ByteWriter out = new ByteWriter(64 << 10);

    RecordWriter() {
        clear();
    }

    boolean isEmpty() {
        return out.size() == LogRecord.HEADER_BYTES;
    }

    int size() {
        return out.size();
    }

    void clear() {
        out.truncate(0);
        out.skip(LogRecord.HEADER_BYTES);
    }

    /** Truncates the record to a former size. */
    void truncate(int size) {
        out.truncate(size);
    }

    /** Returns the record, with room for its header; valid until the next change. */
    ByteBuffer view() {
        return out.view();
    }

    void create(long session, StoredSession stored) {
        out.int8(CREATE).number(session);
        SessionCodec.write(out, stored);
    }

    void update(long session, StoredSession stored) {
        out.int8(UPDATE).number(session);
        SessionCodec.write(out, stored);
    }

    void remove(long session) {
        out.int8(REMOVE).number(session);
    }

    void subscribe(long session, SubscriptionFilter filter, SubscriptionOptions options) {
        out.int8(SUBSCRIBE).number(session).text(filter.text());
        SessionCodec.write(out, options);
    }

    void unsubscribe(long session, SubscriptionFilter filter) {
        out.int8(UNSUBSCRIBE).number(session).text(filter.text());
    }

    void message(long number, Message message) {
        out.int8(MESSAGE).number(number);
        MessageCodec.write(out, message);
    }

    void enqueue(long session, StoredDelivery delivery, long message) {
        out.int8(ENQUEUE).number(session).number(delivery.sequence()).number(message);
        DeliveryCodec.writeHead(out, delivery);
    }

    void move(long session, long sequence, int packetId, State state) {
        out.int8(MOVE).number(session).number(sequence).int16(packetId).int8(DeliveryCodec.code(state));
    }

    void dequeue(long session, long sequence) {
        out.int8(DEQUEUE).number(session).number(sequence);
    }

    void awaitRelease(long session, int packetId) {
        out.int8(AWAIT_RELEASE).number(session).int16(packetId);
    }

    void released(long session, int packetId) {
        out.int8(RELEASED).number(session).int16(packetId);
    }

    void retain(StampedMessage message) {
        out.int8(RETAIN);
        StampedCodec.write(out, message);
    }

    void clear(TopicName topic) {
        out.int8(CLEAR).block(topic.utf8());
    }
}
