package io.wkmq.session;

import io.wkmq.channel.Receipt;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import java.time.Clock;
import java.time.Duration;

/**
 * How long messages are retained on this node, what is remembered of those that are not any more, and for how long. Immutable but for the
 * clock; thread-safe.
 */
final class RetainedRules {
    /** Removals stay that much longer than they count, so that nodes whose clocks differ still agree on what does. */
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

    /** The message with its expiry cut to the longest time that one is retained. */
    Message limited(Message message) {
        long latest = latest(message);
        return latest == message.expiresAtMs() ? message : message.expiringAt(latest);
    }

    private long latest(Message message) {
        return limits.expirySeconds() == 0
                ? message.expiresAtMs()
                : Math.min(message.expiresAtMs(), message.acceptedAtMs() + limits.expirySeconds() * 1000);
    }

    /** What another node has, with this node's limits; the removal if it is a message that has expired. */
    StampedMessage usable(StampedMessage theirs) {
        long now = clock.millis();
        if (theirs.removal()) {
            long latest = now + removalsKeptMs + CLOCKS_DIFFER_MS;
            return theirs.stampedExpiringAt(Math.min(theirs.expiresAtMs(), latest));
        }
        StampedMessage message = theirs.stampedExpiringAt(latest(theirs));
        return message.expired(now) ? removalOf(message) : message;
    }

    /** That a message has expired: bears the same stamp, so that nodes on which it has not yet are no different. */
    StampedMessage removalOf(StampedMessage expired) {
        long over = expired.expiresAtMs() + removalsKeptMs;
        return removal(expired, over < 0 ? Message.NEVER : over);
    }

    /** That a client has just removed what a topic had, with the stamp of that. */
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
                        Receipt.place(of.properties()), // by which one that is sent again is known to be older
                        "",
                        of.acceptedAtMs(),
                        overAtMs),
                of.time(),
                of.node());
    }

    /** Whether a removal may be forgotten at that time. */
    static boolean forgettable(StampedMessage removal, long atMs) {
        return removal.expired(atMs - CLOCKS_DIFFER_MS);
    }
}
