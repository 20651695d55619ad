package io.wkmq.broker.ctl;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.Retained;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Removes retained messages no faster than the store can write: waits for the disk after every batch and after the last
 * message.
 */
final class RetainedRemoval {
    private static final int AT_A_TIME = 256;

    private final Retained retained;
    private final String publisher;
    private final InstantSource clock;

    RetainedRemoval(Retained retained, String publisher, InstantSource clock) {
        this.retained = retained;
        this.publisher = publisher;
        this.clock = clock;
    }

    /** Removes the messages that match the filter and returns their number. */
    int remove(TopicFilter filter) throws CtlException {
        Retained.Cursor cursor = retained.matching(filter);
        int removed = 0;
        Message message = cursor.next();
        while (message != null) {
            Message following = cursor.next();
            removed++;
            boolean wait = following == null || removed % AT_A_TIME == 0;
            remove(message.topic(), wait);
            message = following;
        }
        return removed;
    }

    private void remove(TopicName topic, boolean wait) throws CtlException {
        Stored stored = new Stored();
        Message removal = new Message(
                topic,
                new byte[0],
                wait ? Qos.AT_LEAST_ONCE : Qos.AT_MOST_ONCE,
                true,
                MessageProperties.NONE,
                publisher,
                clock.millis(),
                Message.NEVER);
        retained.retain(removal, stored);
        stored.done();
        String failure = InTime.soon(stored.failure);
        if (!failure.isEmpty()) {
            throw new CtlException("Error: the removal could not be stored: " + failure);
        }
    }

    /** Completes when all parties are done, including the one that removes the message; with a non-empty text if one fails. */
    private static final class Stored implements HandOver {
        private final AtomicInteger open = new AtomicInteger(1);
        private final CompletableFuture<String> failure = new CompletableFuture<>();

        @Override
        public void expect() {
            open.incrementAndGet();
        }

        @Override
        public void done() {
            if (open.decrementAndGet() == 0) {
                failure.complete("");
            }
        }

        @Override
        public void failed(String reason) {
            failure.complete(reason);
        }
    }
}
