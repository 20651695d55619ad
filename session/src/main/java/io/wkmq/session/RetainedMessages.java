package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicCursor;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicIndex;
import io.wkmq.routing.TopicName;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The retained messages of this node, in memory and, with a store, on disk. Thread-safe: changes of one topic take a short
 * lock, so that memory and store keep the same order; readers take none.
 *
 * <p>A message beyond a limit is not retained; the one that its topic had stays, the message is routed like any other, and
 * it is counted. What was stored is restored even if the limits have become lower since. A message that expires is not read
 * any more from that moment on, and is removed when somebody would have read it or by {@link #sweep}.
 */
public final class RetainedMessages implements Retained {
    private static final Logger LOG = LoggerFactory.getLogger(RetainedMessages.class);

    private static final int LOCKS = 64;
    private static final long WARN_EVERY_MS = 60_000;

    private final RetainedLimits limits;
    private final @Nullable RetainedStore store;
    private final Clock clock;
    private final TopicIndex<Message> index;
    private final Object[] locks = new Object[LOCKS];

    /** The messages that expire, the next one first; never more than there are in the index. */
    private final ConcurrentSkipListSet<Message> expiring =
            new ConcurrentSkipListSet<>(Comparator.comparingLong(Message::expiresAtMs)
                    .thenComparing(message -> message.topic().text()));

    private final AtomicLong count = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final LongAdder refusedByCount = new LongAdder();
    private final LongAdder refusedByBytes = new LongAdder();
    private final LongAdder refusedByPayload = new LongAdder();
    private final LongAdder expired = new LongAdder();
    private final AtomicLong warnedAtMs = new AtomicLong();

    /**
     * Starts with none.
     *
     * @param limits how much is retained
     * @param store keeps the messages over a restart; null keeps them in memory only
     * @param clock tells when messages expire
     * @param seed any number that clients cannot know
     */
    public RetainedMessages(RetainedLimits limits, @Nullable RetainedStore store, Clock clock, long seed) {
        this.limits = limits;
        this.store = store;
        this.clock = clock;
        this.index = new TopicIndex<>(Message::topic, seed);
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
    }

    /** Reads what the store has. Once, before anything else. Blocks. */
    public void restore() {
        RetainedStore from = store;
        if (from == null) {
            return;
        }
        long now = clock.millis();
        List<TopicName> gone = new ArrayList<>();
        from.restore(message -> {
            if (message.expired(now)) {
                gone.add(message.topic());
            } else {
                count.incrementAndGet();
                bytes.addAndGet(message.bytes());
                put(message);
            }
        });
        gone.forEach(from::clear);
        expired.add(gone.size());
        LOG.info("Retained messages were restored count={} expired={}", index.size(), gone.size());
    }

    @Override
    public void retain(Message published, HandOver handOver) {
        Message message = limited(published);
        boolean clears = message.payload().length == 0; // [MQTT-3.3.1-6]
        if (!clears && message.payload().length > limits.payloadBytesMax()) {
            refusedByPayload.increment();
            LOG.debug("Not retained, the payload is too large: {}", message);
            return;
        }
        synchronized (lock(message.topic())) {
            if (clears) {
                clear(message.topic());
            } else if (!replace(message)) {
                return;
            }
        }
        RetainedStore to = store;
        if (to != null && message.qos() != Qos.AT_MOST_ONCE) {
            // also if there was nothing to clear: another client's clearing may still be on its way to the disk
            handOver.expect();
            to.flush(new SessionStore.Completion() {
                @Override
                public void durable() {
                    handOver.done();
                }

                @Override
                public void failed(String reason) {
                    handOver.failed(reason);
                }
            });
        }
    }

    /** The message with its expiry cut to the longest time that one is retained. */
    private Message limited(Message message) {
        if (limits.expirySeconds() == 0) {
            return message;
        }
        long latest = message.acceptedAtMs() + limits.expirySeconds() * 1000;
        return latest >= message.expiresAtMs() ? message : message.expiringAt(latest);
    }

    @Override
    public Cursor matching(TopicFilter filter) {
        TopicCursor<Message> cursor = index.cursor(filter);
        return new Cursor() {
            @Override
            public @Nullable Message next(int stepsMax) {
                Message message = cursor.next(stepsMax);
                if (message != null && message.expired(clock.millis())) {
                    expire(message);
                    return null;
                }
                return message;
            }

            @Override
            public boolean done() {
                return cursor.done();
            }
        };
    }

    /**
     * Removes messages that have expired, at most so many. To be called from time to time, from any thread; again soon if it
     * returns {@code max}.
     *
     * @return how many it removed
     */
    public int sweep(int max) {
        long now = clock.millis();
        int removed = 0;
        for (Message next : expiring) {
            if (removed == max || !next.expired(now)) {
                break;
            }
            expire(next);
            removed++;
        }
        return removed;
    }

    /** How many messages are retained. */
    public int size() {
        return index.size();
    }

    /** Figures for metrics. */
    public RetainedStatistics statistics() {
        return new RetainedStatistics(
                index.size(),
                bytes.get(),
                refusedByCount.sum(),
                refusedByBytes.sum(),
                refusedByPayload.sum(),
                expired.sum());
    }

    /** Makes the message its topic's retained one; false if a limit forbids it. The topic is locked. */
    private boolean replace(Message message) {
        Message old = index.get(message.topic());
        if (old == null && !reserve(count, 1, limits.countMax())) {
            refusedByCount.increment();
            warn("messages", limits.countMax());
            return false;
        }
        if (!reserve(bytes, message.bytes() - (old == null ? 0 : old.bytes()), limits.bytesMax())) {
            if (old == null) {
                count.decrementAndGet();
            }
            refusedByBytes.increment();
            warn("bytes", limits.bytesMax());
            return false;
        }
        put(message);
        if (store != null) {
            store.retain(message);
        }
        return true;
    }

    private void put(Message message) {
        Message old = index.put(message);
        if (old != null && old.expiresAtMs() != Message.NEVER) {
            expiring.remove(old);
        }
        if (message.expiresAtMs() != Message.NEVER) {
            expiring.add(message);
        }
    }

    /** Removes the topic's message, if it has one. The topic is locked. */
    private void clear(TopicName topic) {
        Message old = index.remove(topic);
        if (old != null) {
            count.decrementAndGet();
            bytes.addAndGet(-old.bytes());
            if (old.expiresAtMs() != Message.NEVER) {
                expiring.remove(old);
            }
            if (store != null) {
                store.clear(topic);
            }
        }
    }

    /** Removes a message that has expired, unless there is another one by now. */
    private void expire(Message message) {
        synchronized (lock(message.topic())) {
            if (index.get(message.topic()) == message) {
                clear(message.topic());
                expired.increment();
            }
        }
    }

    private static boolean reserve(AtomicLong used, long more, long max) {
        long now = used.get();
        while (more <= 0 || now + more <= max) {
            long witness = used.compareAndExchange(now, now + more);
            if (witness == now) {
                return true;
            }
            now = witness;
        }
        return false;
    }

    private void warn(String what, long max) {
        long now = clock.millis();
        long last = warnedAtMs.get();
        if (now - last >= WARN_EVERY_MS && warnedAtMs.compareAndSet(last, now)) {
            LOG.warn(
                    "Messages are not retained, the limit of {} {} is reached; their topics keep what they had"
                            + " refusedByCount={} refusedByBytes={}",
                    max,
                    what,
                    refusedByCount.sum(),
                    refusedByBytes.sum());
        }
    }

    private Object lock(TopicName topic) {
        return locks[Math.floorMod(topic.hashCode(), LOCKS)];
    }
}
