package io.wkmq.channel;

import io.wkmq.routing.Message;
import java.util.concurrent.CompletionStage;

/** The durable, ordered log of one channel. Thread-safe; appends of one thread keep their order. */
public interface ChannelLog {
    /**
     * Appends a message. The stage completes normally with the record's place (sequence numbers are dense, from 1) once the record
     * is committed as the channel's engine promises, and with a {@link NotAppendedException} if it is not, or that is not known; it
     * never completes normally for a record that can still be lost. Does not block.
     *
     * @param scope who gives messages names: two of them may use the same name for different messages
     */
    CompletionStage<Receipt> append(Message message, String scope);
}
