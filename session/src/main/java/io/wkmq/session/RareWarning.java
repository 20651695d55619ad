package io.wkmq.session;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/** Logs a warning at most once a minute; those in between are lost. Thread-safe. */
public final class RareWarning {
    private static final long EVERY_MS = 60_000;

    private final Logger log;
    private final Clock clock;
    private final AtomicLong warnedAtMs = new AtomicLong();

    /**
     * None was logged yet.
     *
     * @param log where it goes
     * @param clock tells how long ago the last one was
     */
    public RareWarning(Logger log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /** Logs it, if the last one is long enough ago; arguments as of SLF4J. */
    public void warn(String format, Object... arguments) {
        long now = clock.millis();
        long last = warnedAtMs.get();
        if (now - last >= EVERY_MS && warnedAtMs.compareAndSet(last, now)) {
            log.warn(format, arguments);
        }
    }
}
