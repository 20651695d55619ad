package io.wkmq.session;

import io.wkmq.routing.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs dropped messages, at most one line per reason and interval. Confined to one shard's thread. */
@SuppressWarnings("EnumOrdinal") // array indices, never stored
final class DropLog {
    private static final long INTERVAL_MS = 10_000;

    private static final Logger log = LoggerFactory.getLogger(DropLog.class);

    private final TurnClock clock;
    private final long[] quietUntilMs = new long[DropReason.values().length];
    private final long[] unsaid = new long[DropReason.values().length];

    DropLog(TurnClock clock) {
        this.clock = clock;
    }

    void dropped(String clientId, Message message, DropReason reason) {
        dropped(clientId, message, reason, null);
    }

    /** Records a dropped message; {@code cause} is the exception that caused it, or null. */
    void dropped(String clientId, Message message, DropReason reason, @Nullable Throwable cause) {
        if (reason == DropReason.EXPIRED || reason == DropReason.SESSION_ENDED) {
            return; // intended by publisher or client
        }
        int i = reason.ordinal();
        unsaid[i]++;
        long now = clock.millis();
        if (now >= quietUntilMs[i]) {
            log.warn(
                    "Messages dropped, reason={} count={} client={} topic={}",
                    reason,
                    unsaid[i],
                    clientId,
                    message.topic(),
                    cause);
            quietUntilMs[i] = now + INTERVAL_MS;
            unsaid[i] = 0;
        }
    }
}
