package io.wkmq.session.mvstore;

import io.wkmq.routing.Message;

/** A message that new deliveries refer to, with its reference count. Belongs to its {@link Pending}. */
final class PendingMessage {
    final Message message;
    final long number;
    int references;

    /** Whether the log has it. */
    boolean logged;

    PendingMessage(Message message, long number) {
        this.message = message;
        this.number = number;
    }
}
