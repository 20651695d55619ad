package io.wkmq.session;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/** Logs a warning at most once a minute and discards those in between. Thread-safe. */
public final class RareWarning {
    private static final long EVERY_MS = 60_000;

    private final Logger log;
    private final Clock clock;
    private final AtomicLong warnedAtMs = new AtomicLong();

    /**
     * Creates a limiter that has not logged anything yet.
     *
     * @param log the target of the warnings
     * @param clock the clock that measures the interval
     */
    public RareWarning(Logger log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /** Logs the warning unless the last one was less than a minute ago; arguments as for SLF4J. */
    public void warn(String format, Object... arguments) {
        long now = clock.millis();
        long last = warnedAtMs.get();
        if (now - last >= EVERY_MS && warnedAtMs.compareAndSet(last, now)) {
            log.warn(format, arguments);
        }
    }
}
