package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicCursor;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
 *
 * <p>Each change bears a stamp; of a topic the newest one counts, whatever node it comes from and in whatever order. That a
 * message was removed or has expired is remembered for some time, of {@value #REMOVALS_MAX} topics at most.
 */
public final class RetainedMessages implements Retained {
    /** How long it is remembered that a message was removed, unless said otherwise. */
    public static final Duration REMOVALS_KEPT = Duration.ofHours(1);

    /** In how many parts nodes compare what they have. The same on all nodes. */
    public static final int BUCKETS = 4_096;

    /** How many groups the buckets make up. The same on all nodes. */
    public static final int GROUPS = 64;

    /** The most removals that are remembered; beyond, those go first that would go next. */
    static final int REMOVALS_MAX = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(RetainedMessages.class);
    private static final int NODES_MAX = 10_000;

    private final NodeId self;
    private final RetainedLimits limits;
    private final RetainedRules rules;
    private final @Nullable RetainedStore store;
    private final Clock clock;
    private final HybridClock hybrid;
    private final RetainedTable table;
    private final RetainedRoom room;
    private final Map<NodeId, NodeId> nodes = new ConcurrentHashMap<>();
    private final LongAdder expired = new LongAdder();
    private final LongAdder removalsForgotten = new LongAdder();
    private final RareWarning clockWarning;
    private final RareWarning removalsWarning;
    private volatile RetainedChanges changes = RetainedChanges.UNTOLD;

    /** What became of a change that another node made. */
    public enum Outcome {
        /** It is retained from now on. */
        APPLIED,
        /** There is the same already, or a newer one. */
        STALE,
        /** Its time is over. */
        OVER,
        /** A limit forbids it. */
        REFUSED
    }

    /**
     * Starts with none.
     *
     * @param self this node, for the stamps
     * @param limits how much is retained
     * @param removalsKept how long it is remembered that a message was removed: nodes that were apart for longer may bring it
     *     back
     * @param store keeps the messages over a restart; null keeps them in memory only
     * @param clock tells when messages expire
     * @param seed any number that clients cannot know
     */
    public RetainedMessages(
            NodeId self,
            RetainedLimits limits,
            Duration removalsKept,
            @Nullable RetainedStore store,
            Clock clock,
            long seed) {
        this.self = self;
        this.limits = limits;
        this.rules = new RetainedRules(limits, removalsKept, clock);
        this.store = store;
        this.clock = clock;
        this.hybrid = new HybridClock(clock);
        this.table = new RetainedTable(seed);
        this.clockWarning = new RareWarning(LOG, clock);
        this.removalsWarning = new RareWarning(LOG, clock);
        this.room = new RetainedRoom(limits, new RareWarning(LOG, clock));
        nodes.put(self, self);
    }

    /** From now on tells of what this node's clients change. Set once, before they do. */
    public void tell(RetainedChanges listener) {
        changes = listener;
    }

    /** Reads what the store has. Once, before anything else. Blocks. */
    public void restore() {
        RetainedStore from = store;
        if (from == null) {
            return;
        }
        long now = clock.millis();
        List<StampedMessage> over = new ArrayList<>();
        from.restore(stored -> {
            var unused = hybrid.seen(stored.time());
            if (stored.expired(now)) {
                over.add(stored);
            } else {
                StampedMessage message = new StampedMessage(stored, stored.time(), known(stored.node()));
                table.put(RetainedHash.of(message.topic()), null, message);
                if (!message.removal()) {
                    room.take(message);
                }
            }
        });
        int gone = 0;
        for (StampedMessage message : over) {
            StampedMessage removal = message.removal() ? message : rules.removalOf(message);
            if (removal.expired(now) || table.removalCount() >= REMOVALS_MAX) {
                from.clear(message.topic());
            } else {
                table.put(RetainedHash.of(message.topic()), null, removal);
                from.retain(removal);
            }
            gone += message.removal() ? 0 : 1;
        }
        expired.add(gone);
        LOG.info("Restored retained messages count={} expired={} removals={}", size(), gone, table.removalCount());
    }

    @Override
    public void retain(Message published, HandOver handOver) {
        Message message = rules.limited(published);
        boolean clears = message.payload().length == 0; // [MQTT-3.3.1-6]
        if (!clears && room.tooLarge(message)) {
            LOG.debug("Not retained, the payload is too large: {}", message);
            return;
        }
        long topicHash = RetainedHash.of(message.topic());
        StampedMessage change;
        synchronized (table.lock(topicHash)) {
            StampedMessage old = table.get(message.topic());
            // later than what it replaces, even if that bears the stamp of a clock that is far ahead
            change = new StampedMessage(message, hybrid.next(old == null ? 0 : old.time()), self);
            if (clears) {
                change = rules.removalBy(change);
                remove(topicHash, old, change);
            } else if (!replace(topicHash, old, change)) {
                return;
            }
        }
        changes.changed(change);
        forgetSurplus();
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

    /**
     * Takes over what another node retains of a topic, if it is newer than what is here. It is durable after the next {@link
     * #flush}.
     */
    public Outcome apply(StampedMessage theirs) {
        if (!hybrid.seen(theirs.time())) {
            clockWarning.warn(
                    "The clock of a node is ahead of this one's by {} ms; its retained messages are taken all the same,"
                            + " node={}",
                    theirs.timeMs() - clock.millis(),
                    theirs.node());
        }
        StampedMessage message = rules.usable(new StampedMessage(theirs, theirs.time(), known(theirs.node())));
        if (message.expired(clock.millis())) {
            return Outcome.OVER;
        }
        if (room.tooLarge(message)) {
            room.refusedFromOther();
            return Outcome.REFUSED;
        }
        long topicHash = RetainedHash.of(message.topic());
        synchronized (table.lock(topicHash)) {
            StampedMessage old = table.get(message.topic());
            if (old != null && !message.newerThan(old)) {
                return Outcome.STALE;
            }
            if (message.removal()) {
                remove(topicHash, old, message);
            } else if (!replace(topicHash, old, message)) {
                room.refusedFromOther();
                return Outcome.REFUSED;
            }
        }
        forgetSurplus();
        return Outcome.APPLIED;
    }

    /** One object per node, however many messages name it. */
    private NodeId known(NodeId node) {
        NodeId known = nodes.get(node);
        if (known == null && nodes.size() < NODES_MAX) {
            known = nodes.putIfAbsent(node, node);
        }
        return known == null ? node : known;
    }

    /** Calls back once everything before is stored, or at once without a store; see {@link SessionStore#flush}. */
    public void flush(SessionStore.Completion completion) {
        if (store == null) {
            completion.durable();
        } else {
            store.flush(completion);
        }
    }

    @Override
    public Cursor matching(TopicFilter filter) {
        TopicCursor<StampedMessage> cursor = table.cursor(filter);
        return new Cursor() {
            @Override
            public @Nullable Message next(int stepsMax) {
                StampedMessage message = cursor.next(stepsMax);
                if (message != null && !message.removal() && message.expired(clock.millis())) {
                    expire(message);
                    return null;
                }
                return message == null || message.removal() ? null : message;
            }

            @Override
            public boolean done() {
                return cursor.done();
            }
        };
    }

    @Override
    public @Nullable StampedMessage find(TopicName topic) {
        return table.get(topic);
    }

    /** All that is retained in one of {@value #BUCKETS} parts, removals among it. */
    public List<StampedMessage> bucket(int bucket) {
        return table.bucket(bucket);
    }

    /** In which part a topic is. */
    public static int bucketOf(TopicName topic) {
        return RetainedBuckets.bucket(RetainedHash.of(topic));
    }

    /** The hash of a topic and its stamp, the same on all nodes. */
    public static long hashOf(StampedMessage message) {
        return RetainedHash.of(RetainedHash.of(message.topic()), message);
    }

    /**
     * For each part the hashes of all that is in it, xor'ed: two nodes that have the same there have the same hash. Without the
     * removals that do not count any more at that time.
     */
    public long[] hashes(long atMs) {
        return table.hashes(atMs);
    }

    /** Another number than before after something was refused and there is room again. */
    public long roomMade() {
        return room.made();
    }

    /** How much is retained. */
    public RetainedLimits limits() {
        return limits;
    }

    /**
     * Removes messages that have expired, and forgets removals; at most so many. To be called from time to time, from any
     * thread; again soon if it returns {@code max}.
     *
     * @return how many it removed or forgot
     */
    public int sweep(int max) {
        long now = clock.millis();
        int swept = 0;
        Iterator<StampedMessage> messages = table.expiring();
        while (swept < max && messages.hasNext()) {
            StampedMessage next = messages.next();
            if (!next.expired(now)) {
                break;
            }
            expire(next);
            swept++;
        }
        Iterator<StampedMessage> removals = table.removals();
        while (swept < max && removals.hasNext()) {
            StampedMessage next = removals.next();
            if (!RetainedRules.forgettable(next, now)) {
                break;
            }
            var unused = forget(next);
            swept++;
        }
        forgetSurplus();
        return swept;
    }

    /** How many messages are retained. */
    public int size() {
        return room.count();
    }

    /** Figures for metrics. */
    public RetainedStatistics statistics() {
        return room.statistics(table.removalCount(), expired.sum(), removalsForgotten.sum());
    }

    /** Makes the message its topic's retained one; false if a limit forbids it. The topic is locked. */
    private boolean replace(long topicHash, @Nullable StampedMessage old, StampedMessage message) {
        if (!room.reserve(old == null || old.removal() ? null : old, message)) {
            return false;
        }
        put(topicHash, old, message);
        return true;
    }

    /** Removes the topic's message, if it has one, and remembers that. The topic is locked. */
    private void remove(long topicHash, @Nullable StampedMessage old, StampedMessage removal) {
        if (old != null && !old.removal()) {
            room.free(old);
        }
        put(topicHash, old, removal);
    }

    private void put(long topicHash, @Nullable StampedMessage old, StampedMessage message) {
        table.put(topicHash, old, message);
        if (store != null) {
            store.retain(message);
        }
    }

    /** Removes a message that has expired, unless there is another one by now. */
    private void expire(StampedMessage message) {
        long topicHash = RetainedHash.of(message.topic());
        synchronized (table.lock(topicHash)) {
            if (table.get(message.topic()) == message) {
                remove(topicHash, message, rules.removalOf(message));
                expired.increment();
            }
        }
    }

    /** Forgets that a message was removed, unless there is another one by now. */
    private boolean forget(StampedMessage removal) {
        long topicHash = RetainedHash.of(removal.topic());
        synchronized (table.lock(topicHash)) {
            boolean same = table.get(removal.topic()) == removal;
            if (same) {
                table.remove(topicHash, removal);
                if (store != null) {
                    store.clear(removal.topic());
                }
            }
            return same;
        }
    }

    private void forgetSurplus() {
        while (table.removalCount() > REMOVALS_MAX) {
            Iterator<StampedMessage> oldest = table.removals();
            if (!oldest.hasNext()) {
                return;
            }
            if (forget(oldest.next())) {
                removalsForgotten.increment();
                removalsWarning.warn(
                        "More than {} removed retained messages would have to be remembered, the oldest are forgotten:"
                                + " a node that was away may bring them back, forgotten={}",
                        REMOVALS_MAX,
                        removalsForgotten.sum());
            }
        }
    }
}
