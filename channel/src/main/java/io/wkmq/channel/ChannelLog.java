package io.wkmq.channel;

import io.wkmq.routing.Message;
import java.util.concurrent.CompletionStage;

/** The durable, ordered log of one channel. Thread-safe; appends of one thread keep their order. */
public interface ChannelLog {
    /**
     * Appends a message. The stage completes normally with the record's sequence number (dense, from 1) once the record is
     * committed as the channel's engine promises, and exceptionally if that is not known; it never completes normally for a
     * record that can still be lost. Does not block.
     */
    CompletionStage<Long> append(Message message);
}
