package io.wkmq.channel;

import io.wkmq.routing.Message;
import java.util.concurrent.CompletionStage;

/** The durable, ordered log of one channel. Thread-safe; appends of one thread keep their order. */
public interface ChannelLog {
    /**
     * Appends a message. The stage completes normally with the record's position (sequence numbers are dense and start at 1) once the
     * record is committed as guaranteed by the channel's engine, and fails with a {@link NotAppendedException} if it was not appended or
     * the outcome is unknown; it never completes normally for a record that can still be lost. Does not block.
     *
     * @param scope the namespace of message names: two scopes may use the same name for different messages
     */
    CompletionStage<Receipt> append(Message message, String scope);
}
