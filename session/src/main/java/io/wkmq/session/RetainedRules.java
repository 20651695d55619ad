package io.wkmq.session;

import io.wkmq.channel.Receipt;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import java.time.Clock;
import java.time.Duration;

/**
 * Determines how long messages are retained on this node, and which removals are remembered and for how long. Immutable except
 * for the clock; thread-safe.
 */
final class RetainedRules {
    /** Removals are kept this much longer than they count, so that nodes with differing clocks agree on which ones count. */
    static final long CLOCKS_DIFFER_MS = 60_000;

    private static final byte[] NO_PAYLOAD = {};

    private final RetainedLimits limits;
    private final long removalsKeptMs;
    private final Clock clock;

    RetainedRules(RetainedLimits limits, Duration removalsKept, Clock clock) {
        this.limits = limits;
        this.removalsKeptMs = removalsKept.toMillis();
        this.clock = clock;
    }

    /** Returns the message with its expiry capped by the maximum retention time. */
    Message limited(Message message) {
        long latest = latest(message);
        return latest == message.expiresAtMs() ? message : message.expiringAt(latest);
    }

    private long latest(Message message) {
        return limits.expirySeconds() == 0
                ? message.expiresAtMs()
                : Math.min(message.expiresAtMs(), message.acceptedAtMs() + limits.expirySeconds() * 1000);
    }

    /** Applies this node's limits to another node's entry; returns the removal if it is a message that has expired. */
    StampedMessage usable(StampedMessage theirs) {
        long now = clock.millis();
        if (theirs.removal()) {
            long latest = now + removalsKeptMs + CLOCKS_DIFFER_MS;
            return theirs.stampedExpiringAt(Math.min(theirs.expiresAtMs(), latest));
        }
        StampedMessage message = theirs.stampedExpiringAt(latest(theirs));
        return message.expired(now) ? removalOf(message) : message;
    }

    /**
     * Returns the removal of an expired message. It has the same stamp, so that it is equal to the message on nodes where that
     * has not expired yet.
     */
    StampedMessage removalOf(StampedMessage expired) {
        long over = expired.expiresAtMs() + removalsKeptMs;
        return removal(expired, over < 0 ? Message.NEVER : over);
    }

    /** Returns the removal made by a client's change, with that change's stamp. */
    StampedMessage removalBy(StampedMessage change) {
        return removal(change, clock.millis() + removalsKeptMs);
    }

    private static StampedMessage removal(StampedMessage of, long overAtMs) {
        return new StampedMessage(
                new Message(
                        of.topic(),
                        NO_PAYLOAD,
                        Qos.AT_MOST_ONCE,
                        true,
                        Receipt.place(of.properties()), // by which a message sent again is recognized as older
                        "",
                        of.acceptedAtMs(),
                        overAtMs),
                of.time(),
                of.node());
    }

    /** Returns whether a removal may be forgotten at the given time. */
    static boolean forgettable(StampedMessage removal, long atMs) {
        return removal.expired(atMs - CLOCKS_DIFFER_MS);
    }
}
