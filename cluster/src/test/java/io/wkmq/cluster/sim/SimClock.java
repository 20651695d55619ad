package io.wkmq.cluster.sim;

import io.wkmq.testing.sim.SimTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** The time of day as a simulated node sees it. Confined to one thread. */
public final class SimClock extends Clock {
    private static final long START_MS = 1_700_000_000_000L;

    private final SimTime time;
    private final LongSupplier aheadMs;

    /**
     * A clock that may be wrong.
     *
     * @param aheadMs by how much, at present
     */
    public SimClock(SimTime time, LongSupplier aheadMs) {
        this.time = time;
        this.aheadMs = aheadMs;
    }

    @Override
    public long millis() {
        return START_MS + time.nowMs() + aheadMs.getAsLong();
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("A simulated node has no zone but UTC");
    }
}
