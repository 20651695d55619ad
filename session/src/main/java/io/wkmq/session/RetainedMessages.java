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
 * The retained messages of this node, in memory and, if there is a store, on disk. Thread-safe: a change takes a short lock on
 * its topic, so that memory and store apply changes in the same order; readers take no lock.
 *
 * <p>A message that exceeds a limit is not retained: it is counted, routed like any other, and the topic keeps its former
 * message. Stored messages are restored even if limits have been lowered since. An expired message is no longer returned from
 * that moment on; it is removed when a reader comes across it or by {@link #sweep}.
 *
 * <p>Each change bears a stamp. For each topic the newest stamp wins, whichever node it comes from and in whatever order
 * changes arrive (ADR 9). Removals and expirations are remembered for a limited time, for at most {@value #REMOVALS_MAX}
 * topics.
 */
public final class RetainedMessages implements Retained {
    /** The default time for which a removal is remembered. */
    public static final Duration REMOVALS_KEPT = Duration.ofHours(1);

    /** The number of buckets by which nodes compare their contents. Must be the same on all nodes. */
    public static final int BUCKETS = 4_096;

    /** The number of groups of buckets. Must be the same on all nodes. */
    public static final int GROUPS = 64;

    /** The maximum number of remembered removals; beyond it, those next due to be forgotten go first. */
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

    /** The result of applying a change from another node. */
    public enum Outcome {
        /** The change was applied. */
        APPLIED,
        /** This node already has the same or a newer change. */
        STALE,
        /** The message or removal has expired. */
        OVER,
        /** A limit does not allow it. */
        REFUSED
    }

    /**
     * Creates an empty set of retained messages.
     *
     * @param self this node, used in stamps
     * @param limits the limits
     * @param removalsKept how long removals are remembered: nodes that were apart for longer may bring a removed message back
     * @param store keeps the messages across restarts; null keeps them in memory only
     * @param clock the clock for expiry and stamps
     * @param seed a number that clients cannot know
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

    /** Sets the listener for changes made by this node's clients. Called once, before the first change. */
    public void tell(RetainedChanges listener) {
        changes = listener;
    }

    /** Reads the contents of the store. Call once, before anything else. Blocks. */
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
            // newer than what it replaces, even if that was stamped by a clock far ahead
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
            // also if there was nothing to clear: a removal by another client may still be on its way to disk
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
     * Applies another node's change to a topic if it is newer than the state here. The change is durable after the next
     * {@link #flush}.
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

    /** Returns the canonical instance of a node id, so that messages share one object per node. */
    private NodeId known(NodeId node) {
        NodeId known = nodes.get(node);
        if (known == null && nodes.size() < NODES_MAX) {
            known = nodes.putIfAbsent(node, node);
        }
        return known == null ? node : known;
    }

    /** Calls back once all preceding changes are stored, at once without a store; see {@link SessionStore#flush}. */
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

    /** Returns the contents, including removals, of one of {@value #BUCKETS} buckets. */
    public List<StampedMessage> bucket(int bucket) {
        return table.bucket(bucket);
    }

    /** Returns the bucket of a topic. */
    public static int bucketOf(TopicName topic) {
        return RetainedBuckets.bucket(RetainedHash.of(topic));
    }

    /** Returns the hash of a message's topic and stamp, which is the same on all nodes. */
    public static long hashOf(StampedMessage message) {
        return RetainedHash.of(RetainedHash.of(message.topic()), message);
    }

    /**
     * Returns for each bucket the XOR of the hashes of its contents: nodes with equal contents have equal hashes. Excludes
     * removals that no longer count at the given time.
     */
    public long[] hashes(long atMs) {
        return table.hashes(atMs);
    }

    /** Returns a number that changes whenever room becomes available after a refusal. */
    public long roomMade() {
        return room.made();
    }

    /** Returns the limits. */
    public RetainedLimits limits() {
        return limits;
    }

    /**
     * Removes expired messages and forgets outdated removals, {@code max} in all. To be called periodically, from any thread;
     * call again soon if the result is {@code max}.
     *
     * @return the number of messages removed and removals forgotten
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

    /** Returns the number of retained messages. */
    public int size() {
        return room.count();
    }

    /** Returns the figures for metrics. */
    public RetainedStatistics statistics() {
        return room.statistics(table.removalCount(), expired.sum(), removalsForgotten.sum());
    }

    /** Makes the message its topic's retained one; returns false if a limit forbids it. Requires the topic's lock. */
    private boolean replace(long topicHash, @Nullable StampedMessage old, StampedMessage message) {
        if (!room.reserve(old == null || old.removal() ? null : old, message)) {
            return false;
        }
        put(topicHash, old, message);
        return true;
    }

    /** Removes the topic's message, if any, and remembers the removal. Requires the topic's lock. */
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

    /** Removes an expired message unless it has been replaced meanwhile. */
    private void expire(StampedMessage message) {
        long topicHash = RetainedHash.of(message.topic());
        synchronized (table.lock(topicHash)) {
            if (table.get(message.topic()) == message) {
                remove(topicHash, message, rules.removalOf(message));
                expired.increment();
            }
        }
    }

    /** Forgets a removal unless it has been replaced meanwhile. */
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
