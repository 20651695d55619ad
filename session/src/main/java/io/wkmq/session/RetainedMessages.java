package io.wkmq.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicCursor;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicIndex;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The node's retained messages, indexed by topic and kept in the store. Thread-safe: writers take a short lock, so that index and
 * store agree on which message of a topic is the last one; readers take none.
 */
public final class RetainedMessages implements Retained {
    private static final TopicFilter EVERYTHING = TopicFilter.of("#");

    private final RetainedLimits limits;
    private final InstantSource clock;
    private final @Nullable RetainedStore store;
    private final TopicIndex<Message> index =
            new TopicIndex<>(Message::topic, ThreadLocalRandom.current().nextLong());
    private final LongAdder refused = new LongAdder();

    @GuardedBy("this")
    private long bytes;

    @GuardedBy("this")
    private @Nullable TopicCursor<Message> sweep;

    /**
     * None yet.
     *
     * @param store keeps them over a restart; null keeps them in memory only
     */
    public RetainedMessages(RetainedLimits limits, InstantSource clock, @Nullable RetainedStore store) {
        this.limits = limits;
        this.clock = clock;
        this.store = store;
    }

    /** Reads what the store keeps, before the first message. Blocks. */
    public void restore() {
        RetainedStore from = store;
        if (from != null) {
            from.restore(message -> {
                if (!message.expired(clock.millis())) {
                    index(message);
                }
            });
        }
    }

    @Override
    public void retain(Message message, HandOver handOver) {
        boolean clears = message.payload().length == 0;
        if (!clears && !fits(message)) {
            refused.increment();
            return;
        }
        RetainedStore to = store;
        synchronized (this) {
            if (clears) {
                unindex(message);
            } else {
                index(limited(message));
            }
            if (to != null) {
                if (clears) {
                    to.clear(message.topic());
                } else {
                    to.retain(limited(message));
                }
            }
        }
        if (to != null && message.qos() != Qos.AT_MOST_ONCE) {
            handOver.expect();
            to.flush(new HandOverCompletion(handOver));
        }
    }

    private synchronized boolean fits(Message message) {
        Message old = index.get(message.topic());
        long freed = old == null ? 0 : old.bytes();
        return message.payload().length <= limits.maxPayloadBytes()
                && (old != null || index.size() < limits.maxMessages())
                && bytes - freed + message.bytes() <= limits.maxBytes();
    }

    /** The message with its expiry cut to the longest time that one is retained. */
    private Message limited(Message message) {
        if (limits.expirySeconds() == 0) {
            return message;
        }
        long latest = message.acceptedAtMs() + limits.expirySeconds() * 1000;
        return latest >= message.expiresAtMs()
                ? message
                : new Message(
                        message.topic(),
                        message.payload(),
                        message.qos(),
                        message.retain(),
                        message.properties(),
                        message.publisher(),
                        message.acceptedAtMs(),
                        latest);
    }

    private synchronized void index(Message message) {
        Message old = index.put(message);
        bytes += message.bytes() - (old == null ? 0 : old.bytes());
    }

    private synchronized void unindex(Message message) {
        Message old = index.remove(message.topic());
        bytes -= old == null ? 0 : old.bytes();
    }

    @Override
    public Cursor matching(TopicFilter filter) {
        TopicCursor<Message> cursor = index.cursor(filter);
        return () -> {
            long now = clock.millis();
            Message next = cursor.next();
            while (next != null && next.expired(now)) {
                next = cursor.next();
            }
            return next;
        };
    }

    /**
     * Forgets expired messages, looking at that many and going on there next time. Called in short intervals, for memory's sake:
     * nobody is given an expired message anyway.
     */
    public void sweep(int looksMax) {
        RetainedStore from = store;
        synchronized (this) {
            TopicCursor<Message> at = sweep == null ? index.cursor(EVERYTHING) : sweep;
            long now = clock.millis();
            Message message = null;
            for (int looks = 0; looks < looksMax; looks++) {
                message = at.next();
                if (message == null) {
                    break;
                }
                if (message.expired(now) && index.get(message.topic()) == message) {
                    unindex(message);
                    if (from != null) {
                        from.clear(message.topic());
                    }
                }
            }
            sweep = message == null ? null : at;
        }
    }

    /** How many messages are retained. */
    public int size() {
        return index.size();
    }

    /** How many bytes they have. */
    public synchronized long bytes() {
        return bytes;
    }

    /** How many messages were not retained because of a limit. */
    public long refused() {
        return refused.sum();
    }

    private record HandOverCompletion(HandOver handOver) implements SessionStore.Completion {
        @Override
        public void durable() {
            handOver.done();
        }

        @Override
        public void failed(String reason) {
            handOver.failed(reason);
        }
    }
}
