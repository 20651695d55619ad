package io.wkmq.session.mvstore;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.MessageCodec;
import java.util.HashMap;
import java.util.Map;

/** Replays the records of a log in order after a restart, and determines the next free numbers. Not thread-safe. */
final class RecordReader {
    /** The number of records after which unreferenced messages are discarded. */
    private static final int FORGET_EVERY = 1000;

    private final Pending pending;
    private final Map<Long, PendingMessage> messages = new HashMap<>();
    private long nextSession;
    private long nextMessage;
    private int records;

    RecordReader(Pending pending, long nextSession, long nextMessage) {
        this.pending = pending;
        this.nextSession = nextSession;
        this.nextMessage = nextMessage;
    }

    long nextSession() {
        return nextSession;
    }

    long nextMessage() {
        return nextMessage;
    }

    void apply(ByteReader in) {
        while (!in.atEnd()) {
            applyOne(in);
        }
        if (++records % FORGET_EVERY == 0) {
            messages.values().removeIf(message -> message.references == 0);
        }
    }

    private void applyOne(ByteReader in) {
        int kind = in.int8();
        switch (kind) {
            case RecordWriter.CREATE -> create(in);
            case RecordWriter.UPDATE -> pending.update(in.number(), SessionCodec.read(in));
            case RecordWriter.REMOVE -> pending.remove(in.number());
            case RecordWriter.SUBSCRIBE ->
                pending.subscribe(in.number(), SessionCodec.filter(in.text()), SessionCodec.readOptions(in));
            case RecordWriter.UNSUBSCRIBE -> pending.unsubscribe(in.number(), SessionCodec.filter(in.text()));
            case RecordWriter.MESSAGE -> message(in);
            case RecordWriter.ENQUEUE -> enqueue(in);
            case RecordWriter.MOVE ->
                pending.move(in.number(), in.number(), in.int16(), DeliveryCodec.state(in.int8()));
            case RecordWriter.DEQUEUE -> pending.dequeue(in.number(), in.number());
            case RecordWriter.AWAIT_RELEASE -> pending.awaitRelease(in.number(), in.int16());
            case RecordWriter.RELEASED -> pending.released(in.number(), in.int16());
            case RecordWriter.RETAIN -> pending.retain(StampedCodec.read(in));
            case RecordWriter.CLEAR -> pending.clear(MessageCodec.topic(in));
            default -> throw new CorruptDataException("The log holds a change of kind " + kind + "; expected 1 to 13");
        }
    }

    private void create(ByteReader in) {
        long session = in.number();
        nextSession = Math.max(nextSession, session + 1);
        pending.update(session, SessionCodec.read(in));
    }

    private void message(ByteReader in) {
        long number = in.number();
        nextMessage = Math.max(nextMessage, number + 1);
        messages.put(number, new PendingMessage(MessageCodec.read(in), number));
    }

    private void enqueue(ByteReader in) {
        long session = in.number();
        long sequence = in.number();
        long number = in.number();
        PendingMessage message = messages.get(number);
        if (message == null) {
            throw new CorruptDataException("The log holds a delivery before its message " + number);
        }
        pending.enqueue(session, DeliveryCodec.readHead(in, sequence, message.message), message);
    }
}
